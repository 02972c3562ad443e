// The expressions of answers and claims: metrics of rows ("cache-aside/redis.read.p50"), numbers with units,
// + − × ÷ (also * / -), parentheses, `difference a b` and one comparison.
//
// MeasuredRow names contain almost any character ('/', '?', '=', '.'), so an expression is read against the rows there
// are: the longest name that fits, followed by a dot and a metric, wins.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "judge/answer.h"
#include "judge/format.h"
#include "judge/measured_row.h"

namespace hitbench {

class Expression {
 public:
  // Throws Error{usage} that names `where` ("answer", "claims[0].holds_if"), the place, and the nearest known name.
  static Expression parse(const std::string& text, const std::vector<std::string>& rows, const std::string& where);

  bool is_comparison() const;

  // Its value in words, for an answer: "2.40 ms", "23 % lower (95 % interval 20 to 26 %)", "yes", or "not measured
  // (row was skipped: ...)".
  std::string words(const std::vector<MeasuredRow>& rows) const;
  // Why rows that it names are not to be trusted: "row: reason".
  std::vector<std::string> faults(const std::vector<MeasuredRow>& rows) const;

  // A comparison holds (or fails) only if it does so over the whole run and for the 95 % interval over its rounds.
  // Counts that have no rounds, such as lost writes, and virtual time are judged by their value.
  struct Judgement {
    ClaimVerdict verdict = ClaimVerdict::cannot_tell;
    std::string why;
    bool too_many_failed = false;  // in a row that it is about
  };
  Judgement judge(const std::vector<MeasuredRow>& rows) const;

  struct Node;
  struct Comparison;

 private:
  std::shared_ptr<const Comparison> comparison_;
};

}  // namespace hitbench
