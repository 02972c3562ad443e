// The claims of a scenario: sentences, each with the condition under which it is true.
#pragma once

#include <string>
#include <vector>

#include "judge/condition.h"
#include "judge/measured_row.h"
#include "metrics/result.h"

namespace hitbench {

// inconclusive: the rounds disagree. not_determined: something was not measured, or is invalid.
enum class ClaimVerdict { holds, fails, inconclusive, not_determined };

struct ClaimResult {
  std::string says;  // of a scenario's claim
  ClaimVerdict verdict = ClaimVerdict::not_determined;
  std::string why;               // the two sides with their figures, and what keeps us from telling
  std::string figures;           // the same without the sides' metrics
  bool too_many_failed = false;  // in a row that it is about, so that it cannot be determined
};

// A claim holds (or fails) only if it does so over the whole run and for the 95 % interval over its rounds. Counts that
// have no rounds, such as lost writes, and virtual time are judged by their value.
ClaimResult judge_claim(const Condition& claim, const std::vector<MeasuredRow>& rows);

std::vector<ClaimResult> judge_claims(const Result& result);

// Throws Error{usage} for one that is malformed or names what none of `rows` is.
Condition parse_claim_at(size_t index, const std::string& holds_if, const std::vector<std::string>& rows);

}  // namespace hitbench
