// The figures of a result as reports need them: rows by name, metrics with their units, values of single rounds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "metrics/result.h"
#include "report/interval.h"

namespace hitbench {

// What a number means, and so how it is printed and what it may be compared with.
enum class Unit { number, time, share, bytes };

Unit unit_of(const std::string& metric_path);  // throws Error{usage} for an unknown metric

// "2.40 ms", "91.8 %", "64.0 MiB", "12,345", "1.52".
std::string format_value(double value, Unit unit);
std::string format_time(double ns);
std::string format_latency(double ns);  // of a histogram, which cannot tell longer times from an hour: ">60 min"
std::string format_metric(double value, const std::string& path);  // as it was measured: by its unit and its source
std::string format_rate(double per_second);                        // "83,300", "52.4"

std::string format_percent(double share);  // short and rounded, without a sign: "23 %", "4.1 %", "0.25 %"

// A change, and its interval, as shares: "+1.7 [-2.6, +5.6] %", "+24 %".
std::string format_change(double change, const Maybe<Interval>& interval);
// The same of shares, whose change is a difference: "-12.0 [-13.1, -10.9] points".
std::string format_points(double change, const Maybe<Interval>& interval);
std::string points_size(double change);  // without a sign: "12.0"

// One row of a result.
struct Row {
  std::string name;
  const RunResult* measured;

  const RunResult& run() const { return *measured; }
  bool skipped() const { return run().skipped.has_value(); }
  bool valid() const { return !skipped() && run().validity.valid; }
  bool can_judge(const std::string& path) const { return run().can_judge(path); }
  bool too_many_failed() const { return !skipped() && run().validity.only_failures; }  // and nothing else is wrong
  std::string fault() const;  // "row failed: ...", "row was skipped: ...", "row is invalid: ..."; empty for a valid one

  Maybe<double> value(const std::string& path) const;
  // By round. Counts are scaled to the whole run, so that they compare with value().
  std::map<int, double> by_round(const std::string& path) const;
};

std::vector<Row> rows_of(const Result& result);
std::vector<std::string> names_of(const std::vector<Row>& rows);
const Row* find_row(const std::vector<Row>& rows, const std::string& name);

// The row without a cache, of the same origin and point of the sweep.
bool is_baseline(const RunResult& run);
const Row* baseline_of(const std::vector<Row>& rows, const RunResult& run);

// `to` relative to `from`, paired by round. Nothing where one side was not measured or `from` is 0.
Maybe<Difference> difference_of(const Row& from, const Row& to, const std::string& path);

// The same of shares (hit ratios): a difference in points, as a fraction, with its interval where there are rounds.
struct PointsDifference {
  double change = 0;
  Maybe<Interval> interval;
  size_t rounds = 0;
};
Maybe<PointsDifference> points_between(const Row& from, const Row& to, const std::string& path);
// "12.0 points lower (95 % interval 10.9 to 13.1)", "no difference above 0.4 points".
std::string points_words(const PointsDifference& difference, bool virtual_time);

// "23 % lower (95 % interval 20 to 26 %)", "no difference above 4 %", "23 % lower (1 round: no interval)".
std::string difference_words(const Difference& difference, bool virtual_time);

}  // namespace hitbench
