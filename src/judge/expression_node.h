// The tree of an expression: made by expression_parser.cc, computed by expression.cc. Nobody else includes this.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "judge/expression.h"

namespace hitbench {

struct Expression::Node {
  enum class Kind { literal, metric, difference, add, subtract, multiply, divide, negate };
  Kind kind = Kind::literal;
  Unit unit = Unit::number;
  std::string text;  // as written
  double literal = 0;
  std::string row, path;                    // metric
  std::shared_ptr<const Node> left, right;  // operands; of a difference, two metrics
};

// `left op right`, or `left` alone where `op` is empty.
struct Expression::Comparison {
  std::string text;
  std::shared_ptr<const Node> left, right;
  std::string op;  // "<", "<=", ">", ">=", "=="
};

Expression::Comparison parse_expression(const std::string& text, const std::vector<std::string>& rows,
                                        const std::string& where);

}  // namespace hitbench
