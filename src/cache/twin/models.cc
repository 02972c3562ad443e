#include "cache/twin/models.h"

#include <optional>

#include "base/check.h"
#include "cache/twin/memcached_model.h"
#include "cache/twin/redis_model.h"

namespace hitbench {
namespace {

constexpr std::string_view kFlat = "flat";

}  // namespace

std::unique_ptr<ServerModel> make_redis_model_of(std::string_view policy, const ModelLimit& limit) {
  const std::optional<RedisPolicy> named = redis_policy_named(policy);
  CHECK(named.has_value());
  return make_redis_model(
      {.memory_bytes = limit.bytes, .entries = limit.entries, .policy = *named, .seed = limit.seed});
}

std::vector<std::string_view> redis_model_policies() {
  return {redis_policy_names().begin(), redis_policy_names().end()};
}

std::unique_ptr<ServerModel> make_memcached_model_of(std::string_view policy, const ModelLimit& limit) {
  const uint64_t memory_bytes = limit.bytes >> 20 << 20;                   // -m takes megabytes
  if (limit.entries == 0 && memory_bytes < 2 * (1 << 20)) return nullptr;  // items may be half as large: 1 MiB
  return make_memcached_model({.memory_bytes = memory_bytes,
                               .entries = limit.entries,
                               .modern = policy != kFlat,
                               .segmented = policy != kFlat,
                               .seed = limit.seed});
}

std::vector<std::string_view> memcached_model_policies() { return {"segmented", kFlat}; }

}  // namespace hitbench
