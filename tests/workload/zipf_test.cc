#include "workload/zipf.h"

#include <cmath>

#include "tests/workload/chi_square.h"
#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

// The normalizing sum, term by term.
long double zeta(uint64_t count, double theta) {
  long double sum = 0;
  for (uint64_t k = count; k >= 1; --k) sum += std::pow(static_cast<long double>(k), -static_cast<long double>(theta));
  return sum;
}

constexpr double kThetas[] = {0.01, 0.5, 0.99, 1 - 1e-12, 1, 1 + 1e-12, 1.01, 1.2, 1.88, 2, 2.68};

TEST(ZipfKeys, HaveTheProbabilitiesOfZipfsLaw) {
  for (const double theta : kThetas) {
    for (const uint64_t count : {1U, 2U, 63U, 64U, 65U, 1000U, 200'000U}) {
      const Zipf zipf(count, theta);
      const double top = static_cast<double>(1 / zeta(count, theta));
      EXPECT_NEAR(zipf.probability(1) / top, 1, 1e-13) << theta << " " << count;
      const double last = top * std::pow(static_cast<double>(count), -theta);
      EXPECT_NEAR(zipf.probability(count) / last, 1, 1e-13) << theta << " " << count;
    }
  }
}

TEST(ZipfKeys, AreDrawnWithTheseProbabilities) {
  for (const double theta : kThetas) {
    const auto keys = make_zipf_keys(params({{"theta", theta}}), 1000, {});
    EXPECT_LT(chi_square(*keys, *keys, 1000, 0), kCritical) << theta;
  }
}

TEST(ZipfKeys, AreDrawnRightlyWhereBoundsAreNoLongerKept) {
  for (const double theta : {0.5, 0.99, 1.0}) {
    const auto keys = make_zipf_keys(params({{"theta", theta}}), 400, {});
    // Cells from key 300 on: the last cell holds all keys below it (they wrap around) and key 399.
    EXPECT_LT(chi_square(*keys, *keys, 400, 300), kCritical) << theta;
  }
}

TEST(ZipfKeys, OfAThetaThatIsAFifthOffFailTheTest) {
  const auto wanted = make_zipf_keys(params({{"theta", 0.99}}), 1000, {});
  for (const double wrong : {0.99 * 1.2, 0.99 * 0.8, 0.99 * 1.02}) {
    const auto drawn = make_zipf_keys(params({{"theta", wrong}}), 1000, {});
    EXPECT_GT(chi_square(*drawn, *wanted, 1000, 0), kCritical) << wrong;
  }
}

TEST(ZipfKeys, OfOneKeyAreThatKey) {
  const Zipf zipf(1, 0.99);
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(zipf.draw(rng), 1U);
  EXPECT_DOUBLE_EQ(zipf.probability(1), 1);
}

TEST(ZipfKeys, AgreeWithThePublishedSumForTenBillion) {
  // YCSB's ScrambledZipfianGenerator: ZETAN for 10^10 items and theta 0.99.
  const Zipf zipf(10'000'000'000, 0.99);
  EXPECT_NEAR(zipf.probability(1) * 26.46902820178302, 1, 1e-9);
}

TEST(ZipfKeys, OfABillionMatchTheirHead) {
  // The published sum for 10^10 less the terms beyond 10^9, by their integral.
  const double beyond = (std::pow(1e10 + 0.5, 0.01) - std::pow(1e9 + 0.5, 0.01)) / 0.01;
  const double top = 1 / (26.46902820178302 - beyond);
  constexpr int kDraws = 1'000'000;
  const Zipf zipf(1'000'000'000, 0.99);
  Rng rng(3);
  std::array<int, 11> seen{};
  uint64_t largest = 0;
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t rank = zipf.draw(rng);
    largest = std::max(largest, rank);
    if (rank <= 10) ++seen[rank];
  }
  for (size_t rank = 1; rank <= 10; ++rank) {
    const double expected = top * std::pow(static_cast<double>(rank), -0.99) * kDraws;
    EXPECT_NEAR(zipf.probability(rank) * kDraws / expected, 1, 1e-9);
    EXPECT_NEAR(seen[rank], expected, 5 * std::sqrt(expected)) << rank;  // 5 standard deviations
  }
  EXPECT_GT(largest, 900'000'000U);
  EXPECT_LE(largest, 1'000'000'000U);
}

}  // namespace
}  // namespace hitbench
