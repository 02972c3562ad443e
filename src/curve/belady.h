// Belady's bound: the hits of a cache that knows the future and evicts the entry whose next use is farthest (Belady, "A
// study of replacement algorithms for a virtual-storage computer", 1966). No policy that stores what it missed has
// more, for entries of one size.
#pragma once

#include <cstdint>
#include <vector>

#include "curve/replay.h"
#include "curve/stack_distances.h"

namespace hitbench {

// Of each request, which request is the next that can hit what it leaves in the cache; kNoUse where it is of no use. 4
// bytes a request, shared by all sizes.
inline constexpr uint32_t kNoUse = UINT32_MAX;
std::vector<uint32_t> next_uses(const Replay& replay);

// `entries`: the size. A bit a request and 1.6 % more is all that it keeps.
SizeHits belady(const Replay& replay, const std::vector<uint32_t>& next_uses, uint64_t entries);

}  // namespace hitbench
