#include "engine/phase.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

PhaseOutcome thousand_operations(Duration cpu, Duration spun = Duration{0}) {
  PhaseOutcome outcome;
  outcome.operations = 1000;
  outcome.cpu = cpu;
  outcome.spun = spun;
  return outcome;
}

constexpr Duration kReading(25);

TEST(Sampling, TimesEveryOperationThatCostsTwentyReadings) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(500'000)), kReading), 1);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(5'000'000)), kReading), 1);
}

TEST(Sampling, TimesOneIn64ThatCostLess) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(499'999)), kReading), 64);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(500'000)), Duration(26)), 64) << "a slower clock";
  EXPECT_EQ(sampling_after(thousand_operations(Duration(0)), kReading), 64);
}

TEST(Sampling, DoesNotCountDeliberateSpinningAsCost) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(900'000), Duration(400'001)), kReading), 64);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(900'000), Duration(400'000)), kReading), 1);
}

}  // namespace
}  // namespace hitbench
