// One policy at one size, over all requests.
#pragma once

#include <cstdint>
#include <optional>

#include "cache/memory/policy.h"
#include "curve/replay.h"
#include "curve/stack_distances.h"

namespace hitbench {

struct SimulatedCache {
  uint64_t capacity = 0;
  bool by_bytes = false;             // else in entries
  std::optional<uint64_t> ttl = {};  // in ticks, from the fill on: an entry leaves when it has passed
};

// `policy` is fresh, for the capacity and all keys. An entry larger than the capacity is not stored.
SizeHits simulate(const Replay& replay, const SimulatedCache& cache, EvictionPolicy& policy);

}  // namespace hitbench
