#include "judge/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace hitbench {
namespace {

using Kind = Expression::Kind;
using Value = ExpressionValue;

Value missing(std::string why) { return {.number = {}, .missing = std::move(why)}; }

Value metric_value(const Expression& node, const std::vector<MeasuredRow>& rows, const int* round) {
  const MeasuredRow* row = find_row(rows, node.row);
  if (row == nullptr) return missing("not measured (the result has no row " + node.row + ")");
  if (row->skipped()) return missing("not measured (" + row->fault() + ")");
  if (round != nullptr) {
    const auto values = row->by_round(node.path);
    if (const auto found = values.find(*round); found != values.end()) return {.number = found->second, .missing = ""};
  }
  if (const Maybe<double> value = row->value(node.path)) return {.number = value, .missing = ""};
  const bool percentile = percentile_values(row->run(), node.path).has_value();
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

}  // namespace

std::vector<const Expression*> metrics_of(const Expression& node) {
  if (node.kind == Kind::metric) return {&node};
  std::vector<const Expression*> found;
  for (const auto* child : {node.left.get(), node.right.get()}) {
    if (child == nullptr) continue;
    const std::vector<const Expression*> more = metrics_of(*child);
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

ExpressionValue evaluate(const Expression& node, const std::vector<MeasuredRow>& rows, const int* round) {
  if (node.kind == Kind::literal) return {.number = node.literal, .missing = ""};
  if (node.kind == Kind::metric) return metric_value(node, rows, round);
  const Value left = evaluate(*node.left, rows, round);
  if (!left.number) return left;
  if (node.kind == Kind::negate) return {.number = -*left.number, .missing = ""};
  const Value right = evaluate(*node.right, rows, round);
  if (!right.number) return right;
  return combine(node.kind, *left.number, *right.number);
}

bool in_virtual_time(const std::vector<const Expression*>& metrics, const std::vector<MeasuredRow>& rows) {
  for (const Expression* node : metrics) {
    const MeasuredRow* row = find_row(rows, node->row);
    if (row == nullptr || row->run().clock != "virtual") return false;
  }
  return true;
}

std::string words_of(const Expression& node, const std::vector<MeasuredRow>& rows) {
  const Value value = evaluate(node, rows);
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

std::vector<std::string> faults_of(const std::vector<const Expression*>& metrics,
                                   const std::vector<MeasuredRow>& rows) {
  std::vector<std::string> faults;
  for (const Expression* metric : metrics) {
    const MeasuredRow* row = find_row(rows, metric->row);
    if (row == nullptr || row->can_judge(metric->path)) continue;
    const std::string fault = row->name + ": " + row->fault();
    if (std::find(faults.begin(), faults.end(), fault) == faults.end()) faults.push_back(fault);
  }
  return faults;
}

std::string side_words(const Expression& node, const std::vector<MeasuredRow>& rows) {
  const std::string words = words_of(node, rows);
  return node.kind == Kind::literal ? words : node.text + " = " + words;
}

ExpressionPtr on_row(const ExpressionPtr& expression, const std::string& row) {
  if (expression == nullptr) return nullptr;
  Expression named = *expression;
  if (named.kind == Kind::metric && named.row.empty()) named.row = row;
  named.left = on_row(named.left, row);
  named.right = on_row(named.right, row);
  return std::make_shared<Expression>(std::move(named));
}

}  // namespace hitbench
