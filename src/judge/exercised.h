// What differs between two sides, and whether that had a chance to matter: a shorter TTL changes nothing where nothing
// expires. A change whose mechanism occurred on neither side is no change that was tested.
#pragma once

#include <vector>

#include "judge/verdict.h"

namespace hitbench {

// Tells what differs between the sides, and which of it was not exercised. Where none of it was, a verdict that would
// say that nothing is worse becomes invalid: one of `reasons` says "not-exercised". Call it when the items are there;
// differences that the results do not tell of are in the verdict already.
void judge_changes(const std::vector<const Result*>& base, const std::vector<const Result*>& candidate,
                   Verdict& verdict);

}  // namespace hitbench
