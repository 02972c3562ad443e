// Forced schedules: actors (readers, writers) whose calls to cache and origin stop before they take effect, and go on
// when the test says so. A call is one atomic step; what a strategy does between two calls runs by itself.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/strategy/strategy_fixture.h"

namespace hitbench {

// Thrown at a stop: the actor's process is no more.
struct Died {};

class Actor {
 public:
  Actor(Loop& loop, FakeCache& cache, FakeOrigin& origin, Rng& rng)
      : loop_(loop),
        cache_(*this, cache),
        origin_(*this, origin),
        client{.cache = &cache_, .origin = &origin_, .loop = loop, .rng = rng} {}

  // Starts `body` on a fiber of its own and lets it come to its first call.
  void start(std::function<void(Client&)> body) {
    client.started = loop_.now();
    client.set_deadline(loop_.now() + std::chrono::hours(1));
    loop_.spawn([this, body = std::move(body)] {
      try {
        body(client);
      } catch (const Died&) {
      }
      at_ = "end";
      arrived_.set();
    });
    settle();
  }

  // Makes the call it stands at, which must be `call`, and comes to the next one.
  void go(const std::string& call) {
    ASSERT_EQ(at_, call);
    resume();
  }
  // Makes all its calls until it ends.
  void finish() {
    while (at_ != "end") resume();
  }
  void die() {
    dies_ = true;
    resume();
    ASSERT_EQ(at_, "end");
  }
  // Makes the call it stands at, which must be `call`, and dies before it has the answer.
  void go_and_die(const std::string& call) {
    ASSERT_EQ(at_, call);
    dies_after_ = true;
    resume();
    ASSERT_EQ(at_, "end");
  }
  const std::string& at() const { return at_; }

 private:
  void stop(const std::string& call) {
    at_ = call;
    arrived_.set();
    on_.clear();
    loop_.wait(on_, kNever);
    at_ = "between calls";
    if (dies_) throw Died{};
  }
  Committed answered(Committed done) const {
    if (dies_after_) throw Died{};
    return done;
  }
  void resume() {
    arrived_.clear();
    on_.set();
    settle();
  }
  // Waits until it has arrived somewhere, for as long as any wait inside a strategy takes.
  void settle() { ASSERT_TRUE(loop_.wait(arrived_, loop_.now() + seconds(10))) << "it waits for somebody else"; }

  struct StoppingCache final : Cache, Owned {
    StoppingCache(Actor& actor, FakeCache& cache) : home(actor), behind(cache) {}
    Lookup get(Key key, Call& call) override { return home.stop("get"), behind.get(key, call); }
    Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
      return home.stop("set"), behind.set(key, value, ttl, call);
    }
    Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
      return home.stop("add"), behind.add(key, value, ttl, call);
    }
    Stored erase(Key key, Call& call) override { return home.stop("delete"), behind.erase(key, call); }
    Owned* owned() override { return this; }
    Stored erase_if(Key key, Bytes token, Call& call) override {
      return home.stop("unlock"), behind.erase_if(key, token, call);
    }
    Queue* queue() override { return behind.queue(); }
    Actor& home;
    FakeCache& behind;
  };
  struct StoppingOrigin final : Origin {
    StoppingOrigin(Actor& actor, FakeOrigin& origin) : home(actor), behind(origin) {}
    Loaded load(Key key, Call& call) override { return home.stop("load"), behind.load(key, call); }
    Committed store(Key key, uint64_t id, Bytes payload, Call& call) override {
      return home.stop("store"), home.answered(behind.store(key, id, payload, call));
    }
    Committed erase(Key key, uint64_t id, Call& call) override {
      return home.stop("store"), home.answered(behind.erase(key, id, call));
    }
    Actor& home;
    FakeOrigin& behind;
  };

  Loop& loop_;
  StoppingCache cache_;
  StoppingOrigin origin_;
  Event on_, arrived_;
  std::string at_ = "start";
  bool dies_ = false, dies_after_ = false;

 public:
  Client client;
};

// One key, row 1 at the start. An answer is stale, or a write lost, only if some
// write was acknowledged before the read (the last look) began, and had started after the answer's own was
// acknowledged.
class ScheduleTest : public StrategyTest {
 protected:
  ScheduleTest() { origin_.latency = Duration{0}; }

