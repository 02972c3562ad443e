// The rows of a result as conditions and reports ask for them: by name, a metric over the whole run or round by round,
// and by how much two rows differ.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "metrics/result.h"
#include "stats/interval.h"

namespace hitbench {

// A row of a result. Refers to the result, which must outlive it.
struct MeasuredRow {
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

std::vector<MeasuredRow> rows_of(const Result& result);
std::vector<std::string> names_of(const std::vector<MeasuredRow>& rows);
const MeasuredRow* find_row(const std::vector<MeasuredRow>& rows, const std::string& name);

// The row without a cache, of the same origin and point of the sweep.
bool is_baseline(const RunResult& run);
const MeasuredRow* baseline_of(const std::vector<MeasuredRow>& rows, const RunResult& run);

// `to` relative to `from`, paired by round. Nothing where one side was not measured or `from` is 0.
Maybe<Difference> difference_of(const MeasuredRow& from, const MeasuredRow& to, const std::string& path);

// The same of shares (hit ratios): a difference in points, as a fraction, with its interval where there are rounds.
struct PointsDifference {
  double change = 0;
  Maybe<Interval> interval;
  size_t rounds = 0;
};
Maybe<PointsDifference> points_between(const MeasuredRow& from, const MeasuredRow& to, const std::string& path);

}  // namespace hitbench
