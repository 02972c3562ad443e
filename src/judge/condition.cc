#include "judge/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "judge/expression_parser.h"

namespace hitbench {
namespace {

Maybe<double> plain_number(std::string_view text) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

Maybe<double> limit_of(const std::string& text, Unit unit) {
  if (unit == Unit::time) {
    if (text == "0") return 0;
    const std::optional<Duration> time = parse_duration(text);
    return time ? Maybe<double>(static_cast<double>(time->count())) : std::nullopt;
  }
  if (text.ends_with('%')) {
    const Maybe<double> percent = plain_number(trimmed(text.substr(0, text.size() - 1)));
    return percent && unit == Unit::share ? Maybe<double>(*percent / 100) : std::nullopt;
  }
  if (const Maybe<double> number = plain_number(text)) return number;
  const std::optional<int64_t> count = unit == Unit::bytes ? parse_size(text) : parse_count(text);
  return count ? Maybe<double>(static_cast<double>(*count)) : std::nullopt;
}

const char* example_of(Unit unit) {
  switch (unit) {
    case Unit::time:
      return "a time needs a unit: 5ms";
    case Unit::share:
      return "write 95% or 0.95";
    case Unit::bytes:
      return "write 64MiB";
    case Unit::number:
      break;
  }
  return "write a number: 1000 or 1k";
}

// More than a number: then errors are those of expressions. A sign in front does not make one.
bool is_calculation(const std::string& text) {
  constexpr std::string_view kOperators[] = {"(", "+", "-", "−", "*", "×", "/", "÷", ":"};
  return is_metric(text) || text.starts_with("difference ") ||
         std::any_of(std::begin(kOperators), std::end(kOperators),
                     [&](std::string_view op) { return text.find(op, 1) != std::string::npos; });
}

// Where the operator is. Names of rows have no '<' or '>' but may have "==", so that it counts only after the row.
struct Operator {
  size_t at = std::string::npos;
  std::string text;
};

Operator operator_of(const std::string& text) {
  size_t at = text.find_first_of("<>");
  if (at == std::string::npos) at = text.rfind("==");
  if (at == std::string::npos) return {};
  return {.at = at, .text = text.substr(at, text.substr(at + 1).starts_with('=') ? 2 : 1)};
}

// `[ROW:]METRIC`: a row may contain ':', a metric does not. `ROW.METRIC` is the older spelling.
ExpressionPtr metric_at_left(const std::string& text, const std::vector<std::string>& rows, const std::string& where) {
  Expression metric{.kind = Expression::Kind::metric, .text = text};
  for (const std::string& row : rows) {
    if (!text.starts_with(row + ".") || !is_metric(text.substr(row.size() + 1))) continue;
    metric.row = row;
    metric.path = text.substr(row.size() + 1);
  }
  if (metric.path.empty()) {
    const size_t colon = text.rfind(':');
    if (colon != std::string::npos) metric.row = trimmed(text.substr(0, colon));
    metric.path = trimmed(colon == std::string::npos ? text : text.substr(colon + 1));
  }
  try {
    metric.unit = unit_of(metric.path);
  } catch (const Error& error) {
    throw usage_error(fmt::format("{}: {}", where, error.what()), error.remedy());
  }
  return std::make_shared<Expression>(std::move(metric));
}

ExpressionPtr value_at_right(const std::string& text, const Expression& metric, const std::vector<std::string>& rows,
                             const std::string& where) {
  if (const Maybe<double> limit = limit_of(text, metric.unit)) {
    return std::make_shared<Expression>(Expression{.unit = metric.unit, .text = text, .literal = *limit});
  }
  if (is_calculation(text)) return parse_value(text, metric, rows, where);
  throw usage_error(fmt::format("{}: '{}' is not a value of {}", where, text, metric.path), example_of(metric.unit));
}

}  // namespace

bool Condition::holds_for(double left_value, double right_value) const {
  if (op == "<") return left_value < right_value;
  if (op == "<=") return left_value <= right_value;
  if (op == ">") return left_value > right_value;
  if (op == ">=") return left_value >= right_value;
  return left_value == right_value;
}

std::vector<const Expression*> Condition::metrics() const {
  std::vector<const Expression*> all = metrics_of(*left);
  const std::vector<const Expression*> more = metrics_of(*right);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Condition Condition::on(const std::string& row_name) const {
  Condition condition = *this;
  if (condition.row.empty()) condition.row = row_name;
  condition.left = on_row(left, condition.row);
  condition.right = on_row(right, condition.row);
  return condition;
}

Condition condition_of(const std::string& text, ExpressionPtr left, const std::string& op, ExpressionPtr right) {
  Condition condition{.text = text, .op = op};
  if (left->kind == Expression::Kind::metric) {
    condition.row = left->row;
    condition.metric = left->path;
  }
  if (metrics_of(*right).empty()) condition.limit = evaluate(*right, {}).number;
  condition.left = std::move(left);
  condition.right = std::move(right);
  return condition;
}

Condition parse_condition(const std::string& text, const std::vector<std::string>& rows, const std::string& where) {
  const Operator op = operator_of(text);
  if (op.text.empty()) {
    throw usage_error(fmt::format("{}: there is no <, <=, >, >= or == in it", where),
                      "write [ROW:]METRIC OP VALUE, for example read.response.p99<5ms");
  }
  ExpressionPtr left = metric_at_left(trimmed(text.substr(0, op.at)), rows, where);
  ExpressionPtr right = value_at_right(trimmed(text.substr(op.at + op.text.size())), *left, rows, where);
  if (!left->row.empty() && std::find(rows.begin(), rows.end(), left->row) == rows.end()) {
    throw usage_error(fmt::format("{}: there is no row '{}'.{}", where, left->row, did_you_mean(left->row, rows)),
                      "`hitbench check` prints the rows");
  }
  return condition_of(text, std::move(left), op.text, std::move(right));
}

Condition parse_claim(const std::string& text, const std::vector<std::string>& rows, const std::string& where) {
  ParsedComparison sides = parse_comparison(text, rows, where);
  if (sides.op.empty()) {
    throw usage_error(fmt::format("{}: '{}' compares nothing", where, text), "write a comparison: ROW:read.p99 < 5ms");
  }
  return condition_of(text, std::move(sides.left), sides.op, std::move(sides.right));
}

}  // namespace hitbench
