// A cache on a server, over any Protocol: one process' connections, shared by its clients. Redis and Memcached are
// this class with different protocols, so that what differs in a result is the server.
#pragma once

#include <memory>
#include <string>

#include "cache/cache.h"
#include "cache/connection_protocol.h"
#include "io/socket.h"

namespace hitbench {

struct ServerCacheOptions {
  std::string server;  // what messages call it: "redis"
  Address address;
  std::shared_ptr<const Protocol> protocol;
  std::string key_prefix;
  bool users_server = false;    // remember what was stored, to remove it afterwards
  Duration key_ttl = kForever;  // no key is there for longer
};

// Opens every connection (running `loop` if the caller is not on one of its fibers). Throws Error{environment}.
std::unique_ptr<Cache> connect_server_cache(Loop& loop, ServerCacheOptions server, const ConnectOptions& options);

}  // namespace hitbench
