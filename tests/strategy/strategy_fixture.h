// Cache and origin that a test can script, on a virtual clock, and strategies made from JSON through the registry.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "registry.h"
#include "scenario/part_reader.h"
#include "strategy/guard.h"
#include "strategy/process_queue.h"
#include "strategy/refresh.h"
#include "strategy/strategy.h"
#include "strategy/tasks.h"
#include "strategy/value.h"
#include "strategy/write_path.h"
#include "tests/strategy/few_rows.h"

namespace hitbench {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Stands for a queue on a server.
struct FakeQueue final : Queue {
  ProcessQueue queue;
  bool broken = false;

  Put put(const QueuedWrite& write, Time now, uint64_t most, Call& call) override {
    return broken ? Put::failed : queue.put(write, now, most, call);
  }
  Sought find(Key key, QueuedWrite& found, Call& call) override {
    return broken ? Sought::failed : queue.find(key, found, call);
  }
  Taken take(const Taker& taker, uint64_t most, Time since, Call& call) override {
    return broken ? Taken{} : queue.take(taker, most, since, call);
  }
  bool settle(std::span<const QueuedWrite> done, Time now, Call& call) override {
    return !broken && queue.settle(done, now, call);
  }
  void leave(const Taker&, Call&) override {}
};

// Never expires anything: the logical expiry decides.
struct FakeCache final : Cache, Batch, Owned {
  std::map<std::string, std::string> stored;
  Duration last_ttl{0};
  bool broken = false;
  bool loses_replies_to_adds = false;  // which it carries out
  int calls = 0, lookups = 0;
  FakeQueue waiting;
  Loop* hangs = nullptr;  // lookups take `hang` on this loop, or fail at their deadline
  Duration hang = kForever;
  Loop* slow = nullptr;  // where set, what a lookup has seen is known this much later
  Duration reply_takes = milliseconds(1);

  bool answers_in_time(const Call& call) {
    const Time end = hang == kForever ? kNever : hangs->now() + hang;
    hangs->sleep_until(std::min(end, call.deadline));
    return end <= call.deadline;
  }

  Queue* queue() override { return &waiting; }
  Lookup get(Key key, Call& call) override {
    ++calls, ++lookups;
    if (hangs != nullptr && !answers_in_time(call)) return {};
    if (broken) return {};
    const auto at = stored.find(std::string(key.text));
    const bool there = at != stored.end();
    const std::string seen = there ? at->second : "";
    if (slow != nullptr) slow->sleep_until(slow->now() + reply_takes);
    if (!there) return {.status = Lookup::Status::miss};
    call.value = seen;
    return {.status = Lookup::Status::hit, .value = call.value};
  }
  Stored set(Key key, Bytes value, Duration ttl, Call&) override {
    ++calls;
    if (broken) return Stored::failed;
    last_ttl = ttl;
    stored[std::string(key.text)] = std::string(value);
    return Stored::stored;
  }
  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    if (stored.contains(std::string(key.text))) return ++calls, Stored::not_stored;
    const Stored done = set(key, value, ttl, call);
    return loses_replies_to_adds ? Stored::failed : done;
  }
  Stored erase(Key key, Call&) override {
    ++calls;
    if (broken) return Stored::failed;
    return stored.erase(std::string(key.text)) > 0 ? Stored::stored : Stored::not_stored;
  }
  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    for (size_t i = 0; i < keys.size(); ++i) found(i, get(keys[i], call));
    calls -= static_cast<int>(keys.size()) - 1;
  }
  Owned* owned() override { return this; }
  Stored erase_if(Key key, Bytes token, Call& call) override {
    const auto at = stored.find(std::string(key.text));
    if (at == stored.end() || at->second != token) return ++calls, Stored::not_stored;
    return erase(key, call);
  }
};

// One row; each call takes `latency`, and an effect comes at its end.
struct FakeOrigin final : Origin {
  Loop& loop;
  std::string payload = "from the origin";
  uint64_t version = 1;
  uint64_t write_id = 1;
  int loads = 0, stores = 0;
  Duration latency = milliseconds(5);
  bool broken = false, absent = false;

