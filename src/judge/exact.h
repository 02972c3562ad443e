// Comparing without statistics: where nothing of the machine is in the figures, any difference is the change's doing.
#pragma once

#include <string>
#include <vector>

#include "judge/criterion.h"
#include "judge/verdict.h"

namespace hitbench {

// Why the counters of this run can be compared exactly, in words; empty if they cannot. In virtual time always. In real
// time where one client did a number of operations that was given beforehand, warm-up included, and nothing depended on
// the time: no cached entry expired, nothing ran in the background, nothing failed and no server chose what to evict.
// `result` is the run's.
std::string why_exact(const Result& result, const RunResult& run);

// Whether two runs answered the same operations. What is compared exactly must have.
bool same_operations(const RunResult& base, const RunResult& candidate);

// The verdict on one metric, from one or more runs of each side (base[i] and candidate[i] did the same operations).
// Nothing where it was not measured, or is zero in all of them, unless the user asked for it.
Maybe<VerdictItem> exact_item(const std::vector<const RunResult*>& base, const std::vector<const RunResult*>& candidate,
                              const Criterion& criterion);

}  // namespace hitbench
