// Failures come before everything else: who answers less has shorter queues, fewer commands and fewer misses, so a
// candidate that fails more than its base is a regression whatever its other figures say.
#pragma once

#include <string>
#include <vector>

#include "compare/judged.h"
#include "compare/verdict.h"

namespace hitbench {

inline constexpr const char* kFailedShare = "failed_share";

// The share of failed operations, as it is judged: as the user named it, or as usual.
Judged failed_share(const std::vector<Judged>& named);

// Whether a run's failures can be judged: it is valid, or would be but for them.
bool has_failures_to_judge(const RunResult& run);

// What can be said of the failures of these runs (base[i] against candidate[i]). Regressed: the candidate failed more
// than `judged` allows, exactly or else by more than chance would (the normal approximation of two proportions). That
// takes failures that have nothing to do with each other; those of a fault come all together, so where there are any,
// only what failed beyond them is tested so, and more of them are suspect. Nothing where nobody failed.
Maybe<VerdictItem> failures_item(const std::vector<const RunResult*>& base,
                                 const std::vector<const RunResult*>& candidate, const Judged& judged, Mode mode);

// Says what it is about instead of a change in percent: a share that was zero has none.
void note_failures(VerdictItem& item);

// Why nothing else of a row is told whose candidate fails more; `more` is what its run itself says.
std::string only_failures_told(const std::string& more);

}  // namespace hitbench
