// Answers and claims: a scenario's sentences, filled in from its result.
#include "judge/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "judge/expression.h"

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
                        "write {ROW.METRIC}");
    }
    done += value_of(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return done;
}

std::string place_of_claim(size_t index) { return fmt::format("claims[{}].holds_if", index); }

Expression parse_claim(const std::string& text, const std::vector<std::string>& rows, size_t index) {
  Expression expression = Expression::parse(text, rows, place_of_claim(index));
  if (expression.is_comparison()) return expression;
  throw usage_error(fmt::format("{}: '{}' compares nothing", place_of_claim(index), text),
                    "write a comparison: ROW.read.p99 < 5ms");
}

}  // namespace

void check_answer_syntax(const std::string& answer, const std::vector<std::pair<std::string, std::string>>& claims,
                         const std::vector<std::string>& rows) {
  replaced(answer, [&](const std::string& text) {
    Expression::parse(text, rows, "answer");
    return "";
  });
  for (size_t i = 0; i < claims.size(); ++i) parse_claim(claims[i].second, rows, i);
}

std::string fill_answer(const Result& result) {
  const std::vector<MeasuredRow> rows = rows_of(result);
  std::vector<std::string> faults;  // each once, however many figures it spoils
  std::string answer = replaced(result.answer, [&](const std::string& text) {
    const Expression expression = Expression::parse(text, names_of(rows), "answer");
    for (std::string& fault : expression.faults(rows)) {
      if (std::find(faults.begin(), faults.end(), fault) == faults.end()) faults.push_back(std::move(fault));
    }
    return expression.words(rows);
  });
  return faults.empty() ? answer : fmt::format("{} ({})", answer, fmt::join(faults, "; "));
}

std::vector<ClaimResult> judge_claims(const Result& result) {
  const std::vector<MeasuredRow> rows = rows_of(result);
  std::vector<ClaimResult> results;
  for (size_t i = 0; i < result.claims.size(); ++i) {
    const auto& [says, holds_if] = result.claims[i];
    const Expression::Judgement judgement = parse_claim(holds_if, names_of(rows), i).judge(rows);
    results.push_back({.says = says,
                       .verdict = judgement.verdict,
                       .why = judgement.why,
                       .too_many_failed = judgement.too_many_failed});
  }
  return results;
}

}  // namespace hitbench
