// Both sides of a gate, in every slot, warm up for one and the same number of operations.
#pragma once

#include <string>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

// What sets it, from a trial of each side that warmed up until it was steady: the most that either needed. Nothing
// where a side did not go by that.
std::vector<std::string> warm_up_sets(const Result& base, const Result& candidate);

}  // namespace hitbench
