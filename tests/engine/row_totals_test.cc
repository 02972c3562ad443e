#include "engine/row_totals.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

constexpr double kBusyUs = 1e9;  // far more than any round here lasts

RowTotals totals_of(const std::vector<int64_t>& walls_ns, double psi_us) {
  RowTotals totals;
  RowTotals::Machine machine;
  machine.before.psi_cpu_us = 0;
  machine.after.psi_cpu_us = psi_us;
  for (const int64_t wall : walls_ns) {
    PhaseOutcome outcome;
    outcome.wall = Duration(wall);
    totals.add(0, outcome, machine, std::nullopt);
  }
  return totals;
}

TEST(RowTotals, SharesAreAtMostOneHoweverTheirSumIsRounded) {
  for (int64_t wall = 1; wall < 2000; ++wall) {
    const RowTotals totals = totals_of({wall * 100'000'007, wall * 299'999'993, wall * 7}, kBusyUs * 1e6);
    ASSERT_TRUE(totals.psi().has_value());
    ASSERT_LE(*totals.psi(), 1.0) << wall;
    ASSERT_GT(*totals.psi(), 0.999999) << wall;
  }
}

TEST(RowTotals, SharesAreOfTheTimeMeasured) {
  EXPECT_DOUBLE_EQ(*totals_of({1'000'000'000, 3'000'000'000}, 500'000).psi(), 0.25);
  EXPECT_FALSE(totals_of({1'000'000'000}, 0).steal().has_value());
}

}  // namespace
}  // namespace hitbench
