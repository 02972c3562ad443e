// A condition: `[ROW:]METRIC OP VALUE`, for example 'cache-aside/redis:read.response.p99 < 5ms'. Thresholds, claims and
// searches are conditions, parsed once, before anything runs.
//
// VALUE is a number with its unit ("5ms", "95%", "64MiB", "10k") or an expression over metrics
// ("0.1 * none/none:read.mean"), in which a metric without a row is that of the condition's own row. Older scenarios
// and results write ROW.METRIC, which is read as well, and claims whose left side is an expression.
#pragma once

#include <string>
#include <vector>

#include "judge/expression.h"
#include "judge/format.h"

namespace hitbench {

struct Condition {
  std::string text;     // as written
  std::string row;      // empty where none is named
  std::string metric;   // empty where the left side is no single metric
  std::string op;       // "<", "<=", ">", ">=", "=="
  Maybe<double> limit;  // nothing where the value depends on what is measured
  ExpressionPtr left, right;

  bool is_upper() const { return op.starts_with('<'); }
  bool holds_for(double left_value, double right_value) const;
  std::vector<const Expression*> metrics() const;   // of both sides
  Condition on(const std::string& row_name) const;  // with this row where none is named
};

// Whether its left side is `[ROW:]METRIC` alone. `rows` are those that it may name. What is malformed, or names an
// unknown metric or row, throws Error{usage} that begins with `where` and has the nearest name.
Condition parse_condition(const std::string& text, const std::vector<std::string>& rows, const std::string& where);

// A comparison of two expressions, each metric with its row.
Condition parse_claim(const std::string& text, const std::vector<std::string>& rows, const std::string& where);
// Of its two sides.
Condition condition_of(const std::string& text, ExpressionPtr left, const std::string& op, ExpressionPtr right);

}  // namespace hitbench