  explicit FakeOrigin(Loop& on) : loop(on) {}
  Loaded load(Key, Call& call) override {
    ++loads;
    loop.sleep_until(std::min(loop.now() + latency, call.deadline));
    if (broken || loop.now() >= call.deadline) return {};
    if (absent) return {.status = Loaded::Status::absent, .write_id = write_id, .row_version = version};
    call.value = payload;
    return {.status = Loaded::Status::found,
            .write_id = write_id,
            .row_version = version,
            .took = latency,
            .value = call.value};
  }
  Committed store(Key, uint64_t id, Bytes value, Call&) override {
    if (!commit(id)) return {};
    payload = std::string(value);
    absent = false;
    return {.ok = true, .row_version = version};
  }
  Committed erase(Key, uint64_t id, Call&) override {
    if (!commit(id)) return {};
    absent = true;
    return {.ok = true, .row_version = version};
  }

 private:
  bool commit(uint64_t id) {
    ++stores;
    loop.sleep_until(loop.now() + latency);
    if (broken) return false;
    write_id = id;
    ++version;
    return true;
  }
};

class StrategyTest : public ::testing::Test {
 protected:
  // As in a scenario: "cache-aside", or an object.
  std::unique_ptr<Strategy> strategy(const std::string& json) {
    auto made =
        compose(json, {.verify = verify_, .loop = loop_.get(), .tasks = &tasks_, .rows = rows_, .key_ttls = key_ttls_});
    client_.cache = made->front(&cache_);
    tasks_.use(client_.cache);
    return made;
  }

  static std::unique_ptr<Strategy> compose(const std::string& json, StrategyContext context) {
    const Source source{.where = "test"};
    const ReadPart read = read_part(part_kind(registry(), "strategy"), Json::parse(json), Location(source), registry());
    if (!context.make_guard) {
      context.make_guard = [](const Part& part, const Composition& with) {
        return row_named(registry().guards, part.type).make(part.params, with);
      };
    }
    context.make_write_path = [](const Part& part, const Composition& with) {
      return row_named(registry().write_paths, part.type).make(part.params, with);
    };
    context.make_refresh = [](const Part& part, const Ttl& ttl) {
      return row_named(registry().refreshes, part.type).make(part.params, ttl);
    };
    return row_named(registry().strategies, read.part.type).make(read.part.params, context);
  }

  void run(const std::function<void()>& body) {
    loop_->spawn(body);
    loop_->run();
  }

  // A client of its own on a fiber of its own, which reads once after `delay`.
  void read_later(Strategy& of, Duration delay, std::vector<Answer>& answers, Duration timeout = seconds(1)) {
    loop_->spawn([&, delay, timeout] {
      if (delay > Duration{0}) loop_->sleep_until(loop_->now() + delay);
      Client own{.cache = client_.cache, .origin = &origin_, .loop = *loop_, .rng = rng_};
      start(own);
      own.set_deadline(own.started + timeout);
      answers.push_back(of.read(kKey, own));
    });
  }
  static int64_t count(const std::vector<Answer>& answers, Outcome outcome) {
    return std::count_if(answers.begin(), answers.end(), [&](const Answer& each) { return each.outcome == outcome; });
  }

  void start(Client& client) {
    client.started = loop_->now();
    client.set_deadline(client.started + timeout_);
  }
  Answer read(Strategy& of) { return read(of, client_); }
  Answer read(Strategy& of, Client& client) {
    start(client);
    return of.read(kKey, client);
  }
  bool write(Strategy& of, uint64_t id, const std::string& payload) {
    start(client_);
    return of.write(kKey, {id, payload}, client_);
  }
  bool erase(Strategy& of, uint64_t id) {
    start(client_);
    return of.erase(kKey, id, client_);
  }

  // Key 1, which is kKey, has this TTL of its own.
  static std::shared_ptr<const KeyTtls> own_ttl(Duration ttl) {
    return std::make_shared<KeyTtls>(std::vector<uint16_t>{0, 1}, std::vector<Duration>{ttl});
  }

  static constexpr Key kKey{.id = 1, .text = "key-1"};
  bool verify_ = true;
  Duration timeout_ = seconds(1);
  std::unique_ptr<Loop> loop_ = Loop::virtual_time();
  FakeCache cache_;
  FakeOrigin origin_{*loop_};
  Tasks tasks_{*loop_, {.cache = &cache_, .origin = &origin_, .timeout = timeout_}};
  std::shared_ptr<const Rows> rows_ = std::make_shared<FewRows>();
  std::shared_ptr<const KeyTtls> key_ttls_;
  Rng rng_{1};
  Client client_{.cache = &cache_, .origin = &origin_, .loop = *loop_, .rng = rng_};
};

}  // namespace hitbench
