// Conditions that rows have to meet: '[ROW:]METRIC<VALUE', in a scenario or on the command line.
#pragma once

#include <string>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

// What '[ROW:]METRIC<VALUE' promises.
struct Threshold {
  std::string text;  // as it was written
  std::string row;   // empty: every row but the baseline
  std::string metric;
  std::string op;  // "<", "<=", ">", ">="
  double limit = 0;

  bool is_upper() const { return op.starts_with('<'); }
};
// `rows` are those that it may name. A malformed one, or one that names an unknown metric or row, throws Error{usage}
// with the nearest name.
Threshold parse_threshold(const std::string& text, const std::vector<std::string>& rows);
std::vector<Threshold> parse_thresholds(const std::vector<std::string>& texts, const std::vector<std::string>& rows);
// Whatever row it is about.
ThresholdVerdict judge_threshold(const Threshold& threshold, const RunResult& run);
std::vector<ThresholdVerdict> judge_thresholds(const std::vector<Threshold>& thresholds, const Result& result);
std::string verdict_word(const ThresholdVerdict& verdict);  // "met", "missed", "cannot tell"
inline constexpr const char* kNoRow = "no row";             // where a threshold applies to none

}  // namespace hitbench
