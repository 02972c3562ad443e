#include "stats/signed_rank.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "stats/ranks.h"

namespace hitbench {

SignedRank signed_rank(const std::vector<double>& differences) {
  std::vector<double> sizes;
  for (const double difference : differences) sizes.push_back(std::abs(difference));
  const std::vector<int> all = doubled_ranks(sizes);
  std::vector<int> ranks;
  int64_t sum = 0;
  for (size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] != 0) ranks.push_back(all[i]);
    if (differences[i] > 0) sum += all[i];
  }
  const std::vector<double> distribution = sums_of_any(ranks);
  return {.sum = static_cast<double>(sum) / 2,
          .p_greater = at_least(distribution, sum),
          .p_less = at_most(distribution, sum)};
}

}  // namespace hitbench
