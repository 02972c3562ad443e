// The scales of charts: which values an axis has, where they lie on it, and which of them are written.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace hitbench::html {

// The values that an axis must have room for. What is no number is left out.
struct Range {
  double low = 0, high = 0;
  bool empty = true;
  void add(double value);
};

struct Tick {
  double value = 0;
  std::string text;
};

struct Axis {
  std::string label;
  double low = 0, high = 1;
  bool is_log = false;
  std::vector<Tick> ticks;

  // 0 where the axis begins, 1 where it ends.
  double place(double value) const;
};

using Words = std::function<std::string(double)>;

Axis linear_axis(const std::string& label, Range range, const Words& words);
Axis log_axis(const std::string& label, Range range, const Words& words);  // values above 0
// Names at 0, 1, 2...; where they are many, some are left out.
Axis name_axis(const std::string& label, const std::vector<std::string>& names);
// Percentiles by how many values lie above them: 0 is none below, 1 is p90, 2 is p99, 3 is p99.9.
Axis percentile_axis();
double nines_of(double quantile);

}  // namespace hitbench::html
