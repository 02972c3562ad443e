#include "report/interval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/check.h"

namespace hitbench {

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975. Between 30 and the next entry the smaller
// number of degrees is used, which errs towards a wider interval.
double t_quantile(size_t degrees_of_freedom) {
  CHECK(degrees_of_freedom >= 1);
  constexpr std::array<double, 30> kSmall{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                          2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                                          2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (degrees_of_freedom <= kSmall.size()) return kSmall[degrees_of_freedom - 1];
  if (degrees_of_freedom < 40) return kSmall.back();
  if (degrees_of_freedom < 60) return 2.021;
  if (degrees_of_freedom < 100) return 2.000;
  return 1.984;
}

std::optional<Interval> mean_interval(const std::vector<double>& values) {
  if (values.size() < kRoundsForInterval) return std::nullopt;
  const double n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = t_quantile(values.size() - 1) * std::sqrt(squares / (n - 1) / n);
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
