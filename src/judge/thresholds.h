// Conditions that rows have to meet, in a scenario or on the command line. One that names no row is about every row but
// the baseline.
#pragma once

#include <string>
#include <vector>

#include "judge/condition.h"
#include "judge/measured_row.h"
#include "metrics/result.h"

namespace hitbench {

// `rows` are those that it may name. A malformed one, or one that names an unknown metric or row, throws Error{usage}
// with the nearest name.
Condition parse_threshold(const std::string& text, const std::vector<std::string>& rows);
std::vector<Condition> parse_thresholds(const std::vector<std::string>& texts, const std::vector<std::string>& rows);
std::vector<std::string> texts_of(const std::vector<Condition>& conditions);

// By its value over the whole run. `row` is where it is judged, `rows` are those that its value may be about.
ThresholdVerdict judge_threshold(const Condition& threshold, const MeasuredRow& row,
                                 const std::vector<MeasuredRow>& rows);
std::vector<ThresholdVerdict> judge_thresholds(const std::vector<Condition>& thresholds, const Result& result);
std::string verdict_word(const ThresholdVerdict& verdict);  // "met", "missed", "not determined"
inline constexpr const char* kNoRow = "no row";             // where a threshold applies to none

}  // namespace hitbench
