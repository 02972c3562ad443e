// Failures come before everything else: who answers less has shorter queues, fewer commands and fewer misses, so a
// candidate that fails more than its base is a regression whatever its other figures say. So is one that cannot keep an
// open loop's rate though its base can, or keeps less of it than its base: its latencies depend on how long the run
// lasts.
#pragma once

#include <string>
#include <vector>

#include "judge/criterion.h"
#include "judge/verdict.h"

namespace hitbench {

inline constexpr const char* kFailedShare = "failed_share";

// The share of failed operations, as it is judged: as the user named it, or as usual.
Criterion failed_share(const std::vector<Criterion>& named);

// Whether a run's failures can be judged: it is valid, or would be but for them.
bool has_failures_to_judge(const RunResult& run);

// What can be said of the failures of these runs (base[i] against candidate[i]). Regressed: the candidate failed more
// than `judged` allows, exactly or else by more than chance would (the normal approximation of two proportions). That
// takes failures that have nothing to do with each other; those of a fault come all together, so where there are any,
// only what failed beyond them is tested so, and more of them are suspect. In virtual time there is no probability.
// Nothing where nobody failed.
Maybe<VerdictItem> failures_item(const std::vector<const RunResult*>& base,
                                 const std::vector<const RunResult*>& candidate, const Criterion& criterion, Mode mode);

// Why nothing else of a row is told whose candidate fails more; `more` is what its run itself says.
std::string only_failures_told(const std::string& more);

inline constexpr const char* kPace = "pace";

// The share of its pace that an open loop kept, as it is judged: as the user named it, or from 1 % on, which is also
// what makes a row overloaded.
Criterion pace_criterion(const std::vector<Criterion>& named);

// Operations piled up, and how much is known, whatever else there is to say of the run.
bool is_behind(const RunResult& run);

// Which sides fall behind. In a few slots that is no property of a side: it takes more than a fifth of them.
struct Behind {
  bool base = false, candidate = false;
  bool any() const { return base || candidate; }
};

// Of these runs (base[i] against candidate[i]), where both know their pace. Behind a backlog a latency depends on how
// long the run lasts, so of a row with any only failures and pace are told, in a gate as in a comparison.
Behind behind_in(const std::vector<const RunResult*>& base, const std::vector<const RunResult*>& candidate);

// Why nothing but the pace, which is `item`, is told of a row.
std::string only_pace_told(const Behind& behind, const VerdictItem& item);

// The metrics that the user named and that are not told of the row of `pace`: inconclusive, for it was them that was
// asked for.
std::vector<VerdictItem> untold_items(const VerdictItem& pace, const std::vector<Criterion>& named,
                                      const std::string& why);

}  // namespace hitbench
