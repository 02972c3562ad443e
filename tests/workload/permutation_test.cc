#include "workload/permutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace hitbench {
namespace {

std::vector<uint64_t> order(uint64_t seed, uint64_t count) {
  const Permutation permutation(seed, count);
  std::vector<uint64_t> numbers;
  for (uint64_t place = 0; place < count; ++place) numbers.push_back(permutation(place));
  return numbers;
}

TEST(Permutation, HasEveryNumberOnce) {
  for (const uint64_t count : {1u, 2u, 3u, 4u, 5u, 15u, 16u, 17u, 1000u, 4096u, 100'003u}) {
    std::vector<uint64_t> numbers = order(7, count);
    std::sort(numbers.begin(), numbers.end());
    for (uint64_t i = 0; i < count; ++i) ASSERT_EQ(numbers[i], i) << count;
  }
}

TEST(Permutation, IsTheSeedsAlone) {
  EXPECT_EQ(order(1, 1000), order(1, 1000));
  EXPECT_NE(order(1, 1000), order(2, 1000));
}

TEST(Permutation, OfManyStaysBelowTheirNumber) {
  const Permutation permutation(3, 1'000'000'000'000);
  for (uint64_t place = 0; place < 1000; ++place) EXPECT_LT(permutation(place * 999'999'999), 1'000'000'000'000u);
}

// Of the first tenth of the places, a number has a chance of one tenth: so do the numbers below 10,000, where a zipf
// distribution has its hottest keys, and so do neighbors. The deviations are 3.4 sigma of a binomial distribution.
TEST(Permutation, ScattersWhatIsNearEachOther) {
  const std::vector<uint64_t> numbers = order(1, 100'000);
  uint64_t hottest = 0, steps = 0;
  for (size_t i = 0; i < 10'000; ++i) {
    if (numbers[i] < 10'000) ++hottest;
    if (numbers[i] < numbers[i + 1]) ++steps;
  }
  EXPECT_NEAR(static_cast<double>(hottest), 1000, 100);
  EXPECT_NEAR(static_cast<double>(steps), 5000, 170);
}

}  // namespace
}  // namespace hitbench
