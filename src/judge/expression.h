// A value computed from metrics of rows ("cache-aside/redis:read.p50"): numbers with units, + − × ÷ (also * / -),
// parentheses and `difference a b`. expression_parser.h makes it of text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "judge/format.h"
#include "judge/measured_row.h"

namespace hitbench {

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct Expression {
  enum class Kind { literal, metric, difference, add, subtract, multiply, divide, negate };
  Kind kind = Kind::literal;
  Unit unit = Unit::number;
  std::string text;  // as written
  double literal = 0;
  std::string row, path;      // of a metric; without a row: that of the row on which a condition is judged
  ExpressionPtr left, right;  // operands; of a difference, two metrics
};

struct ExpressionValue {
  Maybe<double> number;
  std::string missing;  // why there is no number
};

// Over the whole run or, with `round`, of that round as far as metrics have rounds.
ExpressionValue evaluate(const Expression& expression, const std::vector<MeasuredRow>& rows,
                         const int* round = nullptr);

// Its value in words: "2.40 ms", "23 % lower (95 % interval 20 to 26 %)", or "not measured (row was skipped: ...)".
std::string words_of(const Expression& expression, const std::vector<MeasuredRow>& rows);
// With what it is the value of: "cache-aside/redis:read.p99 = 2.40 ms". Of a literal, the value alone.
std::string side_words(const Expression& expression, const std::vector<MeasuredRow>& rows);

// The metrics in it, from left to right.
std::vector<const Expression*> metrics_of(const Expression& expression);
// Why these metrics cannot be judged: "row: reason", each once.
std::vector<std::string> faults_of(const std::vector<const Expression*>& metrics, const std::vector<MeasuredRow>& rows);
bool in_virtual_time(const std::vector<const Expression*>& metrics, const std::vector<MeasuredRow>& rows);

// The same, with `row` where a metric names none.
ExpressionPtr on_row(const ExpressionPtr& expression, const std::string& row);

}  // namespace hitbench
