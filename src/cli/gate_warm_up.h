// Both sides of a gate, in every slot, warm up for one and the same number of operations.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"
#include "metrics/result.h"

namespace hitbench {

// Whether any of these rows warms up until its hit ratio is steady.
bool warm_up_is_searched(const std::vector<RowPlan>& rows);

// What all of these rows take at most that warm up for a time or until they are steady; in real time.
Duration longest_warm_up(const std::vector<RowPlan>& rows);

// What sets the number, from a trial of each side: the most operations that any row of either side took, but where some
// were cut off before they were steady, the fewest of these, so that no slot takes much longer than the trial. Nothing
// where neither side warmed up until it was steady.
std::vector<std::string> warm_up_sets(const Result& base, const Result& candidate);

}  // namespace hitbench
