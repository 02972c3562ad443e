#include "judge/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/text.h"
#include "stats/interval.h"

namespace hitbench {
namespace {

// left - right (on the logarithm where both are positive): below zero where left is smaller.
double distance(double left, double right, bool logarithmic) {
  return logarithmic ? std::log(left / right) : left - right;
}

// What the rounds say about left - right.
struct Rounds {
  bool needed = false;  // some metric varies from round to round
  std::string fault;    // why they say nothing
  std::optional<Interval> interval;
};

// The rounds that every metric with rounds has. `without` names a time or rate that has none.
std::set<int> common_rounds(const std::vector<const Expression*>& metrics, const std::vector<MeasuredRow>& rows,
                            bool& any, std::string& without) {
  std::set<int> common;
  for (const Expression* node : metrics) {
    const auto values = find_row(rows, node->row)->by_round(node->path);
    if (values.empty()) {
      if (node->unit == Unit::time || node->path.starts_with("throughput")) without = node->text;
      continue;
    }
    std::set<int> keys;
    for (const auto& [key, value] : values) {
      if (!any || common.contains(key)) keys.insert(key);
    }
    common = std::move(keys);
    any = true;
  }
  return common;
}

Rounds rounds_of(const Condition& comparison, const std::vector<const Expression*>& metrics,
                 const std::vector<MeasuredRow>& rows) {
  Rounds result;
  std::string without;
  const std::set<int> keys = common_rounds(metrics, rows, result.needed, without);
  if (!without.empty()) {
    result.needed = true;
    result.fault = without + " was not measured by round: no interval";
    return result;
  }
  if (!result.needed) return result;
  std::vector<std::pair<double, double>> sides;
  bool logarithmic = true;
  for (const int& key : keys) {
    const ExpressionValue left = evaluate(*comparison.left, rows, &key);
    const ExpressionValue right = evaluate(*comparison.right, rows, &key);
    if (!left.number || !right.number) continue;
    sides.emplace_back(*left.number, *right.number);
    logarithmic = logarithmic && *left.number > 0 && *right.number > 0;
  }
  std::vector<double> distances;
  for (const auto& [left, right] : sides) distances.push_back(distance(left, right, logarithmic));
  result.interval = mean_interval(distances);
  if (!result.interval) result.fault = counted(sides.size(), "round") + ": no interval";
  return result;
}

// Whether the comparison has one answer wherever in the interval the true distance lies.
bool interval_agrees(const Interval& interval, const Condition& claim, bool holds) {
  if (claim.op == "==") return holds ? interval.low == 0 && interval.high == 0 : !interval.contains(0);
  return claim.holds_for(interval.low, 0) == holds && claim.holds_for(interval.high, 0) == holds;
}

// "236 µs, not below 206 µs".
std::string figures_of(const Condition& claim, const std::vector<MeasuredRow>& rows) {
  const Maybe<double> left = evaluate(*claim.left, rows).number, right = evaluate(*claim.right, rows).number;
  const std::string left_words = words_of(*claim.left, rows), right_words = words_of(*claim.right, rows);
  if (!left || !right) return left_words + " against " + right_words;
  const bool holds = claim.holds_for(*left, *right);
  const std::string relation = claim.op == "<"    ? "below"
                               : claim.op == "<=" ? "at most"
                               : claim.op == ">"  ? "above"
                               : claim.op == ">=" ? "at least"
                                                  : "equal to";
  return fmt::format("{}, {}{} {}", left_words, holds ? "" : "not ", relation, right_words);
}

}  // namespace

ClaimResult judge_claim(const Condition& claim, const std::vector<MeasuredRow>& rows) {
  const std::vector<const Expression*> metrics = claim.metrics();
  ClaimResult claimed{.why = side_words(*claim.left, rows) + " against " + side_words(*claim.right, rows),
                      .figures = figures_of(claim, rows)};
  const auto add = [&](const std::string& words) {
    claimed.why += "; " + words;
    claimed.figures += "; " + words;
  };
  claimed.too_many_failed = std::any_of(metrics.begin(), metrics.end(), [&](const Expression* metric) {
    const MeasuredRow* row = find_row(rows, metric->row);
    return row != nullptr && row->too_many_failed() && !row->can_judge(metric->path);
  });
  const ExpressionValue left = evaluate(*claim.left, rows);
  const ExpressionValue right = evaluate(*claim.right, rows);
  if (!left.number || !right.number) return claimed;
  if (const std::vector<std::string> faults = faults_of(metrics, rows); !faults.empty()) {
    add(fmt::format("{}", fmt::join(faults, "; ")));
    return claimed;
  }
  const bool holds = claim.holds_for(*left.number, *right.number);
  const Rounds rounds = rounds_of(claim, metrics, rows);
  const bool by_value = !rounds.needed || (!rounds.interval && in_virtual_time(metrics, rows));
  if (!by_value && !rounds.fault.empty()) {
    add(rounds.fault);
  } else if (by_value || interval_agrees(*rounds.interval, claim, holds)) {
    claimed.verdict = holds ? ClaimVerdict::holds : ClaimVerdict::fails;
  } else {
    claimed.verdict = ClaimVerdict::inconclusive;
    add("the rounds do not agree (95 % interval)");
  }
  return claimed;
}

Condition parse_claim_at(size_t index, const std::string& holds_if, const std::vector<std::string>& rows) {
  return parse_claim(holds_if, rows, fmt::format("claims[{}].holds_if", index));
}

std::vector<ClaimResult> judge_claims(const Result& result) {
  const std::vector<MeasuredRow> rows = rows_of(result);
  const std::vector<std::string> names = names_of(rows);
  std::vector<ClaimResult> results;
  for (size_t i = 0; i < result.claims.size(); ++i) {
    const auto& [says, holds_if] = result.claims[i];
    results.push_back(judge_claim(parse_claim_at(i, holds_if, names), rows));
    results.back().says = says;
  }
  return results;
}

}  // namespace hitbench
