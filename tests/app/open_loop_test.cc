#include "app/open_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/app_fixture.h"

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAreArray;

// A thousand per second.
std::string arriving(const std::string& process) {
  return R"({"clock": "virtual", "strategies": ["none"], "workload": {"mix": {"read": 1},
    "keys": {"distribution": "uniform", "count": 1000},
    "arrivals": {"loop": "open", "rate": 1000, "process": ")" +
         process + R"("}}})";
}

void run_open(OneProcess& process, OpenLoop& open, const PhaseOrder& order, Duration grace = std::chrono::seconds(1)) {
  process.begin(order, grace);
  open.begin();
  process.run_clients([&](ClientState& state) { open.run(state); });
}

std::vector<int64_t> times_of(const OneProcess& process) {
  std::vector<int64_t> times;
  for (const auto& read : process.strategy->reads) times.push_back(read.at.time_since_epoch().count());
  return times;
}

TEST(OpenLoop, OperationsBeginWhenTheyAreDue) {
  OneProcess process(arriving("constant"));
  OpenLoop open(process.parts, process.phase);
  const Time start = process.loop->now();
  run_open(process, open, {.duration = milliseconds(10)});
  ASSERT_EQ(process.strategy->reads.size(), 10u) << "at 0, 1, ..., 9 ms";
  EXPECT_EQ(process.strategy->reads.back().at - start, milliseconds(9));
  EXPECT_EQ(process.phase.outcome.scheduled, milliseconds(9));
}

TEST(OpenLoop, TheScheduleGoesOnWhereAPhaseCutIt) {
  OneProcess one(arriving("poisson")), two(arriving("poisson"));
  OpenLoop whole(one.parts, one.phase), halves(two.parts, two.phase);
  run_open(one, whole, {.duration = milliseconds(40)});
  for (int half = 0; half < 2; ++half) {
    two.begin({.duration = milliseconds(20)});
    halves.begin();
    two.run_clients([&](ClientState& state) {
      halves.run(state);
      halves.wait_out();
    });
  }
  EXPECT_GT(one.strategy->reads.size(), 20u);
  EXPECT_THAT(times_of(two), ElementsAreArray(times_of(one)));
  EXPECT_EQ(two.strategy->keys(), one.strategy->keys());
}

TEST(OpenLoop, WhatIsOnlyDrawnMovesTheStreamOn) {
  OneProcess one(arriving("constant")), two(arriving("constant"));
  OpenLoop whole(one.parts, one.phase), rest(two.parts, two.phase);
  run_open(one, whole, {.operations = 100});
  run_open(two, rest, {.operations = 60, .drawn = 40});
  const std::vector<uint64_t> keys = one.strategy->keys();
  EXPECT_THAT(two.strategy->keys(), ElementsAreArray(keys.begin() + 40, keys.end()));
  EXPECT_EQ(two.phase.skipped, 40u);
  EXPECT_EQ(two.phase.outcome.checksum, one.phase.outcome.checksum);
}

// One client takes 10 ms for each: of those due at 0, 1, ..., 9 ms it begins two, at 0 and at 10 ms; at 20 ms the grace
// of 5 ms after the end is over.
TEST(OpenLoop, WhatIsDueAndCannotBeginInTimeIsUnserved) {
  OneProcess process(arriving("constant"));
  OpenLoop open(process.parts, process.phase);
  process.strategy->takes = milliseconds(10);
  run_open(process, open, {.duration = milliseconds(10)}, milliseconds(5));
  EXPECT_EQ(process.strategy->reads.size(), 2u);
  EXPECT_EQ(process.phase.outcome.unserved, 8u);
  EXPECT_EQ(process.phase.outcome.scheduled, milliseconds(1));
  EXPECT_EQ(process.phase.outcome.started, milliseconds(10) + Duration(1)) << "a turn takes 1 ns";
}

}  // namespace
}  // namespace hitbench
