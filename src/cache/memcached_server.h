// What "memcached" and "libmemcached" share: the same server, reached by different clients.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "cache/cache.h"
#include "cache/connection_backend.h"
#include "cache/memcached_codec.h"

namespace hitbench {

// It writes nothing, so it needs no directory.
std::vector<std::string> memcached_arguments(const Params& params, const Address& address, const std::string&);
bool is_whole_memcached_stats(std::string_view text);
BackendUsage memcached_usage(std::string_view stats);
CacheLimits memcached_limits(const Params& params, bool users_server);
std::vector<Field> memcached_server_fields(std::string_view address_doc);

template <MemcachedProtocol::Dialect dialect>
std::shared_ptr<const Protocol> memcached_protocol(const Params&, bool, int) {
  return std::make_shared<MemcachedProtocol>(dialect);
}

template <MemcachedProtocol::Dialect dialect>
constexpr ServerKind memcached_kind(std::string_view name) {
  return {.name = name,
          .program = "memcached",
          .package = "memcached",
          .default_port = 11211,
          .arguments = &memcached_arguments,
          .protocol = &memcached_protocol<dialect>,
          .usage_request = "stats\r\n",
          .is_whole_usage = &is_whole_memcached_stats,
          .usage = &memcached_usage,
          .limits = &memcached_limits};
}

}  // namespace hitbench
