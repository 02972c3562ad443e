#include "cache/connection_cache.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cache/connection_channel.h"
#include "cache/own_keys.h"
#include "cache/route.h"

namespace hitbench {
namespace {

// Keys are removed by this many fibers, so that the requests are pipelined.
constexpr int kRemovers = 64;
constexpr Duration kRemovalPause = std::chrono::milliseconds(50);

// A batch's requests go in pieces of this many bytes: what both sides' socket buffers hold while nobody reads replies.
constexpr size_t kMostRequestBytes = 64 * 1024;

class ServerCache final : public Cache, public Batch, public Owned {
 public:
  ServerCache(Loop& loop, ServerCacheOptions server, const ConnectOptions& options)
      : loop_(loop),
        server_(std::move(server)),
        protocol_(*server_.protocol),
        options_(options),
        contact_(options.seed) {
    if (options.per_operation) return;
    const int count = std::max(1, options.connections);
    route_ = std::make_unique<SingleServerRoute>(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      channels_.push_back(std::make_unique<Channel>(loop, server_.address, protocol_, options_, contact_, words_));
    }
  }

  void open() {
    if (options_.per_operation) return try_out();
    for (const std::unique_ptr<Channel>& channel : channels_) {
      Connection::Failure failure;
      if (!channel->open(loop_.now() + options_.timeout, failure)) throw refused(failure);
    }
  }

  Lookup get(Key key, Call& call) override {
    const ServerReply::Kind kind = exchange(key, call, [&](std::string& out) { protocol_.get(out, full(key)); }).kind;
    return lookup(kind, call.value);
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    if (server_.users_server) own_keys_.remember(key);
    const Duration lives = std::min(ttl, server_.key_ttl);
    return stored(exchange(key, call, [&](std::string& out) { protocol_.set(out, full(key), value, lives); }).kind);
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    if (server_.users_server) own_keys_.remember(key);
    const Duration lives = std::min(ttl, server_.key_ttl);
    return stored(exchange(key, call, [&](std::string& out) { protocol_.add(out, full(key), value, lives); }).kind);
  }

  Stored erase(Key key, Call& call) override {
    return stored(exchange(key, call, [&](std::string& out) { protocol_.erase(out, full(key)); }).kind);
  }

  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    for (size_t begin = 0; begin < keys.size();) begin = get_some(keys, begin, call, found);
  }

  Owned* owned() override { return this; }
  Stored erase_if(Key key, Bytes token, Call& call) override {
    past_.begun += protocol_.commands_in_erase_if();
    const Connection::Answer answer =
        exchange(key, call, [&](std::string& out) { protocol_.erase_if(out, full(key), token); });
    if (answer.kind != ServerReply::Kind::value) return stored(answer.kind);
    if (call.value != token) return Stored::not_stored;
    if (answer.version == 0) return Stored::failed;  // a memcached that runs with -C knows no versions
    ++uncounted_;
    return stored(
        exchange(key, call, [&](std::string& out) { protocol_.erase_version(out, full(key), answer.version); }).kind);
  }

  Queue* queue() override {
    if (queue_ == nullptr) make_queue();
    return queue_.get();
  }

  std::optional<Traffic> traffic() const override {
    Traffic all = past_;
    for (const std::unique_ptr<Channel>& channel : channels_) all.add(channel->traffic());
    all.completed -= std::min(all.completed, uncounted_);
    all.bounded = queue_ == nullptr;  // its scripts run as many commands as there are writes
    return all;
  }

  Tally take_words() override { return std::exchange(words_, {}); }

  // Several at once, so that the requests are pipelined.
  uint64_t remove_own_keys(const std::function<void()>& progress) override {
    if (own_keys_.size() == 0) return 0;
    Removal removal{.progress = progress, .last_success = loop_.now()};
    // With a connection for each call no more of them than the run had: that is what the user's server has room for.
    const int removers = options_.per_operation ? std::clamp(options_.connections, 1, kRemovers) : kRemovers;
    int running = removers;
    Event done;
    for (int i = 0; i < removers; ++i) {
      loop_.spawn([&] {
        remove_some(removal);
        if (--running == 0) done.set();
      });
    }
    loop_.wait(done, kNever);
    return removal.left + own_keys_.size();
  }

