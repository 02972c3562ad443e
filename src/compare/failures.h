// Failures come before everything else: who answers less has shorter queues, fewer commands and fewer misses, so a
// candidate that fails more than its base is a regression whatever its other figures say.
#pragma once

#include <string>
#include <vector>

#include "compare/judged.h"
#include "compare/verdict.h"

namespace hitbench {

inline constexpr const char* kFailedShare = "failed_share";

// The share of failed operations, as it is judged.
Judged failed_share();

// Whether a run's failures can be judged: it is valid, or would be but for them.
bool has_failures_to_judge(const RunResult& run);

// What can be said of the failures of these runs (base[i] against candidate[i]). Regressed: the candidate failed more,
// where `exact` by any amount, else by more than failed_share() allows and by more than chance would (the normal
// approximation of two proportions). Nothing where nobody failed.
Maybe<VerdictItem> failures_item(const std::vector<const RunResult*>& base,
                                 const std::vector<const RunResult*>& candidate, bool exact);

// Says what it is about instead of a change in percent: a share that was zero has none.
void note_failures(VerdictItem& item);

// Why nothing else of a row is told whose candidate fails more; `more` is what its run itself says.
std::string only_failures_told(const std::string& more);

}  // namespace hitbench
