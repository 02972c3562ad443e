// Response times over a run as a map: how many reads of each time span took how long. It is made from what the recorder
// keeps of every second, and bounded, so that a long run's result stays small.
#pragma once

#include "metrics/result.h"
#include "metrics/second_tails.h"

namespace hitbench {

inline constexpr size_t kMapColumns = 60, kMapLevels = 40;  // at most

LatencyMap latency_map_of(const SecondTails& tails);

}  // namespace hitbench
