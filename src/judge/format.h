// How the value of a metric, and the difference of two, are written: by the metric's unit.
#pragma once

#include <string>
#include <vector>

#include "judge/measured_row.h"
#include "stats/interval.h"

namespace hitbench {

// What a number means, and so how it is printed and what it may be compared with.
enum class Unit { number, time, share, bytes };

bool is_metric(const std::string& path);
Unit unit_of(const std::string& metric_path);  // throws Error{usage} for an unknown metric

// "2.40 ms", "91.8 %", "64.0 MiB", "12,345", "1.52".
std::string format_value(double value, Unit unit);
std::string format_time(double ns);
std::string format_latency(double ns);  // of a histogram, which cannot tell longer times from an hour: ">60 min"
std::string format_metric(double value, const std::string& path);  // as it was measured: by its unit and its source

// Of some values, from the lowest to the highest: "83,300", or "29,400 to 83,300".
std::string format_range(const std::vector<double>& values, std::string (*words)(double));
// "2.00 ms" is "2 ms", "91.0 %" is "91 %".
std::string without_zeros(std::string text);

std::string format_percent(double share);  // short and rounded, without a sign: "23 %", "4.1 %", "0.25 %"

std::string percent_above(double share);           // rounded up, for a bound: "4 %"
std::string apart_words(const std::string& most);  // of a difference that is not sure: "at most 4 % apart, if at all"
std::string format_times(double ratio);            // "13", "3.1"

// A change, and its interval, as shares: "+1.7 [-2.6, +5.6] %", "+24 %".
std::string format_change(double change, const Maybe<Interval>& interval);
// The same of shares, whose change is a difference: "-12.0 [-13.1, -10.9] points".
std::string format_points(double change, const Maybe<Interval>& interval);
std::string points_size(double change);  // without a sign: "12.0"

// "12.0 points lower (95 % interval 10.9 to 13.1)", "at most 0.4 points apart, if at all".
std::string points_words(const PointsDifference& difference, bool virtual_time);

// "23 % lower (95 % interval 20 to 26 %)", "at most 4 % apart, if at all", "23 % lower (1 round: no interval)".
std::string difference_words(const Difference& difference, bool virtual_time);

}  // namespace hitbench
