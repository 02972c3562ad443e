#include "workers/progress.h"

#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongest = 100ms;

TEST(Progress, CountsTheTimeSinceTheLastSignOfLife) {
  Progress progress(2);
  Time now = Time{} + 1h;
  progress.look(now, kLongest);
  progress.begin(0);
  for (int i = 0; i < 10; ++i) {
    progress.beats_of(1).fetch_add(1);
    progress.look(now += 50ms, kLongest);
  }
  EXPECT_EQ(progress.still(0), Duration(500ms));
  EXPECT_EQ(progress.still(1), Duration{0});
  progress.beats_of(0).fetch_add(1);
  progress.look(now += 50ms, kLongest);
  EXPECT_EQ(progress.still(0), Duration{0});
}

TEST(Progress, DoesNotCountTimeInWhichNobodyLooked) {
  Progress progress(1);
  Time now = Time{} + 1h;
  progress.look(now, kLongest);
  progress.begin(0);
  progress.look(now += 1h, kLongest);
  EXPECT_EQ(progress.still(0), kLongest);
}

TEST(Progress, BeginsAfreshWithAPhase) {
  Progress progress(1);
  Time now = Time{} + 1h;
  progress.look(now, kLongest);
  progress.look(now += 50ms, kLongest);
  progress.begin(0);
  progress.look(now += 50ms, kLongest);
  EXPECT_EQ(progress.still(0), Duration(50ms));
}

// Those that block their thread do so for a whole batch and all further tries.
TEST(Progress, WaitsForWhatBlocksAThread) {
  const auto longest = [](const std::string& members, bool blocks) {
    const std::string text = R"({"clock": "virtual", "measure": {"operations": 1},
      "app": {"timeout": "100ms", "retries": 3}, "strategies": [{"type": "direct"}]})";
    RowPlan row = plan_of(changed(text, members)).back();
    row.cache.traits.blocks_thread = blocks;
    return longest_still(row);
  };
  const std::string batch = R"("strategies": [{"type": "cache-aside", "batch": 64}])";
  EXPECT_EQ(longest(batch, true), 10s + 4 * 64 * 4 * 100ms);
  EXPECT_EQ(longest(batch, false), 10s + 4 * 100ms);
  EXPECT_EQ(longest(R"("strategies": ["cache-aside"])", true), 10s + 4 * 4 * 100ms);
}

}  // namespace
}  // namespace hitbench
