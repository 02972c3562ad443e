// How large a difference is: the estimates that belong to the rank tests, with their intervals (Hodges and Lehmann,
// "Estimates of location based on rank tests", Ann. Math. Statist. 34, 1963). The interval holds what the exact test
// would not reject: the order statistics of the averages (or differences) that it may not leave out.
#pragma once

#include <optional>
#include <vector>

namespace hitbench {

struct Estimate {
  double value = 0;
  std::optional<double> low, high;  // empty where there are too few values for any interval
};

// Of paired differences: the median of the averages of all pairs of them, each with itself too (Walsh averages).
Estimate hodges_lehmann(const std::vector<double>& differences, double confidence = 0.95);

// By how much y is above x: the median of all y[j] - x[i].
Estimate hodges_lehmann_shift(const std::vector<double>& x, const std::vector<double>& y, double confidence = 0.95);

double median(std::vector<double> values);  // not empty

}  // namespace hitbench
