// The cache "memcached": a private memcached, or the user's own, spoken to in meta commands over our own connections,
// so that it is compared with redis over the same client.
#include "cache/connection_backend.h"
#include "cache/memcached_codec.h"
#include "cache/memcached_server.h"
#include "cache/parts.h"

namespace hitbench {
namespace {

std::shared_ptr<const Protocol> protocol(const Params&, bool, int) { return std::make_shared<MemcachedProtocol>(); }

constexpr ServerKind kMemcached{.name = "memcached",
                                .program = "memcached",
                                .package = "memcached",
                                .default_port = 11211,
                                .arguments = &memcached_arguments,
                                .protocol = &protocol,
                                .usage_request = "stats\r\n",
                                .is_whole_usage = &is_whole_memcached_stats,
                                .usage = &memcached_usage};

}  // namespace

std::unique_ptr<Backend> make_memcached(const Params& params, const BackendContext& context) {
  return std::make_unique<ServerBackend>(kMemcached, params, context);
}

std::vector<Field> memcached_fields() {
  return memcached_server_fields("your own server: memcached://host:port or memcached+unix:///path");
}

}  // namespace hitbench
