#include "judge/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "judge/claims.h"
#include "judge/expression_parser.h"

namespace hitbench {
namespace {

// The template with every {expression} replaced.
std::string replaced(const std::string& text, const std::function<std::string(const std::string&)>& value_of) {
  std::string done;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find('{', at);
    done += text.substr(at, open - at);
    if (open == std::string::npos) break;
    const size_t close = text.find('}', open);
    if (close == std::string::npos) {
      throw usage_error(fmt::format("answer: the brace of '{}' is never closed", text.substr(open)),
                        "write {ROW:METRIC}");
    }
    done += value_of(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return done;
}

// "yes", "no", "inconclusive" and "not determined" of a comparison; the value in words of anything else, and why it is
// not to be trusted.
std::string answer_words(const std::string& text, const std::vector<MeasuredRow>& rows,
                         std::vector<std::string>& faults) {
  const ParsedComparison parsed = parse_comparison(text, names_of(rows), "answer");
  if (!parsed.op.empty()) {
    const Condition condition = condition_of(text, parsed.left, parsed.op, parsed.right);
    const ClaimVerdict verdict = judge_claim(condition, rows).verdict;
    return verdict == ClaimVerdict::holds          ? "yes"
           : verdict == ClaimVerdict::fails        ? "no"
           : verdict == ClaimVerdict::inconclusive ? "inconclusive"
                                                   : "not determined";
  }
  if (evaluate(*parsed.left, rows).number) {  // else the words say so
    std::vector<std::string> found = faults_of(metrics_of(*parsed.left), rows);
    const bool any = !found.empty();
    for (std::string& fault : found) {
      if (std::find(faults.begin(), faults.end(), fault) == faults.end()) faults.push_back(std::move(fault));
    }
    if (any) return words_of(*parsed.left, rows) + " (invalid)";
  }
  return words_of(*parsed.left, rows);
}

}  // namespace

void check_answer_syntax(const std::string& answer, const std::vector<std::pair<std::string, std::string>>& claims,
                         const std::vector<std::string>& rows) {
  replaced(answer, [&](const std::string& text) {
    parse_comparison(text, rows, "answer");
    return "";
  });
  for (size_t i = 0; i < claims.size(); ++i) static_cast<void>(parse_claim_at(i, claims[i].second, rows));
}

std::string fill_answer(const Result& result) {
  const std::vector<MeasuredRow> rows = rows_of(result);
  std::vector<std::string> faults;  // each once, however many figures it spoils
  const std::string answer =
      replaced(result.answer, [&](const std::string& text) { return answer_words(text, rows, faults); });
  return faults.empty() ? answer : fmt::format("{} ({})", answer, fmt::join(faults, "; "));
}

}  // namespace hitbench
