// An interval for a quantile of whatever the values were drawn from, from two of the sorted values: exact for every
// distribution, by the binomial one of how many values lie below the quantile (David and Nagaraja, "Order Statistics",
// 3rd edition, 7.1).
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace hitbench {

struct OrderRanks {
  size_t low = 0, high = 0;  // counted from one
  double coverage = 0;       // at least the confidence that was asked for
};

// Nothing where `count` values are too few: 6 for a median, 368 for a 99th percentile, at 95 %.
std::optional<OrderRanks> order_ranks(size_t count, double quantile, double confidence = 0.95);

std::optional<std::pair<double, double>> median_interval(std::vector<double> values, double confidence = 0.95);

}  // namespace hitbench
