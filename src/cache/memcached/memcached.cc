// The cache "memcached": a private memcached, or the user's own, spoken to in meta commands over our own connections,
// so that it is compared with redis over the same client.
#include "cache/connection_backend.h"
#include "cache/memcached/server.h"
#include "cache/parts.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

constexpr ServerKind kMemcached = memcached_kind<MemcachedProtocol::Dialect::meta>("memcached");

}  // namespace

std::unique_ptr<Backend> make_memcached(const Params& params, const BackendContext& context) {
  if (context.virtual_time) return make_memcached_twin(params, context);
  return std::make_unique<ServerBackend>(kMemcached, params, context);
}

std::vector<Field> memcached_fields() {
  std::vector<Field> fields =
      memcached_server_fields("your own server: memcached://host:port or memcached+unix:///path");
  fields.push_back(twin_rtt_field());
  return fields;
}

}  // namespace hitbench
