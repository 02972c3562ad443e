// The twin of "memcached": Memcached 1.6.18 over its meta commands.
#include <chrono>

#include "cache/memcached/server.h"
#include "cache/twin/memcached_model.h"
#include "cache/twin/twin_arguments.h"
#include "cache/twin/twin_backend.h"
#include "cache/twin/twins.h"

namespace hitbench {
namespace {

// From the start of the process to its first answer: the outages of kills without "for" of memcached 1.6.18 were 27 to
// 108 ms on a busy machine with two cores.
constexpr Duration kMemcachedRestart = std::chrono::milliseconds(50);

// What is sent to a real one: whole seconds, and beyond 30 days none.
Time memcached_end(Duration ttl, Time now) {
  const std::chrono::seconds lives(memcached_ttl_s(ttl));
  return lives.count() > 0 ? now + lives : kNever;
}

MemcachedModelSetting memcached_model_setting(const MemcachedArguments& arguments, uint64_t seed) {
  MemcachedModelSetting setting;
  setting.memory_bytes = arguments.memory;
  setting.modern = arguments.modern;
  setting.segmented = arguments.segmented;
  setting.growth_factor = arguments.growth_factor;
  setting.chunk_min = arguments.chunk_min;
  setting.item_max = arguments.item_max;
  setting.cas = arguments.cas;
  setting.evicts = arguments.evicts;
  setting.crawler = arguments.crawler;
  setting.slab_automove = arguments.slab_automove;
  setting.temporary_ttl = arguments.temporary_ttl;
  setting.hot_percent = arguments.hot_percent;
  setting.warm_percent = arguments.warm_percent;
  setting.hot_max_factor = arguments.hot_max_factor;
  setting.warm_max_factor = arguments.warm_max_factor;
  setting.seed = seed;
  return setting;
}

}  // namespace

std::unique_ptr<Backend> make_memcached_twin(const Params& params, const BackendContext& context) {
  refuse_real_fields("memcached", params);
  MemcachedArguments given;
  given.memory = static_cast<uint64_t>(params.integer("memory")) >> 20 << 20;  // -m takes megabytes
  given.threads = static_cast<int>(params.integer("threads"));
  given.connections = kMostMemcachedConnections;
  const MemcachedArguments arguments = read_memcached_arguments(params.texts("args"), given);
  const TwinTimes times = twin_times(context, "memcached", params.text("transport"));
  TwinSetting setting{.name = "memcached", .version = "memcached 1.6.18 (twin)"};
  setting.stands_for = "memcached is a twin: a model of memcached 1.6.18, with times " + times.source;
  setting.make_model = [model = memcached_model_setting(arguments, context.seed)](uint32_t) {
    return make_memcached_model(model);
  };
  setting.end_of = &memcached_end;
  setting.threads = static_cast<size_t>(arguments.threads);
  setting.times = times.times;
  setting.restart = kMemcachedRestart;
  setting.connections = arguments.connections;
  setting.out_of_memory = "SERVER_ERROR out of memory storing object";
  setting.too_large = "SERVER_ERROR object too large for cache";
  setting.has_versions = arguments.cas;
  if (!arguments.segmented) setting.coarse_uses = memcached_flat_lru();
  setting.used_per_byte = kMemcachedUsedQuarters / 4.0;
  setting.limits = memcached_limits(params, false);
  return make_twin(std::move(setting), context.seed);
}

}  // namespace hitbench
