// Defaults of parts that the scenario's reader has to know, too.
#pragma once

#include <cstdint>

namespace hitbench {

inline constexpr uint64_t kDefaultMemoryEntries = 10000;  // of a memory cache that names no limit

}  // namespace hitbench