 private:
  FullKey full(Key key) const { return {server_.key_prefix, key.text}; }

  void make_queue() {
    std::vector<std::string> keys;
    queue_ = protocol_.queue(
        server_.key_prefix, server_.key_ttl,
        [this](Call& call, const std::function<void(std::string&)>& encode) {
          return exchange(Key{0, queue_key_}, call, encode).kind;
        },
        keys);
    if (!keys.empty()) queue_key_ = keys.front();
    uint64_t id = UINT64_MAX;  // no key of a workload's
    for (const std::string& key : keys) {
      if (server_.users_server) own_keys_.remember({id--, key});
    }
  }

  static Lookup lookup(ServerReply::Kind kind, Bytes value) {
    if (kind == ServerReply::Kind::value) return {Lookup::Status::hit, value};
    return {kind == ServerReply::Kind::not_stored ? Lookup::Status::miss : Lookup::Status::failed, {}};
  }

  static Stored stored(ServerReply::Kind kind) {
    if (kind == ServerReply::Kind::stored) return Stored::stored;
    return kind == ServerReply::Kind::not_stored ? Stored::not_stored : Stored::failed;
  }

  template <class Encode>
  [[gnu::flatten]] Connection::Answer exchange(Key key, Call& call, const Encode& encode) {
    const Time deadline = deadline_of(call);
    if (options_.per_operation) return exchange_alone(deadline, call, encode);
    return exchange(choose(route_->connection_of(key, call), deadline), deadline, call, encode);
  }

  template <class Encode>
  [[gnu::noinline]] Connection::Answer exchange_alone(Time deadline, Call& call, const Encode& encode) {
    const std::unique_ptr<Connection> connection = open_one(deadline);
    if (connection != nullptr) past_.begun += greeting_commands_ + 1;
    const Connection::Answer answer = exchange(connection.get(), deadline, call, encode);
    if (connection != nullptr) past_.completed += connection->traffic().completed;
    return answer;
  }

  template <class Encode>
  Connection::Answer exchange(Connection* connection, Time deadline, Call& call, const Encode& encode) {
    if (connection == nullptr) return {};
    encode(connection->out());
    const Connection::Answer answer = connection->exchange(deadline, call.value);
    if (connection->is_broken()) [[unlikely]]
      contact_.ended();
    return answer;
  }

  Time deadline_of(const Call& call) const {
    return call.deadline != kNever ? call.deadline : loop_.now() + options_.timeout;
  }

  [[gnu::noinline]] std::unique_ptr<Connection> open_one(Time deadline) {
    Connection::Failure ignored;
    return Connection::open_unasked(loop_, server_.address, protocol_, options_.timeout, deadline, words_, ignored);
  }

  // As many lookups from `begin` on as go in one piece; returns where the next piece begins.
  size_t get_some(std::span<const Key> keys, size_t begin, Call& call,
                  const std::function<void(size_t, Lookup)>& found) {
    const Time deadline = deadline_of(call);
    if (!options_.per_operation) {
      const std::span<const Key> together = keys.first(begin + route_->count_together(keys.subspan(begin)));
      return get_some(choose(route_->connection_of(keys[begin], call), deadline), together, begin, deadline, found);
    }
    const std::unique_ptr<Connection> connection = open_one(deadline);
    if (connection != nullptr) past_.begun += greeting_commands_ + keys.size() - begin;
    const size_t end = get_some(connection.get(), keys, begin, deadline, found);
    if (connection == nullptr) return end;
    past_.begun -= keys.size() - end;
    past_.completed += connection->traffic().completed;
    return end;
  }

  size_t get_some(Connection* connection, std::span<const Key> keys, size_t begin, Time deadline,
                  const std::function<void(size_t, Lookup)>& found) {
    if (connection == nullptr) {
      for (size_t i = begin; i < keys.size(); ++i) found(i, Lookup{});
      return keys.size();
    }
    const size_t most = connection->out().size() + kMostRequestBytes;
    size_t end = begin;
    for (; end < keys.size() && connection->out().size() < most; ++end) {
      protocol_.get(connection->out(), full(keys[end]));
    }
    size_t next = begin;
    connection->exchange_many(end - begin, deadline,
                              [&](const ServerReply& reply) { found(next++, lookup(reply.kind, reply.value)); });
    if (connection->is_broken()) contact_.ended();
    return end;
  }

