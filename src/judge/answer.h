// The answer and the claims of a scenario: text and conditions over the metrics of its rows, read before anything runs
// and evaluated on the result.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

// Answers and claims: checks templates against the rows that a plan will have (before running) ...
void check_answer_syntax(const std::string& answer, const std::vector<std::pair<std::string, std::string>>& claims,
                         const std::vector<std::string>& rows);
// ... and fills them in.
std::string fill_answer(const Result& result);
enum class ClaimVerdict { holds, fails, cannot_tell };
struct ClaimResult {
  std::string says;
  ClaimVerdict verdict = ClaimVerdict::cannot_tell;
  std::string why;               // the two sides with their figures, and what keeps us from telling
  bool too_many_failed = false;  // in a row that it is about, so that it cannot be told
};
std::vector<ClaimResult> judge_claims(const Result& result);

}  // namespace hitbench
