// Reads expressions, and comparisons of two.
//
// Row names contain almost any character ('/', '?', '=', '.', ':'), so text is read against the rows there are: the
// longest name that fits, followed by a colon (or a dot) and a metric, wins.
//
// Errors are Error{usage} that name `where` ("answer", "claims[0].holds_if"), the place, and the nearest known name.
#pragma once

#include <string>
#include <vector>

#include "judge/expression.h"

namespace hitbench {

// `left op right`, or `left` alone where `op` is empty.
struct ParsedComparison {
  ExpressionPtr left;
  std::string op;  // "<", "<=", ">", ">=", "=="
  ExpressionPtr right;
};

ParsedComparison parse_comparison(const std::string& text, const std::vector<std::string>& rows,
                                  const std::string& where);

// The right side of a comparison with `left`, in which a metric may stand without a row.
ExpressionPtr parse_value(const std::string& text, const Expression& left, const std::vector<std::string>& rows,
                          const std::string& where);

}  // namespace hitbench
