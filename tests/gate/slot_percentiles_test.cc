#include "gate/slot_percentiles.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "metrics/histogram.h"
#include "metrics/summary.h"
#include "tests/gate/simulated_slots.h"

namespace hitbench {
namespace {

// Values of 1 to 10,000 µs, twice as long in the candidate: p99 is one that was not judged.
TEST(SlotPercentiles, AreKeptWhateverWasJudged) {
  SimulatedSlots slots([](Side side, size_t) {
    Slot slot = simulated_slot(0);
    Histogram histogram;
    for (int i = 1; i <= 10'000; ++i) histogram.record((side == Side::candidate ? 2000 : 1000) * i);
    slot.result->runs[0].read.response = summarize(histogram);
    return slot;
  });
  const Verdict verdict = gate(slots, {.metrics = {parse_criterion("read.response.p50")}});
  const auto p99 = std::find(verdict.percentiles.begin(), verdict.percentiles.end(), "p99");
  ASSERT_NE(p99, verdict.percentiles.end());
  ASSERT_EQ(verdict.slots.at(0).percentiles.size(), 1u) << "no write was made";
  for (const VerdictSlot& slot : verdict.slots) {
    const SlotPercentiles& kept = slot.percentiles.at(0);
    EXPECT_EQ(kept.of, "cache-aside/redis: read.response");
    ASSERT_EQ(kept.ns.size(), verdict.percentiles.size());
    const double expected = slot.side == "candidate" ? 19.8e6 : 9.9e6;
    EXPECT_NEAR(kept.ns.at(static_cast<size_t>(p99 - verdict.percentiles.begin())).value(), expected, expected / 1000);
    EXPECT_FALSE(kept.ns.back().has_value()) << "one value lies above p99.99";
  }
}

TEST(SlotPercentiles, OfARunThatCannotBeJudgedAreNone) {
  RunResult run = simulated_run(1e6);
  EXPECT_EQ(percentiles_of(run, "row").size(), 1u);
  run.validity.valid = false;
  EXPECT_TRUE(percentiles_of(run, "row").empty());
}

}  // namespace
}  // namespace hitbench
