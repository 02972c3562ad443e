#include "app/phase.h"

#include <gtest/gtest.h>

#include "io/loop.h"

namespace hitbench {
namespace {

PhaseOutcome thousand_operations(Duration cpu, Duration spun = Duration{0}) {
  PhaseOutcome outcome;
  outcome.operations = 1000;
  outcome.cpu = cpu;
  outcome.spun = spun;
  return outcome;
}

constexpr Duration kLimit(500);

TEST(Sampling, TimesEveryOperationThatCostsTheLimit) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(500'000)), kLimit), 1);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(5'000'000)), kLimit), 1);
}

TEST(Sampling, TimesOneIn64ThatCostLess) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(499'999)), kLimit), 64);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(0)), kLimit), 64);
}

TEST(Sampling, DoesNotCountDeliberateSpinningAsCost) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(900'000), Duration(400'001)), kLimit), 64);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(900'000), Duration(400'000)), kLimit), 1);
}

TEST(Sampling, LetsReadingsOfTheClockBeATenthOfAnOperation) {
  const auto both_readings = static_cast<double>(Loop::cost_of_readings(2).count());
  EXPECT_NEAR(static_cast<double>(sampling_limit().count()), 10 * both_readings, 10) << "these are whole ns";
}

}  // namespace
}  // namespace hitbench
