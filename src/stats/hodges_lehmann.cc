#include "stats/hodges_lehmann.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "base/check.h"
#include "stats/mann_whitney.h"
#include "stats/quantile.h"
#include "stats/ranks.h"

namespace hitbench {
namespace {

std::vector<int> ranks_without_ties(size_t count) {
  std::vector<int> ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1);
  return ranks;
}

double median_of_sorted(const std::vector<double>& sorted) {
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// The interval from the `first`-th value on, counted from one, to the `first`-th from the end.
Estimate from_sorted(const std::vector<double>& sorted, int64_t first) {
  Estimate estimate{.value = median_of_sorted(sorted), .low = {}, .high = {}};
  if (first < 1) return estimate;
  estimate.low = sorted[static_cast<size_t>(first - 1)];
  estimate.high = sorted[sorted.size() - static_cast<size_t>(first)];
  return estimate;
}

// Beyond the exact sizes: U's normal approximation.
int64_t first_of_many(size_t m, size_t n, double tail) {
  const double product = static_cast<double>(m) * static_cast<double>(n);
  const double deviation = std::sqrt(product * static_cast<double>(m + n + 1) / 12);
  return static_cast<int64_t>(std::floor(product / 2 - normal_quantile(1 - tail) * deviation));
}

}  // namespace

double median(std::vector<double> values) {
  CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

Estimate hodges_lehmann(const std::vector<double>& differences, double confidence) {
  CHECK(!differences.empty());
  std::vector<double> averages;
  for (size_t i = 0; i < differences.size(); ++i) {
    for (size_t j = i; j < differences.size(); ++j) averages.push_back((differences[i] + differences[j]) / 2);
  }
  std::sort(averages.begin(), averages.end());
  const std::vector<double> distribution = sums_of_any(ranks_without_ties(differences.size()));
  return from_sorted(averages, first_inside(distribution, (1 - confidence) / 2));
}

Estimate hodges_lehmann_shift(const std::vector<double>& x, const std::vector<double>& y, double confidence) {
  CHECK(!x.empty() && !y.empty());
  std::vector<double> differences;
  for (const double a : x) {
    for (const double b : y) differences.push_back(b - a);
  }
  std::sort(differences.begin(), differences.end());
  const double tail = (1 - confidence) / 2;
  if (x.size() + y.size() > kExactRanks) return from_sorted(differences, first_of_many(x.size(), y.size(), tail));
  std::vector<double> distribution = sums_of_sets(ranks_without_ties(x.size() + y.size()), y.size());
  const size_t smallest = y.size() * (y.size() + 1) / 2;  // of the rank sums, where U is 0
  distribution.erase(distribution.begin(), distribution.begin() + static_cast<std::ptrdiff_t>(smallest));
  return from_sorted(differences, first_inside(distribution, tail));
}

}  // namespace hitbench
