// Defaults of parts that the scenario's reader has to know, too.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace hitbench {

inline constexpr uint64_t kDefaultMemoryEntries = 10000;  // of a memory cache that names no limit

// Of a call of a memory cache in virtual time: a lookup of 100 bytes and its way through the strategy, rounded up; so
// virtual time always moves.
inline constexpr Duration kDefaultMemoryLatency = std::chrono::microseconds(1);

}  // namespace hitbench