  std::unique_ptr<Actor> actor() { return std::make_unique<Actor>(*loop_, cache_, origin_, rng_); }

  std::unique_ptr<Actor> reads(Strategy& strategy, Answer& answer) {
    auto made = actor();
    made->start([&](Client& client) { answer = strategy.read(kKey, client); });
    return made;
  }
  std::unique_ptr<Actor> writes(Strategy& strategy, uint64_t id) {
    return changes(id, [&strategy, id](Client& client) { return strategy.write(kKey, {id, "new"}, client); });
  }
  std::unique_ptr<Actor> erases(Strategy& strategy, uint64_t id) {
    return changes(id, [&strategy, id](Client& client) { return strategy.erase(kKey, id, client); });
  }
  // A read with nothing else under way.
  struct Judged {
    Answer answer;
    bool stale = false;
  };
  Judged reads_alone(Strategy& strategy) {
    const Time began = tick();
    const Answer answer = StrategyTest::read(strategy);
    return {answer, is_older_than_acknowledged(answer.write_id, began)};
  }
  bool reads_stale(Strategy& strategy) { return reads_alone(strategy).stale; }
  // The cached entry is not what the origin has, with nobody left who would change that before the TTL ends.
  bool is_stuck() const {
    const auto at = cache_.stored.find("key-1");
    Value value;
    if (at == cache_.stored.end()) return false;
    EXPECT_EQ(decode_value(kKey, at->second, Envelope::checked, value), Decoded::ok);
    return value.write_id != origin_.write_id;
  }
  bool has_lost() { return is_older_than_acknowledged(origin_.write_id, tick()); }

  void evict() { cache_.stored.erase("key-1"); }
  void crash_cache() {
    cache_.stored.clear();
    cache_.waiting.queue = {};
  }

 private:
  struct Write {
    uint64_t id;
    Time started, acknowledged;
  };
  std::unique_ptr<Actor> changes(uint64_t id, std::function<bool(Client&)> change) {
    auto made = actor();
    made->start([this, id, change = std::move(change)](Client& client) {
      const Time started = tick();
      if (change(client)) acknowledged_.push_back({id, started, tick()});
    });
    return made;
  }
  // Steps take no time here, so their order needs a clock of its own.
  Time tick() { return Time(++ticks_); }
  bool is_older_than_acknowledged(uint64_t id, Time began) const {
    const auto own =
        std::find_if(acknowledged_.begin(), acknowledged_.end(), [&](const Write& w) { return w.id == id; });
    if (own == acknowledged_.end() && id != 1) return false;  // never acknowledged: ordered with nothing
    const Time since = own == acknowledged_.end() ? Time{} : own->acknowledged;
    return std::any_of(acknowledged_.begin(), acknowledged_.end(),
                       [&](const Write& w) { return w.acknowledged < began && w.started > since; });
  }

  std::vector<Write> acknowledged_;
  Duration ticks_{0};
};

// The schedules that break most write paths.
class Anomalies : public ScheduleTest {
 protected:
  std::unique_ptr<Strategy> aside(const std::string& on_write, const std::string& more = "") {
    return strategy(R"({"type": "cache-aside", "ttl": "none", "on_write": )" + on_write + more + "}");
  }

  // A fill holds the old row while the write runs from beginning to end.
  void let_a_fill_span_a_write(Strategy& of, const std::string& fill = "set") {
    const auto reader = reads(of, answer_);
    reader->go("get");
    reader->go("load");
    const auto writer = writes(of, 2);
    writer->finish();
    reader->go(fill);
    ASSERT_EQ(reader->at(), "end");
  }

  // Two writers reach the origin in one order and the cache in the other.
  void let_writers_cross(Strategy& of, const std::string& origin, const std::string& cache) {
    const auto first = writes(of, 2);
    const auto second = writes(of, 3);
    first->go(origin);
    second->go(origin);
    second->go(cache);
    first->go(cache);
    ASSERT_EQ(first->at(), "end");
    ASSERT_EQ(second->at(), "end");
  }

  void expect_stale_and_stuck(Strategy& of) {
    EXPECT_TRUE(is_stuck());
    EXPECT_TRUE(reads_stale(of));
    EXPECT_FALSE(has_lost());
  }

  void end_phase(Strategy& of) {
    tasks_.ending().set();
    of.drain(client_);
  }

  Answer answer_;
};

}  // namespace hitbench
