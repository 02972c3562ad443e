// What "memcached" and "libmemcached" share: the same server, reached by different clients.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/connection_backend.h"
#include "cache/memcached/codec.h"

namespace hitbench {

// memcached's own default, 1024, is below what a scenario may ask for; more than this many need their own "args".
inline constexpr uint64_t kMostMemcachedConnections = 10000;
// Quarters: chunks of neighboring slab classes are a factor of 1.25 apart (memcached -f), and its own count of bytes
// is that of the items, not of the chunks that they lie in.
inline constexpr uint64_t kMemcachedUsedQuarters = 5;
// The flat LRU moves an item to the front if its last move is 60 s ago (ITEM_UPDATE_INTERVAL and do_item_update in
// items.c): one that is evicted sooner was never moved.
CoarseUses memcached_flat_lru();

// It writes nothing, so it needs no directory.
std::vector<std::string> memcached_arguments(const Params& params, const Address& address, const std::string&);
bool is_whole_memcached_stats(std::string_view text);
BackendUsage memcached_usage(std::string_view stats);
CacheLimits memcached_limits(const Params& params, bool users_server);
uint64_t memcached_entry_bytes(uint64_t bytes);
std::vector<Field> memcached_server_fields(std::string_view address_doc);

// Whoever knows the meta commands (1.6) knows -Y (1.5.15) too; libmemcached cannot log in so. Nobody but us reaches a
// Unix socket.
bool memcached_takes_secret(const Params& params);
std::vector<std::string> lock_memcached(const std::string& secret, const std::string& directory);
std::string memcached_login(const std::string& secret);

template <MemcachedProtocol::Dialect dialect>
std::shared_ptr<const Protocol> memcached_protocol(const Params&, bool, int, const std::string& secret) {
  return std::make_shared<MemcachedProtocol>(dialect, memcached_login(secret));
}

template <MemcachedProtocol::Dialect dialect>
constexpr ServerKind memcached_kind(std::string_view name) {
  return {.name = name,
          .program = "memcached",
          .package = "memcached",
          .default_port = 11211,
          .arguments = &memcached_arguments,
          .protocol = &memcached_protocol<dialect>,
          .lock_with = dialect == MemcachedProtocol::Dialect::meta ? &lock_memcached : nullptr,
          .takes_secret = &memcached_takes_secret,
          .usage_request = "stats\r\n",
          .is_whole_usage = &is_whole_memcached_stats,
          .usage = &memcached_usage,
          .entry_bytes = &memcached_entry_bytes,
          .connection_bytes = 0,  // they are not taken from the memory of the items
          .limit_name = "limit_maxbytes",
          .limits = &memcached_limits};
}

}  // namespace hitbench
