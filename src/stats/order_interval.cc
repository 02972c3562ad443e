#include "stats/order_interval.h"

#include <algorithm>
#include <cmath>

namespace hitbench {
namespace {

// P(exactly k of n), through logarithms: n may be a million.
double binomial(size_t n, size_t k, double p) {
  const auto all = static_cast<double>(n), some = static_cast<double>(k);
  const double ways = std::lgamma(all + 1) - std::lgamma(some + 1) - std::lgamma(all - some + 1);
  return std::exp(ways + some * std::log(p) + (all - some) * std::log1p(-p));
}

}  // namespace

std::optional<OrderRanks> order_ranks(size_t count, double quantile, double confidence) {
  const double tail = (1 - confidence) / 2;
  std::optional<size_t> low, high;  // the smallest k with P(at most k) >= tail, and >= 1 - tail
  double below = 0, at_low = 0, at_high = 0;
  // What lies further below the mean than this, less than 1e-30, changes no digit: counts may be a thousand million.
  const double mean = static_cast<double>(count) * quantile, scatter = std::sqrt(mean * (1 - quantile));
  const auto first = static_cast<size_t>(std::max(0.0, mean - 12 * scatter - 12));
  for (size_t k = first; k <= count && !high; ++k) {
    below += binomial(count, k, quantile);
    if (!low && below >= tail) low = k, at_low = below;
    if (below >= 1 - tail) high = k, at_high = below;
  }
  if (!low || *low < 1 || !high || *high + 1 > count) return std::nullopt;
  // The quantile is in [X(low), X(high + 1)] if at least `low` and at most `high` values are below it.
  const double outside = at_low - binomial(count, *low, quantile);
  return OrderRanks{.low = *low, .high = *high + 1, .coverage = at_high - outside};
}

std::optional<std::pair<double, double>> median_interval(std::vector<double> values, double confidence) {
  const std::optional<OrderRanks> ranks = order_ranks(values.size(), 0.5, confidence);
  if (!ranks) return std::nullopt;
  std::sort(values.begin(), values.end());
  return std::pair(values[ranks->low - 1], values[ranks->high - 1]);
}

}  // namespace hitbench
