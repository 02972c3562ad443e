#include <gmock/gmock.h>

#include <cmath>

#include "base/rng.h"
#include "stats/hodges_lehmann.h"
#include "stats/mann_whitney.h"
#include "stats/order_interval.h"
#include "stats/quantile.h"
#include "stats/signed_rank.h"
#include "tests/stats/golden.h"

namespace hitbench {
namespace {

constexpr double kExact = 1e-12;

TEST(SignedRankTest, AgreesWithScipy) {
  for (const golden::Paired& known : golden::kPaired) {
    SCOPED_TRACE(known.name);
    const SignedRank test = signed_rank(known.values);
    EXPECT_EQ(test.sum, known.sum);
    EXPECT_NEAR(test.p_greater, known.p_greater, kExact);
    EXPECT_NEAR(test.p_less, known.p_less, kExact);
  }
}

TEST(SignedRankTest, FindsNothingInZeros) {
  const SignedRank test = signed_rank(std::vector<double>(10, 0.0));
  EXPECT_EQ(test.p_greater, 1);
  EXPECT_EQ(test.p_less, 1);
}

// 2^-n is the smallest p there is: with 5 pairs no test at 1 % can ever reject.
TEST(SignedRankTest, IsAsSureAsTheNumberOfPairsAllows) {
  EXPECT_EQ(signed_rank({1, 2, 3, 4, 5}).p_greater, 1.0 / 32);
  EXPECT_EQ(signed_rank({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).p_greater, 1.0 / 1024);
}

TEST(MannWhitneyTest, AgreesWithScipy) {
  for (const golden::TwoSamples& known : golden::kTwoSamples) {
    SCOPED_TRACE(known.name);
    const MannWhitney test = mann_whitney(known.x, known.y);
    EXPECT_EQ(test.u, known.u);
    EXPECT_NEAR(test.p_greater, known.p_greater, 1e-9);
    EXPECT_NEAR(test.p_less, known.p_less, 1e-9);
  }
}

TEST(MannWhitneyTest, FindsNothingInEqualValues) {
  EXPECT_EQ(mann_whitney({1, 1, 1}, {1, 1, 1}).p_greater, 1);
  EXPECT_EQ(mann_whitney(std::vector<double>(40, 1), std::vector<double>(40, 1)).p_greater, 1);
}

TEST(HodgesLehmann, IsTheMedianOfTheAverages) {
  for (const golden::Paired& known : golden::kPaired) {
    EXPECT_NEAR(hodges_lehmann(known.values).value, known.hodges_lehmann, kExact) << known.name;
  }
  for (const golden::TwoSamples& known : golden::kTwoSamples) {
    EXPECT_NEAR(hodges_lehmann_shift(known.x, known.y).value, known.shift, kExact) << known.name;
  }
}

std::vector<double> less(std::vector<double> values, double shift) {
  for (double& value : values) value -= shift;
  return values;
}

// The interval holds exactly what the test would not reject: just inside its ends p is above 2.5 %, outside below.
TEST(HodgesLehmann, IntervalInvertsTheSignedRankTest) {
  constexpr double kStep = 1e-7;
  for (const golden::Paired& known : golden::kPaired) {
    const Estimate estimate = hodges_lehmann(known.values);
    if (known.values.size() < 6 || known.name == std::string("ties and zeros")) continue;
    EXPECT_GT(signed_rank(less(known.values, *estimate.low + kStep)).p_greater, 0.025) << known.name;
    EXPECT_LE(signed_rank(less(known.values, *estimate.low - kStep)).p_greater, 0.025) << known.name;
    EXPECT_GT(signed_rank(less(known.values, *estimate.high - kStep)).p_less, 0.025) << known.name;
    EXPECT_LE(signed_rank(less(known.values, *estimate.high + kStep)).p_less, 0.025) << known.name;
  }
}

TEST(HodgesLehmann, IntervalInvertsTheMannWhitneyTest) {
  constexpr double kStep = 1e-7;
  const golden::TwoSamples& rounds = golden::kTwoSamples.front();
  const Estimate estimate = hodges_lehmann_shift(rounds.x, rounds.y);
  EXPECT_GT(mann_whitney(rounds.x, less(rounds.y, *estimate.low + kStep)).p_greater, 0.025);
  EXPECT_LE(mann_whitney(rounds.x, less(rounds.y, *estimate.low - kStep)).p_greater, 0.025);
  EXPECT_GT(mann_whitney(rounds.x, less(rounds.y, *estimate.high - kStep)).p_less, 0.025);
  EXPECT_LE(mann_whitney(rounds.x, less(rounds.y, *estimate.high + kStep)).p_less, 0.025);
}

TEST(HodgesLehmann, HasNoIntervalWithTooFewValues) {
  EXPECT_FALSE(hodges_lehmann({1, 2, 3, 4, 5}).low);
  EXPECT_TRUE(hodges_lehmann({1, 2, 3, 4, 5, 6}).low);
  EXPECT_FALSE(hodges_lehmann_shift({1, 2, 3}, {4, 5, 6}).low);
}

TEST(HodgesLehmann, IntervalOfManyRoundsIsThatOfTheNormalApproximation) {
  const golden::TwoSamples& many = golden::kTwoSamples.back();
  const Estimate estimate = hodges_lehmann_shift(many.x, many.y);
  EXPECT_GT(mann_whitney(many.x, less(many.y, *estimate.low + 0.02)).p_greater, 0.02);
  EXPECT_LT(mann_whitney(many.x, less(many.y, *estimate.low - 0.02)).p_greater, 0.03);
}

TEST(OrderInterval, HasTheRanksOfTheBinomialDistribution) {
  for (const golden::Order& known : golden::kOrders) {
    SCOPED_TRACE(known.count);
    const auto ranks = order_ranks(known.count, known.quantile);
    ASSERT_TRUE(ranks);
    EXPECT_EQ(ranks->low, known.low);
    EXPECT_EQ(ranks->high, known.high);
    EXPECT_NEAR(ranks->coverage, known.coverage, 1e-9);
  }
}

// At a thousand million values: normal, and at once.
TEST(OrderInterval, OfVeryManyValuesIsNormal) {
  const auto ranks = order_ranks(1'000'000'000, 0.99);
  ASSERT_TRUE(ranks);
  const double scatter = std::sqrt(1e9 * 0.99 * 0.01);
  EXPECT_NEAR(static_cast<double>(ranks->low), 0.99e9 - 1.96 * scatter, 10);
  EXPECT_NEAR(static_cast<double>(ranks->high), 0.99e9 + 1.96 * scatter, 10);
  EXPECT_NEAR(ranks->coverage, 0.95, 0.001);
}

TEST(OrderInterval, NeedsEnoughValues) {
  EXPECT_FALSE(order_ranks(5, 0.5));
  EXPECT_FALSE(order_ranks(367, 0.99));
  EXPECT_FALSE(median_interval({}));
  EXPECT_EQ(median_interval({6, 1, 5, 2, 4, 3}), std::pair(1.0, 6.0));
}

TEST(Quantiles, AgreeWithScipy) {
  for (const golden::Quantile& known : golden::kQuantiles) {
    EXPECT_NEAR(normal_quantile(known.p), known.normal, 1e-9) << known.p;
    EXPECT_NEAR(student_quantile(known.p, known.degrees_of_freedom), known.student, 1e-7)  // what scipy gives
        << known.p << " with " << known.degrees_of_freedom;
  }
}

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
TEST(Quantiles, AreThoseOfTheTables) {
  EXPECT_NEAR(student_quantile(0.975, 1), 12.706, 0.0005);
  EXPECT_NEAR(student_quantile(0.975, 2), 4.303, 0.0005);
  EXPECT_NEAR(student_quantile(0.975, 4), 2.776, 0.0005);
  EXPECT_NEAR(student_quantile(0.975, 100), 1.984, 0.0005);
  EXPECT_NEAR(student_quantile(0.025, 4), -2.776, 0.0005);
}

// What the whole gate rests on: under fair signs the test rejects no more often than it says, whatever the sizes are.
TEST(SignedRankTest, RejectsNoMoreOftenThanItSays) {
  Rng rng(1);
  int rejected = 0;
  constexpr int kTests = 4000;
  for (int test = 0; test < kTests; ++test) {
    std::vector<double> differences;
    double size = 1;
    for (int i = 0; i < 10; ++i) {
      size *= 0.5 + rng.uniform();  // a memory, and a drift
      differences.push_back(rng.below(2) == 0 ? size : -size);
    }
    if (signed_rank(differences).p_greater < 0.05) ++rejected;
  }
  // P(p < 0.05) is 43/1024 = 4.2 % at n = 10; four standard deviations are 1.3 %.
  EXPECT_LT(rejected, kTests * 0.055);
  EXPECT_GT(rejected, kTests * 0.029);
}

}  // namespace
}  // namespace hitbench
