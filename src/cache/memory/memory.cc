#include "cache/memory/memory.h"

#include "base/defaults.h"
#include "base/error.h"
#include "cache/parts.h"

namespace hitbench {

template class MemoryStore<Lru>;
template class MemoryCache<Lru>;
template class MemoryStore<Numbered>;
template class MemoryCache<Numbered>;

namespace {

void refuse_in_real_time(const Params& params) {
  if (params.boolean("shared")) {
    throw usage_error("cache memory: \"shared\" needs virtual time: real processes share no memory cache",
                      "add \"clock\": \"virtual\", or use redis or memcached");
  }
  if (params.has("latency")) {
    throw usage_error("cache memory: \"latency\" needs virtual time: in real time the cache takes what it takes",
                      "add \"clock\": \"virtual\", or leave \"latency\" out");
  }
}

}  // namespace

MemorySetting memory_setting(const Params& params, const BackendContext& context) {
  if (!context.virtual_time) refuse_in_real_time(params);
  MemorySetting setting{.limits = {}, .latency = Duration{0}, .shared = params.boolean("shared")};
  if (params.has("bytes")) setting.limits.bytes = static_cast<uint64_t>(params.integer("bytes"));
  if (params.has("entries")) {
    setting.limits.entries = static_cast<uint64_t>(params.integer("entries"));
  } else if (!params.has("bytes")) {
    setting.limits.entries = kDefaultMemoryEntries;
  }
  if (context.virtual_time)
    setting.latency = params.has("latency") ? params.duration("latency") : kDefaultMemoryLatency;
  return setting;
}

std::unique_ptr<Backend> make_numbered_memory(const Params& params, const BackendContext& context,
                                              std::unique_ptr<EvictionPolicy> (*policy)(const PolicySetting&)) {
  return std::make_unique<MemoryBackend<Numbered>>(memory_setting(params, context), Numbered{policy});
}

std::vector<Field> memory_fields(const std::vector<std::string_view>& policies) {
  return {
      {.name = "entries",
       .type = FieldType::integer,
       .fallback = "null",
       .doc = "how many entries it holds; 10000 unless bytes are given",
       .min = 1,
       .max = UINT32_MAX - 1},
      {.name = "bytes",
       .type = FieldType::size,
       .fallback = "null",
       .doc = "how much memory it takes, overhead included; not what policies but lru keep beside it",
       .min = 4096},
      {.name = "policy",
       .type = FieldType::text,
       .fallback = "\"lru\"",
       .doc = "which entry is evicted when the cache is full: see hitbench list evictions",
       .choices = policies},
      {.name = "shared",
       .type = FieldType::boolean,
       .fallback = "false",
       .doc = "one cache behind all processes, as a remote one is; virtual time only"},
      {.name = "latency",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "what each call costs in virtual time; 1us unless given",
       .min = 0},
  };
}

}  // namespace hitbench
