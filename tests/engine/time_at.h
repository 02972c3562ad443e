// A time of a run's clock, as short as tests need it.
#pragma once

#include <chrono>

#include "base/time.h"

namespace hitbench {

inline Time at(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }

}  // namespace hitbench
