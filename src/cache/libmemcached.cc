// The cache "libmemcached": the same server as "memcached", through the client library that applications use. It
// blocks its thread, so every client is a process of its own (the thread model) with one connection.
#include <libmemcached/memcached.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "cache/connection_backend.h"
#include "cache/memcached_codec.h"
#include "cache/memcached_server.h"
#include "cache/own_keys.h"
#include "cache/parts.h"
#include "io/loop.h"

namespace hitbench {
namespace {

// The library does not try a server again for a second after it failed; without a pause a closed loop would count
// millions of failures meanwhile.
constexpr useconds_t kPauseWhenDownUs = 10'000;

struct Free {
  void operator()(memcached_st* client) const { memcached_free(client); }
  void operator()(char* bytes) const { std::free(bytes); }
};

std::shared_ptr<const Protocol> protocol(const Params&, bool, int) {
  return std::make_shared<MemcachedProtocol>(MemcachedProtocol::Dialect::text);
}

constexpr ServerKind kLibmemcached{.name = "libmemcached",
                                   .program = "memcached",
                                   .package = "memcached",
                                   .default_port = 11211,
                                   .arguments = &memcached_arguments,
                                   .protocol = &protocol,
                                   .usage_request = "stats\r\n",
                                   .is_whole_usage = &is_whole_memcached_stats,
                                   .usage = &memcached_usage};

class LibmemcachedCache final : public Cache {
 public:
  LibmemcachedCache(Loop& loop, const ServerBackend& server, const ConnectOptions& options)
      : loop_(loop),
        client_(memcached_create(nullptr)),
        prefix_(server.key_prefix()),
        users_server_(server.users_server()),
        per_operation_(options.per_operation) {
    configure(options.timeout);
    const Address& address = server.address();
    const char* const where = address.host_or_path.c_str();
    const memcached_return_t added =
        address.unix ? memcached_server_add_unix_socket(client_.get(), where)
                     : memcached_server_add(client_.get(), where, static_cast<in_port_t>(address.port));
    const memcached_return_t code = added == MEMCACHED_SUCCESS ? memcached_version(client_.get()) : added;
    if (code == MEMCACHED_SUCCESS) return;
    throw world_error("libmemcached at " + address.text() + ": " + memcached_strerror(nullptr, code),
                      "see whether that server runs and answers");
  }

  Lookup get(Key key, Call& call) override {
    const Bytes name = full(key);
    size_t length = 0;
    uint32_t flags = 0;
    memcached_return_t code = MEMCACHED_FAILURE;
    const std::unique_ptr<char, Free> value(
        memcached_get(client_.get(), name.data(), name.size(), &length, &flags, &code));
    const Lookup::Status status = code == MEMCACHED_SUCCESS    ? Lookup::Status::hit
                                  : code == MEMCACHED_NOTFOUND ? Lookup::Status::miss
                                                               : Lookup::Status::failed;
    if (status == Lookup::Status::hit) call.value.assign(value ? value.get() : "", length);
    finish(call, code);
    return {status, status == Lookup::Status::hit ? Bytes(call.value) : Bytes()};
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    if (users_server_) own_keys_.remember(key);
    const Bytes name = full(key);
    return stored(call, memcached_set(client_.get(), name.data(), name.size(), value.data(), value.size(),
                                      static_cast<time_t>(memcached_ttl_s(ttl)), 0));
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    if (users_server_) own_keys_.remember(key);
    const Bytes name = full(key);
    return stored(call, memcached_add(client_.get(), name.data(), name.size(), value.data(), value.size(),
                                      static_cast<time_t>(memcached_ttl_s(ttl)), 0));
  }

  Stored erase(Key key, Call& call) override {
    const Bytes name = full(key);
    return stored(call, memcached_delete(client_.get(), name.data(), name.size(), 0));
  }

  void remove_own_keys(Call& call) override {
    std::string text;
    while (own_keys_.take(text)) {
      if (erase(Key{0, text}, call) == Stored::failed) return;
    }
  }

 private:
  void configure(Duration timeout) {
    const auto us = static_cast<uint64_t>(std::max<int64_t>(1000, timeout / std::chrono::microseconds(1)));
    const std::pair<memcached_behavior_t, uint64_t> settings[] = {
        {MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 0},      {MEMCACHED_BEHAVIOR_TCP_NODELAY, 1},
        {MEMCACHED_BEHAVIOR_SND_TIMEOUT, us},         {MEMCACHED_BEHAVIOR_RCV_TIMEOUT, us},
        {MEMCACHED_BEHAVIOR_POLL_TIMEOUT, us / 1000}, {MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, us / 1000},
        {MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 1},
    };
    for (const auto& [name, value] : settings) memcached_behavior_set(client_.get(), name, value);
  }

  Bytes full(Key key) {
    if (prefix_.empty()) return key.text;
    name_.assign(prefix_).append(key.text);
    return name_;
  }

  Stored stored(Call& call, memcached_return_t code) {
    finish(call, code);
    if (code == MEMCACHED_SUCCESS || code == MEMCACHED_STORED || code == MEMCACHED_DELETED) return Stored::stored;
    if (code == MEMCACHED_NOTSTORED || code == MEMCACHED_NOTFOUND || code == MEMCACHED_DATA_EXISTS) {
      return Stored::not_stored;
    }
    return Stored::failed;
  }

  void finish(const Call& call, memcached_return_t code) {
    if (per_operation_) memcached_quit(client_.get());
    const bool down = code == MEMCACHED_SERVER_TEMPORARILY_DISABLED || code == MEMCACHED_SERVER_MARKED_DEAD;
    if (down && loop_.now() < call.deadline) usleep(kPauseWhenDownUs);
  }

  Loop& loop_;
  const std::unique_ptr<memcached_st, Free> client_;
  const std::string prefix_;
  const bool users_server_;
  const bool per_operation_;
  std::string name_;
  OwnKeys own_keys_;
};

class LibmemcachedBackend final : public Backend {
 public:
  LibmemcachedBackend(const Params& params, const BackendContext& context) : server_(kLibmemcached, params, context) {}

  void start() override { server_.start(); }
  void stop() override { server_.stop(); }
  std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions& options) override {
    return std::make_unique<LibmemcachedCache>(loop, server_, options);
  }
  void fault(const Fault& fault) override { server_.fault(fault); }
  void heal(const Fault& fault) override { server_.heal(fault); }
  BackendUsage usage() override { return server_.usage(); }
  bool blocks_thread() const override { return true; }
  bool waits_on_socket() const override { return true; }

 private:
  ServerBackend server_;
};

}  // namespace

std::unique_ptr<Backend> make_libmemcached(const Params& params, const BackendContext& context) {
  return std::make_unique<LibmemcachedBackend>(params, context);
}

std::vector<Field> libmemcached_fields() {
  return memcached_server_fields("your own server: libmemcached://host:port or libmemcached+unix:///path");
}

}  // namespace hitbench
