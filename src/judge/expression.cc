#include "judge/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/text.h"
#include "judge/expression_node.h"

namespace hitbench {
namespace {

using Node = Expression::Node;
using Kind = Node::Kind;

struct Value {
  Maybe<double> number;
  std::string missing;  // why there is no number
};

Value missing(std::string why) { return {.number = {}, .missing = std::move(why)}; }

std::vector<const Node*> metrics_of(const Node& node) {
  if (node.kind == Kind::metric) return {&node};
  std::vector<const Node*> found;
  for (const auto* child : {node.left.get(), node.right.get()}) {
    if (child == nullptr) continue;
    const std::vector<const Node*> more = metrics_of(*child);
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

Value metric_value(const Node& node, const std::vector<MeasuredRow>& rows, const int* round) {
  const MeasuredRow* row = find_row(rows, node.row);
  if (row == nullptr) return missing("not measured (the result has no row " + node.row + ")");
  if (row->skipped()) return missing("not measured (" + row->fault() + ")");
  if (round != nullptr) {
    const auto values = row->by_round(node.path);
    if (const auto found = values.find(*round); found != values.end()) return {.number = found->second, .missing = ""};
  }
  if (const Maybe<double> value = row->value(node.path)) return {.number = value, .missing = ""};
  const bool percentile = node.path.find(".p9") != std::string::npos || node.path.find(".p5") != std::string::npos;
  return missing(percentile ? "not measured (too few samples)" : "not measured");
}

Value combine(Kind kind, double a, double b) {
  switch (kind) {
    case Kind::add:
      return {.number = a + b, .missing = ""};
    case Kind::subtract:
      return {.number = a - b, .missing = ""};
    case Kind::multiply:
      return {.number = a * b, .missing = ""};
    case Kind::divide:
      return b == 0 ? missing("not defined (division by 0)") : Value{.number = a / b, .missing = ""};
    case Kind::difference:
      return a == 0 ? missing("not defined (relative to 0)") : Value{.number = b / a - 1, .missing = ""};
    default:
      return missing("not measured");
  }
}

Value evaluate(const Node& node, const std::vector<MeasuredRow>& rows, const int* round) {
  if (node.kind == Kind::literal) return {.number = node.literal, .missing = ""};
  if (node.kind == Kind::metric) return metric_value(node, rows, round);
  const Value left = evaluate(*node.left, rows, round);
  if (!left.number) return left;
  if (node.kind == Kind::negate) return {.number = -*left.number, .missing = ""};
  const Value right = evaluate(*node.right, rows, round);
  if (!right.number) return right;
  return combine(node.kind, *left.number, *right.number);
}

bool in_virtual_time(const std::vector<const Node*>& metrics, const std::vector<MeasuredRow>& rows) {
  for (const Node* node : metrics) {
    const MeasuredRow* row = find_row(rows, node->row);
    if (row == nullptr || row->run().clock != "virtual") return false;
  }
  return true;
}

std::string words_of(const Node& node, const std::vector<MeasuredRow>& rows) {
  const Value value = evaluate(node, rows, nullptr);
  if (!value.number) return value.missing;
  if (node.kind == Kind::difference) {
    const MeasuredRow &from = *find_row(rows, node.left->row), &to = *find_row(rows, node.right->row);
    const std::string& path = node.left->path;
    const bool virtual_time = in_virtual_time(metrics_of(node), rows);
    if (unit_of(path) == Unit::share) return points_words(*points_between(from, to, path), virtual_time);
    if (const auto difference = difference_of(from, to, path)) return difference_words(*difference, virtual_time);
  }
  if (node.kind == Kind::metric) return format_metric(*value.number, node.path);
  return format_value(*value.number, node.unit);
}

std::string faults_of(const std::vector<const Node*>& metrics, const std::vector<MeasuredRow>& rows) {
  std::string faults;
  for (const Node* node : metrics) {
    const MeasuredRow* row = find_row(rows, node->row);
    if (row == nullptr || row->can_judge(node->path)) continue;
    const std::string fault = row->name + ": " + row->fault();
    if (faults.find(fault) == std::string::npos) faults += (faults.empty() ? "" : "; ") + fault;
  }
  return faults;
}

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
std::set<int> common_rounds(const std::vector<const Node*>& metrics, const std::vector<MeasuredRow>& rows, bool& any,
                            std::string& without) {
  std::set<int> common;
  for (const Node* node : metrics) {
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

Rounds rounds_of(const Expression::Comparison& comparison, const std::vector<const Node*>& metrics,
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
    const Value left = evaluate(*comparison.left, rows, &key);
    const Value right = evaluate(*comparison.right, rows, &key);
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

bool compare(double left, const std::string& op, double right) {
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  if (op == ">=") return left >= right;
  return left == right;
}

// Whether the comparison has one answer wherever in the interval the true distance lies.
bool interval_agrees(const Interval& interval, const std::string& op, bool holds) {
  if (op == "==") return holds ? interval.low == 0 && interval.high == 0 : !interval.contains(0);
  return compare(interval.low, op, 0) == holds && compare(interval.high, op, 0) == holds;
}

std::string side_words(const Node& node, const std::vector<MeasuredRow>& rows) {
  const std::string words = words_of(node, rows);
  return node.kind == Kind::literal ? words : node.text + " = " + words;
}

}  // namespace

Expression Expression::parse(const std::string& text, const std::vector<std::string>& rows, const std::string& where) {
  Expression expression;
  expression.comparison_ = std::make_shared<Comparison>(parse_expression(text, rows, where));
  return expression;
}

bool Expression::is_comparison() const { return !comparison_->op.empty(); }

std::string Expression::words(const std::vector<MeasuredRow>& rows) const {
  if (is_comparison()) {
    const ClaimVerdict verdict = judge(rows).verdict;
    return verdict == ClaimVerdict::holds ? "yes" : verdict == ClaimVerdict::fails ? "no" : "cannot tell";
  }
  return words_of(*comparison_->left, rows);
}

std::vector<std::string> Expression::faults(const std::vector<MeasuredRow>& rows) const {
  std::vector<std::string> faults;
  if (is_comparison() || !evaluate(*comparison_->left, rows, nullptr).number) return faults;  // its words say so
  for (const Node* node : metrics_of(*comparison_->left)) {
    const MeasuredRow* row = find_row(rows, node->row);
    if (row != nullptr && !row->can_judge(node->path)) faults.push_back(row->name + ": " + row->fault());
  }
  return faults;
}

Expression::Judgement Expression::judge(const std::vector<MeasuredRow>& rows) const {
  const Comparison& claim = *comparison_;
  std::vector<const Node*> metrics = metrics_of(*claim.left);
  const std::vector<const Node*> right_metrics = metrics_of(*claim.right);
  metrics.insert(metrics.end(), right_metrics.begin(), right_metrics.end());
  Judgement judgement{.why = side_words(*claim.left, rows) + " against " + side_words(*claim.right, rows)};
  judgement.too_many_failed = std::any_of(metrics.begin(), metrics.end(), [&](const Node* node) {
    const MeasuredRow* row = find_row(rows, node->row);
    return row != nullptr && row->too_many_failed() && !row->can_judge(node->path);
  });
  const Value left = evaluate(*claim.left, rows, nullptr);
  const Value right = evaluate(*claim.right, rows, nullptr);
  if (!left.number || !right.number) return judgement;
  if (const std::string faults = faults_of(metrics, rows); !faults.empty()) {
    judgement.why += "; " + faults;
    return judgement;
  }
  const bool holds = compare(*left.number, claim.op, *right.number);
  const Rounds rounds = rounds_of(claim, metrics, rows);
  const bool by_value = !rounds.needed || (!rounds.interval && in_virtual_time(metrics, rows));
  if (!by_value && !rounds.fault.empty()) {
    judgement.why += "; " + rounds.fault;
  } else if (by_value || interval_agrees(*rounds.interval, claim.op, holds)) {
    judgement.verdict = holds ? ClaimVerdict::holds : ClaimVerdict::fails;
  } else {
    judgement.why += "; the rounds do not agree (95 % interval)";
  }
  return judgement;
}

}  // namespace hitbench
