// By dynamic programming over the ranks, one after the other: Wilcoxon, "Individual comparisons by ranking methods",
// Biometrics Bulletin 1 (1945), and Mann and Whitney, Ann. Math. Statist. 18 (1947), counted the same by recurrences.
#include "stats/ranks.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/check.h"

namespace hitbench {

std::vector<int> doubled_ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<int> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (size_t i = first; i < end; ++i) ranks[order[i]] = static_cast<int>(first + 1 + end);
    first = end;
  }
  return ranks;
}

std::vector<double> sums_of_any(const std::vector<int>& ranks) {
  std::vector<double> chance(static_cast<size_t>(std::accumulate(ranks.begin(), ranks.end(), 0)) + 1, 0.0);
  chance[0] = 1;
  size_t most = 0;
  for (const int rank : ranks) {
    const auto r = static_cast<size_t>(rank);
    most += r;
    for (size_t s = most + 1; s-- > 0;) chance[s] = 0.5 * chance[s] + (s >= r ? 0.5 * chance[s - r] : 0.0);
  }
  return chance;
}

std::vector<double> sums_of_sets(const std::vector<int>& ranks, size_t size) {
  CHECK(size <= ranks.size());
  const auto sums = static_cast<size_t>(std::accumulate(ranks.begin(), ranks.end(), 0)) + 1;
  // chance[k][s]: that the ranks so far put k into the set, and that those sum up to s. Going through n ranks, the
  // next one is taken with probability (size - k) / (those left), which makes every set equally likely.
  std::vector<std::vector<double>> chance(size + 1, std::vector<double>(sums, 0.0));
  chance[0][0] = 1;
  for (size_t seen = 0; seen < ranks.size(); ++seen) {
    const auto r = static_cast<size_t>(ranks[seen]);
    const auto left = static_cast<double>(ranks.size() - seen);
    for (size_t k = size + 1; k-- > 0;) {
      const double stay = 1 - static_cast<double>(size - k) / left;
      const double join = k == 0 ? 0 : static_cast<double>(size - k + 1) / left;
      for (size_t s = sums; s-- > 0;) {
        chance[k][s] *= stay;
        if (join > 0 && s >= r) chance[k][s] += join * chance[k - 1][s - r];
      }
    }
  }
  return std::move(chance[size]);
}

double at_most(const std::vector<double>& distribution, int64_t s) {
  double sum = 0;
  const auto end = std::min<int64_t>(s + 1, static_cast<int64_t>(distribution.size()));
  for (int64_t i = 0; i < end; ++i) sum += distribution[static_cast<size_t>(i)];
  return std::min(sum, 1.0);
}

double at_least(const std::vector<double>& distribution, int64_t s) {
  double sum = 0;
  for (auto i = static_cast<int64_t>(distribution.size()); i-- > std::max<int64_t>(s, 0);) {
    sum += distribution[static_cast<size_t>(i)];
  }
  return std::min(sum, 1.0);
}

int64_t first_inside(const std::vector<double>& distribution, double tail) {
  int64_t k = 0;
  while (at_most(distribution, k) <= tail) ++k;
  return k;
}

}  // namespace hitbench
