// Results with thresholds, judged.
#pragma once

#include "judge/thresholds.h"
#include "report/report.h"
#include "tests/report/sample.h"

namespace hitbench::sample {

inline std::vector<ThresholdVerdict> verdicts_on(const Result& result, const std::vector<std::string>& thresholds) {
  return judge_thresholds(parse_thresholds(thresholds, names(result)), result);
}

inline Result judged(Result result, const std::vector<std::string>& thresholds) {
  result.thresholds = thresholds;
  result.threshold_verdicts = verdicts_on(result, thresholds);
  return result;
}

// One is met, one is missed on one row and cannot be determined on the invalid one and on the one that did not run.
inline Result judged_and_troubled() { return judged(troubled(), {"none/none:hit_ratio<=0", "read.response.p99<1ms"}); }

}  // namespace hitbench::sample
