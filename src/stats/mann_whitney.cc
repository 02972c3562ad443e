#include "stats/mann_whitney.h"

#include <cmath>
#include <cstdint>
#include <map>

#include "base/check.h"
#include "stats/quantile.h"
#include "stats/ranks.h"

namespace hitbench {
namespace {

// The variance of U with ties: mn/12 ((N + 1) - sum(t^3 - t) / (N (N - 1))).
double variance_of(size_t m, size_t n, const std::vector<int>& ranks) {
  std::map<int, double> tied;
  for (const int rank : ranks) ++tied[rank];
  double ties = 0;
  for (const auto& [rank, t] : tied) ties += t * t * t - t;
  const auto all = static_cast<double>(m + n);
  return static_cast<double>(m) * static_cast<double>(n) / 12 * (all + 1 - ties / (all * (all - 1)));
}

}  // namespace

MannWhitney mann_whitney(const std::vector<double>& x, const std::vector<double>& y) {
  CHECK(!x.empty() && !y.empty());
  std::vector<double> both = x;
  both.insert(both.end(), y.begin(), y.end());
  const std::vector<int> ranks = doubled_ranks(both);
  int64_t sum = 0;
  for (size_t i = x.size(); i < ranks.size(); ++i) sum += ranks[i];
  const auto n = static_cast<double>(y.size());
  MannWhitney test{.u = static_cast<double>(sum) / 2 - n * (n + 1) / 2};
  if (ranks.size() <= kExactRanks) {
    const std::vector<double> distribution = sums_of_sets(ranks, y.size());
    test.p_greater = at_least(distribution, sum);
    test.p_less = at_most(distribution, sum);
    return test;
  }
  const double deviation = std::sqrt(variance_of(x.size(), y.size(), ranks));
  if (deviation == 0) return test;  // all are equal
  const double above = test.u - static_cast<double>(x.size()) * n / 2;
  test.p_greater = normal_above((above - 0.5) / deviation);
  test.p_less = normal_above((-above - 0.5) / deviation);
  return test;
}

}  // namespace hitbench