  Connection* choose(size_t connection, Time deadline) {
    Connection* const chosen = channels_[connection]->ready(deadline);
    past_.shared += chosen != nullptr && chosen->is_in_use() ? 1 : 0;
    return chosen;
  }

  void try_out() {
    Connection::Failure failure;
    const Time deadline = loop_.now() + options_.timeout;
    if (protocol_.counts_greeting()) {
      past_.begun += static_cast<uint64_t>(protocol_.greeting_and_probe().replies);
      greeting_commands_ = static_cast<uint64_t>(protocol_.greeting().replies);
    }
    if (!Connection::open(loop_, server_.address, protocol_, options_.timeout, deadline, words_, failure)) {
      throw refused(failure);
    }
  }

  Error refused(const Connection::Failure& failure) const {
    const std::string remedy =
        server_.users_server ? "start that server, correct \"address\", or leave \"address\" out for a private one"
                             : "see the end of its log, or name another program with \"server\"";
    return environment_error(server_.server + " at " + failure.error, failure.remedy.empty() ? remedy : failure.remedy);
  }

  struct Removal {
    const std::function<void()>& progress;
    Time last_success;
    uint64_t left = 0;
    bool given_up = false;
  };

  void remove_some(Removal& removal) {
    std::string text;
    while (!removal.given_up && own_keys_.take(text)) {
      if (remove(Key{0, text}, removal)) {
        removal.last_success = loop_.now();
        removal.progress();
      } else {
        ++removal.left;
      }
    }
  }

  // Tries until no key at all could be removed for a while.
  bool remove(Key key, Removal& removal) {
    while (!try_to_remove(key)) {
      if (loop_.now() - removal.last_success > kRemovalPatience) removal.given_up = true;
      if (removal.given_up) return false;
      loop_.sleep_until(loop_.now() + kRemovalPause);
    }
    return true;
  }

  // Whatever the server answers to a command of ours, an answer about the key itself says that it is gone. A link may
  // be slower than the run's timeout: what was stored over it arrived all the same.
  bool try_to_remove(Key key) {
    Call call;
    const auto ask = [&](const auto& encode) {
      call.deadline = loop_.now() + kRemovalPatience;
      return exchange(key, call, encode);
    };
    Connection::Answer answer = ask([&](std::string& out) { protocol_.erase(out, full(key)); });
    for (int way = 0; answer.refused; ++way) {
      if (protocol_.lies_elsewhere(call.value)) return true;
      std::string request;
      if (!protocol_.erase_otherwise(request, full(key), way)) break;
      answer = ask([&](std::string& out) { out += request; });
    }
    if (answer.refused) answer = ask([&](std::string& out) { protocol_.get(out, full(key)); });
    return answer.kind == ServerReply::Kind::stored || answer.kind == ServerReply::Kind::not_stored;
  }

  Loop& loop_;
  const ServerCacheOptions server_;
  const Protocol& protocol_;
  const ConnectOptions options_;
  Tally words_;  // of all connections, which it outlives
  ServerContact contact_;
  std::unique_ptr<SingleServerRoute> route_;  // null where each call opens its own connection
  std::vector<std::unique_ptr<Channel>> channels_;
  uint64_t greeting_commands_ = 0;  // of a connection per operation
  Traffic past_;                    // of such connections, and of what runs inside scripts
  uint64_t uncounted_ = 0;          // answered, but perhaps not counted: memcached's deletes of a version that is gone
  OwnKeys own_keys_;
  std::string queue_key_;         // the queue's first key: its others are where this one is
  std::unique_ptr<Queue> queue_;  // once it is asked for
};

}  // namespace

std::unique_ptr<Cache> connect_server_cache(Loop& loop, ServerCacheOptions server, const ConnectOptions& options) {
  auto cache = std::make_unique<ServerCache>(loop, std::move(server), options);
  std::optional<Error> error;
  run_on_fiber(loop, [&] {
    try {
      cache->open();
    } catch (const Error& failed) {
      error = failed;
    }
  });
  if (error.has_value()) throw *error;
  return cache;
}

}  // namespace hitbench
