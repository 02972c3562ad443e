// Two saved results against each other. They were recorded at different times, so whatever the machine did in between
// looks like the change: counters that are exact are judged as such, times are at most SUSPECT. For a verdict on times
// the two sides must run interleaved (gate/gate.h).
#pragma once

#include <string>
#include <vector>

#include "judge/criterion.h"
#include "judge/verdict.h"

namespace hitbench {

struct CompareOptions {
  std::string base, candidate;     // the files' names
  bool force = false;              // compare runs that are unlike
  std::vector<Criterion> metrics;  // empty: the usual ones
};

Verdict compare_results(const Result& base, const Result& candidate, const CompareOptions& options);

}  // namespace hitbench
