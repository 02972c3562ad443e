#include "cache/twin/twin_cache.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cache/route.h"
#include "cache/server_words.h"
#include "cache/twin/twin_connection.h"

namespace hitbench {
namespace {

class TwinCache final : public Cache, public Batch, public Owned {
 public:
  TwinCache(Loop& loop, std::shared_ptr<TwinServer> server, const ConnectOptions& options)
      : loop_(loop),
        server_(std::move(server)),
        options_(options),
        home_(loop, *server_, options.timeout, options.seed),
        route_(static_cast<size_t>(std::max(1, options.connections))) {
    server_->attach(loop, connections());
    if (server_->setting().has_queue) {
      queue_ = make_twin_queue([this](Call& call, std::function<void(TwinQueueData&, Time)> script) {
        TwinWait wait;
        return ask({.verb = TwinVerb::script, .script = std::move(script)}, Key{0, ""}, wait, call) ==
               TwinReply::stored;
      });
    }
    if (options.per_operation) return;
    for (int i = 0; i < std::max(1, options.connections); ++i)
      channels_.push_back(std::make_unique<TwinChannel>(home_));
  }

  ~TwinCache() override {
    channels_.clear();
    server_->detach(connections());
  }

  Lookup get(Key key, Call& call) override {
    TwinWait wait;
    wait.value = &call.value;
    const TwinReply reply = ask({.verb = TwinVerb::get, .key = key.text}, key, wait, call);
    if (reply == TwinReply::value) return {Lookup::Status::hit, call.value};
    return {reply == TwinReply::not_stored ? Lookup::Status::miss : Lookup::Status::failed, {}};
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    return change({.verb = TwinVerb::set, .key = key.text, .value = value, .ttl = ttl}, key, call);
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    return change({.verb = TwinVerb::add, .key = key.text, .value = value, .ttl = ttl}, key, call);
  }

  Stored erase(Key key, Call& call) override { return change({.verb = TwinVerb::erase, .key = key.text}, key, call); }

  Owned* owned() override { return this; }
  Stored erase_if(Key key, Bytes token, Call& call) override {
    const TwinSetting& server = server_->setting();
    if (server.compares) return change({.verb = TwinVerb::erase_if, .key = key.text, .value = token}, key, call);
    TwinWait wait;
    wait.value = &call.value;
    const TwinReply reply = ask({.verb = TwinVerb::get, .key = key.text}, key, wait, call);
    if (reply != TwinReply::value) return stored(reply);
    if (call.value != token) return Stored::not_stored;
    if (!server.has_versions) return Stored::failed;
    return change({.verb = TwinVerb::erase_version, .key = key.text, .version = wait.version}, key, call);
  }

  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    if (keys.empty()) return;
    std::vector<TwinWait::Found> values;
    values.reserve(keys.size());
    TwinWait wait;
    wait.value = &call.value;
    wait.found = &values;
    const bool answered =
        ask({.verb = TwinVerb::get_many, .keys = keys}, keys.front(), wait, call) == TwinReply::stored;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (!answered) {
        found(i, Lookup{});
      } else if (values[i].hit) {
        found(i, {Lookup::Status::hit, Bytes(call.value).substr(values[i].begin, values[i].size)});
      } else {
        found(i, {Lookup::Status::miss, {}});
      }
    }
  }

  Queue* queue() override { return queue_.get(); }

  std::optional<Traffic> traffic() const override { return traffic_; }
  Tally take_words() override { return std::exchange(home_.words, {}); }

 private:
  uint32_t connections() const { return static_cast<uint32_t>(std::max(1, options_.connections)); }

  Stored change(TwinRequest request, Key key, Call& call) {
    TwinWait wait;
    return stored(ask(std::move(request), key, wait, call));
  }

  static Stored stored(TwinReply reply) {
    if (reply == TwinReply::stored) return Stored::stored;
    return reply == TwinReply::not_stored ? Stored::not_stored : Stored::failed;
  }

  TwinReply ask(TwinRequest request, Key key, TwinWait& wait, Call& call) {
    const Time deadline = call.deadline != kNever ? call.deadline : loop_.now() + options_.timeout;
    const std::shared_ptr<TwinConnection> connection =
        options_.per_operation ? open_one(request, deadline) : choose(key, call, deadline);
    if (connection == nullptr) return TwinReply::none;
    const uint64_t commands = std::max<uint64_t>(1, request.keys.size());
    traffic_.begun += commands;
    connection->exchange(std::move(request), wait, deadline);
    if (wait.reply != TwinReply::none) traffic_.completed += commands;
    if (connection->is_broken()) home_.contact.ended();
    return wait.reply;
  }

  std::shared_ptr<TwinConnection> choose(Key key, Call& call, Time deadline) {
    std::shared_ptr<TwinConnection> chosen = channels_[route_.connection_of(key, call)]->ready(deadline);
    traffic_.shared += chosen != nullptr && chosen->is_in_use() ? 1 : 0;
    return chosen;
  }

  // Each call tries, however often the server has refused.
  std::shared_ptr<TwinConnection> open_one(TwinRequest& request, Time deadline) {
    request.connects = true;
    if (!home_.shake_hands(deadline)) return nullptr;
    if (server_->is_up()) return std::make_shared<TwinConnection>(home_);
    note_no_connection(home_.words, "Connection refused");
    home_.pay(TwinContact::kAttempt, deadline);
    return nullptr;
  }

  Loop& loop_;
  const std::shared_ptr<TwinServer> server_;
  const ConnectOptions options_;
  TwinContact home_;
  SingleServerRoute route_;
  std::vector<std::unique_ptr<TwinChannel>> channels_;  // none where each call opens its own connection
  std::unique_ptr<Queue> queue_;
  Traffic traffic_;
};

}  // namespace

std::unique_ptr<Cache> connect_twin_cache(Loop& loop, std::shared_ptr<TwinServer> server,
                                          const ConnectOptions& options) {
  return std::make_unique<TwinCache>(loop, std::move(server), options);
}

}  // namespace hitbench
