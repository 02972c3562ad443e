// How sure a difference is: 95 % confidence intervals over the rounds of a run.
//
// A round visits every row within a short time, so a machine that drifts hits all rows of a round alike; differences
// are therefore taken within rounds (paired) and on the logarithm, where "20 % faster" and "25 % slower" are the same
// distance. The mean of n such differences has Student's t distribution with n - 1 degrees of freedom (Student, "The
// probable error of a mean", Biometrika 6, 1908) if they are near normal, which means over thousands of operations
// are. Rounds are few (5 by default): a normal quantile would be too narrow, and the exact signed-rank interval does
// not reach 95 % below 6 rounds.
#pragma once

#include <optional>
#include <vector>

namespace hitbench {

inline constexpr size_t kRoundsForInterval = 3;  // with 2, the t quantile of 12.7 makes any interval useless

struct Interval {
  double low = 0, high = 0;
  bool contains(double x) const { return low <= x && x <= high; }
};

// Of the mean of these values; nothing with fewer than kRoundsForInterval of them.
std::optional<Interval> mean_interval(const std::vector<double>& values);

// `to` relative to `from`: ratio 0.77 is "23 % lower".
struct Difference {
  double ratio = 1;
  std::optional<Interval> interval;  // of the ratio; empty with too few rounds
  size_t rounds = 0;
  bool sure() const { return interval && !interval->contains(1); }
  double largest() const;  // the largest relative difference that the interval allows: "at most this far apart"
};

// Paired: from[i] and to[i] belong to one round. Pairs that are not both above zero are left out. `overall` is the
// ratio over the whole runs, whose values reports show: it is the difference, and the interval over the rounds is made
// wide enough to hold it. So what is said of a difference agrees with the two values that stand alongside it.
Difference difference_of(const std::vector<double>& from, const std::vector<double>& to, double overall);

}  // namespace hitbench
