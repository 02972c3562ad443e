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

TEST(Sampling, LetsReadingsOfTheClockBeATenthOfAnOperation) { EXPECT_EQ(sampling_limit(), Loop::cost_of_readings(20)); }

}  // namespace
}  // namespace hitbench
