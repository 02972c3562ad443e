// How coarsely the LRU policies of Redis know when an entry was used.
#pragma once

#include <optional>
#include <string>

#include "cache/cache.h"

namespace hitbench {

// LRU_CLOCK_RESOLUTION is 1,000 ms (server.h of Redis, and of its relatives that have policies of these names). Where 5
// s comes from: docs/method.md, "Redis' LRU and time".
inline std::optional<CoarseUses> redis_coarse_uses(const std::string& policy) {
  if (!policy.ends_with("-lru")) return std::nullopt;
  return CoarseUses{std::chrono::seconds(5),
                    "its LRU (" + policy + ") compares times of a clock that ticks once a second"};
}

}  // namespace hitbench
