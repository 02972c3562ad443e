#include "stats/interval.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

// Student's own example (1908, and in many textbooks since): additional hours of sleep of ten patients with one drug
// against another; the 95 % interval of the mean difference is 0.700 to 2.460.
TEST(Interval, StudentsSleepDataGiveTheirKnownInterval) {
  const auto interval = mean_interval({1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4});
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.700, 0.001);
  EXPECT_NEAR(interval->high, 2.460, 0.001);
}

TEST(Interval, TwoRoundsHaveNone) { EXPECT_FALSE(mean_interval({1, 2})); }

TEST(Interval, DriftThatHitsBothSidesOfEveryRoundCancels) {
  const Difference difference = difference_of({100, 200, 400, 800}, {50, 100, 200, 400}, 0.5);
  EXPECT_NEAR(difference.ratio, 0.5, 1e-12);
  ASSERT_TRUE(difference.sure());
  EXPECT_NEAR(difference.interval->low, 0.5, 1e-9);
  EXPECT_NEAR(difference.interval->high, 0.5, 1e-9);
}

TEST(Interval, NoiseAroundNoDifferenceIsNotSure) {
  const Difference difference = difference_of({100, 100, 100, 100}, {104, 96, 103, 97}, 1);
  EXPECT_FALSE(difference.sure());
  EXPECT_GT(difference.largest(), 0.05);
  EXPECT_LT(difference.largest(), 0.08);
}

// The rounds' geometric mean says 31 % more, the whole runs 25 % less: nothing can be concluded.
TEST(Interval, RoundsThatContradictTheWholeRunMakeItWide) {
  const Difference difference = difference_of({100, 100, 100}, {130, 131, 132}, 0.75);
  EXPECT_DOUBLE_EQ(difference.ratio, 0.75);
  ASSERT_TRUE(difference.interval);
  EXPECT_DOUBLE_EQ(difference.interval->low, 0.75);
  EXPECT_GT(difference.interval->high, 1.31);
  EXPECT_FALSE(difference.sure());
}

TEST(Interval, OneRoundGivesTheOverallRatioWithoutAnInterval) {
  const Difference difference = difference_of({100}, {80}, 0.8);
  EXPECT_DOUBLE_EQ(difference.ratio, 0.8);
  EXPECT_FALSE(difference.interval);
  EXPECT_FALSE(difference.sure());
}

}  // namespace
}  // namespace hitbench
