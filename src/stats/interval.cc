#include "stats/interval.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/check.h"
#include "stats/quantile.h"

namespace hitbench {

std::optional<Interval> mean_interval(const std::vector<double>& values) {
  if (values.size() < kRoundsForInterval) return std::nullopt;
  const double n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double quantile = student_quantile(0.975, static_cast<int>(values.size()) - 1);  // of two sides
  const double half = quantile * std::sqrt(squares / (n - 1) / n);
  return Interval{.low = mean - half, .high = mean + half};
}

double Difference::largest() const {
  if (!interval) return std::abs(ratio - 1);
  return std::max(std::abs(interval->low - 1), std::abs(interval->high - 1));
}

Difference difference_of(const std::vector<double>& from, const std::vector<double>& to, double overall) {
  CHECK(from.size() == to.size());
  std::vector<double> logs;
  for (size_t i = 0; i < from.size(); ++i) {
    if (!(from[i] > 0) || !(to[i] > 0)) continue;
    logs.push_back(std::log(to[i] / from[i]));
  }
  Difference difference{.ratio = overall, .interval = {}, .rounds = logs.size()};
  const std::optional<Interval> of_logs = mean_interval(logs);
  if (!of_logs) return difference;
  difference.interval =
      Interval{.low = std::min(overall, std::exp(of_logs->low)), .high = std::max(overall, std::exp(of_logs->high))};
  return difference;
}

}  // namespace hitbench
