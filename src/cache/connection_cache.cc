#include "cache/connection_cache.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "base/error.h"
#include "cache/connection_channel.h"
#include "cache/own_keys.h"

namespace hitbench {
namespace {

// Keys are removed by this many fibers, so that the requests are pipelined.
constexpr int kRemovers = 32;

class ServerCache final : public Cache {
 public:
  ServerCache(Loop& loop, ServerCacheOptions server, const ConnectOptions& options)
      : loop_(loop), server_(std::move(server)), protocol_(*server_.protocol), options_(options) {
    const int count = options.per_operation ? 0 : std::max(1, options.connections);
    for (int i = 0; i < count; ++i) {
      channels_.emplace_back(loop, server_.address, protocol_, options_, static_cast<uint64_t>(i));
    }
  }

  void open() {
    if (options_.per_operation) return try_out();
    for (Channel& channel : channels_) {
      Connection::Failure failure;
      if (!channel.open(loop_.now() + options_.timeout, failure)) throw refused(failure);
    }
  }

  Lookup get(Key key, Call& call) override {
    const ServerReply::Kind kind = exchange(call, [&](std::string& out) { protocol_.get(out, full(key)); });
    if (kind == ServerReply::Kind::value) return {Lookup::Status::hit, call.value};
    return {kind == ServerReply::Kind::not_stored ? Lookup::Status::miss : Lookup::Status::failed, {}};
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    if (server_.users_server) own_keys_.remember(key);
    return stored(exchange(call, [&](std::string& out) { protocol_.set(out, full(key), value, ttl); }));
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    if (server_.users_server) own_keys_.remember(key);
    return stored(exchange(call, [&](std::string& out) { protocol_.add(out, full(key), value, ttl); }));
  }

  Stored erase(Key key, Call& call) override {
    return stored(exchange(call, [&](std::string& out) { protocol_.erase(out, full(key)); }));
  }

  void remove_own_keys(Call&) override {
    if (own_keys_.size() == 0) return;
    int running = kRemovers;
    Event done;
    for (int i = 0; i < kRemovers; ++i) {
      loop_.spawn([&] {
        remove_some();
        if (--running == 0) done.set();
      });
    }
    loop_.wait(done, kNever);
  }

 private:
  FullKey full(Key key) const { return {server_.key_prefix, key.text}; }

  static Stored stored(ServerReply::Kind kind) {
    if (kind == ServerReply::Kind::stored) return Stored::stored;
    return kind == ServerReply::Kind::not_stored ? Stored::not_stored : Stored::failed;
  }

  template <class Encode>
  ServerReply::Kind exchange(Call& call, const Encode& encode) {
    const Time deadline = call.deadline != kNever ? call.deadline : loop_.now() + options_.timeout;
    if (!options_.per_operation) return exchange(choose(call, deadline), deadline, call, encode);
    Connection::Failure ignored;
    return exchange(Connection::open(loop_, server_.address, protocol_, options_.timeout, deadline, ignored).get(),
                    deadline, call, encode);
  }

  template <class Encode>
  static ServerReply::Kind exchange(Connection* connection, Time deadline, Call& call, const Encode& encode) {
    if (connection == nullptr) return ServerReply::Kind::error;
    encode(connection->out());
    return connection->exchange(deadline, call.value);
  }

  // A client keeps its connection: those who were answered together ask together again.
  Connection* choose(Call& call, Time deadline) {
    if (call.seat < 0) call.seat = static_cast<int>(next_seat_++ & 0x7fffffff);
    const size_t seat = static_cast<size_t>(call.seat);
    return channels_[seat < channels_.size() ? seat : seat % channels_.size()].ready(deadline);
  }

  void try_out() {
    Connection::Failure failure;
    const Time deadline = loop_.now() + options_.timeout;
    if (!Connection::open(loop_, server_.address, protocol_, options_.timeout, deadline, failure)) {
      throw refused(failure);
    }
  }

  Error refused(const Connection::Failure& failure) const {
    const std::string remedy =
        server_.users_server ? "start that server, correct \"address\", or leave \"address\" out for a private one"
                             : "see the end of its log, or name another program with \"server\"";
    return world_error(server_.server + " at " + failure.error, failure.remedy.empty() ? remedy : failure.remedy);
  }

  // Gives up at the first failure: keys that can't be reached now are left to their TTL.
  void remove_some() {
    Call call;
    std::string text;
    while (own_keys_.take(text)) {
      call.deadline = loop_.now() + options_.timeout;
      if (erase(Key{0, text}, call) == Stored::failed) return;
    }
  }

  Loop& loop_;
  const ServerCacheOptions server_;
  const Protocol& protocol_;
  const ConnectOptions options_;
  std::deque<Channel> channels_;  // they don't move
  uint32_t next_seat_ = 0;
  OwnKeys own_keys_;
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
