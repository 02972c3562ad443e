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

TEST(Sampling, TimesEveryOperationFrom260NanosecondsOn) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(260'000))), 1);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(5'000'000))), 1);
}

TEST(Sampling, TimesOneIn64ThatCostLess) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(259'999))), 64);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(0))), 64);
}

TEST(Sampling, DoesNotCountDeliberateSpinningAsCost) {
  EXPECT_EQ(sampling_after(thousand_operations(Duration(900'000), Duration(640'001))), 64);
  EXPECT_EQ(sampling_after(thousand_operations(Duration(900'000), Duration(640'000))), 1);
}

}  // namespace
}  // namespace hitbench
