#include "engine/row_totals.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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

RowTotals::Machine server_of(Duration ran, Duration waited) {
  RowTotals::Machine machine;
  machine.server_before.emplace().threads[7] = {.ran = seconds(5), .waited = seconds(3), .turns = 10};
  machine.server_after.emplace().threads[7] = {.ran = seconds(5) + ran, .waited = seconds(3) + waited, .turns = 12};
  return machine;
}

TEST(RowTotals, TheServersTimesAreThoseOfTheRounds) {
  PhaseOutcome outcome;
  outcome.wall = seconds(1);
  RowTotals totals;
  totals.add(0, outcome, server_of(milliseconds(100), milliseconds(20)), std::nullopt);
  totals.add(1, outcome, server_of(milliseconds(300), milliseconds(50)), std::nullopt);
  ASSERT_TRUE(totals.server_threads.has_value());
  EXPECT_EQ(totals.server_threads->ran(), milliseconds(400));
  EXPECT_EQ(totals.server_threads->waited(), milliseconds(70));
  EXPECT_EQ(totals.server_threads->threads.at(7).turns, 4u);
}

TEST(RowTotals, ARoundThatIsNotKnownLeavesTheServersTimesUnknown) {
  PhaseOutcome outcome;
  outcome.wall = seconds(1);
  const RowTotals::Machine known = server_of(milliseconds(100), milliseconds(20));
  RowTotals first, last;
  first.add(0, outcome, {}, std::nullopt);
  first.add(1, outcome, known, std::nullopt);
  last.add(0, outcome, known, std::nullopt);
  last.add(1, outcome, {.before = {}, .after = {}, .server_before = known.server_before}, std::nullopt);
  EXPECT_FALSE(first.server_threads.has_value());
  EXPECT_FALSE(last.server_threads.has_value());
}

}  // namespace
}  // namespace hitbench
