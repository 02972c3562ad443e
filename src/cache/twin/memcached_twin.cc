// The twin of "memcached": Memcached 1.6.18 over its meta commands.
#include <chrono>

#include "cache/memcached/server.h"
#include "cache/twin/memcached_model.h"
#include "cache/twin/twin_arguments.h"
#include "cache/twin/twin_backend.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

// What is sent to a real one: whole seconds, and beyond 30 days none.
Time memcached_end(Duration ttl, Time now) {
  const std::chrono::seconds lives(memcached_ttl_s(ttl));
  return lives.count() > 0 ? now + lives : kNever;
}

}  // namespace

std::unique_ptr<Backend> make_memcached_twin(const Params& params, const BackendContext& context) {
  refuse_real_fields("memcached", params);
  MemcachedArguments given;
  given.model.memory_bytes = static_cast<uint64_t>(params.integer("memory")) >> 20 << 20;  // -m takes megabytes
  given.threads = static_cast<int>(params.integer("threads"));
  given.connections = kMostMemcachedConnections;
  given.model.seed = context.seed;
  const MemcachedArguments arguments = read_memcached_arguments(params.texts("args"), given);
  const TwinTimes times = twin_times(context, "memcached", params.text("transport"));
  TwinSetting setting{.name = "memcached", .version = "memcached 1.6.18 (twin)"};
  setting.stands_for = "memcached is a twin: a model of memcached 1.6.18, with times " + times.source;
  setting.make_model = [model = arguments.model](uint32_t) { return make_memcached_model(model); };
  setting.end_of = &memcached_end;
  setting.threads = static_cast<size_t>(arguments.threads);
  setting.times = times.times;
  put_network(params, setting);
  setting.connections = arguments.connections;
  setting.out_of_memory = "SERVER_ERROR out of memory storing object";
  setting.too_large = "SERVER_ERROR object too large for cache";
  setting.has_versions = arguments.model.cas;
  if (!arguments.model.segmented) setting.coarse_uses = memcached_flat_lru();
  setting.used_per_byte = kMemcachedUsedQuarters / 4.0;
  setting.limits = memcached_limits(params, false);
  setting.limits.item_bytes = arguments.model.item_max;
  return make_twin(std::move(setting), context.seed);
}

}  // namespace hitbench
