#include "app/closed_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/app_fixture.h"

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

constexpr const char* kReads = R"({"clock": "virtual", "strategies": ["none"], "workload": {"mix": {"read": 1},
  "keys": {"distribution": "uniform", "count": 1000}}})";

void run_closed(OneProcess& process, const PhaseOrder& order) {
  ClosedLoop closed(process.parts, process.phase);
  process.begin(order);
  process.run_clients([&](ClientState& state) { closed.run(state); });
}

std::vector<uint64_t> done_by(const OneProcess& process) {
  std::vector<uint64_t> done;
  for (const auto& client : process.parts.clients) done.push_back(client->done);
  return done;
}

TEST(ClosedLoop, ClientsShareTheOperationsOfTheOrder) {
  OneProcess process(kReads, {.clients = 3});
  run_closed(process, {.operations = 10});
  EXPECT_THAT(done_by(process), ElementsAre(4, 3, 3));
}

// 10 of two processes of three clients: the second has the last three of the shares 2, 2, 2, 2, 1, 1.
TEST(ClosedLoop, ProcessesShareTheOperationsOfTheOrder) {
  OneProcess process(kReads, {.process = 1, .processes = 2, .clients = 3});
  run_closed(process, {.operations = 10});
  EXPECT_THAT(done_by(process), ElementsAre(2, 1, 1));
}

TEST(ClosedLoop, AProcessThatCameBackDoesWhatTheDeadOneLeft) {
  OneProcess process(kReads, {.clients = 3});
  run_closed(process, {.operations = 10, .done_before = 5});
  EXPECT_THAT(done_by(process), ElementsAre(2, 2, 1));
}

TEST(ClosedLoop, WhatIsOnlyDrawnMovesTheStreamOn) {
  OneProcess whole(kReads), rest(kReads);
  run_closed(whole, {.operations = 100});
  run_closed(rest, {.operations = 60, .drawn = 40});
  const std::vector<uint64_t> keys = whole.strategy->keys();
  EXPECT_THAT(rest.strategy->keys(), ElementsAreArray(keys.begin() + 40, keys.end()));
  EXPECT_EQ(rest.phase.skipped, 40u);
  EXPECT_EQ(rest.phase.outcome.checksum, whole.phase.outcome.checksum);
}

TEST(ClosedLoop, ThinksAfterEachOperationUntilTheEndAtMost) {
  OneProcess process(changed(kReads, R"("workload": {"mix": {"read": 1},
    "arrivals": {"loop": "closed", "think": {"distribution": "fixed", "value": "10ms"}}})"));
  run_closed(process, {.duration = milliseconds(25)});
  EXPECT_EQ(process.strategy->reads.size(), 3u) << "at 0, 10 and 20 ms";
  EXPECT_NEAR(static_cast<double>(process.phase.outcome.thought.count()), 25e6, 1e3) << "10 + 10 + 5 ms";
}

TEST(ClosedLoop, ReadsOfABatchGoAtOnceAndTheLastBatchIsWhatIsLeft) {
  OneProcess process(kReads);
  process.parts.batch = 4;
  run_closed(process, {.operations = 10});
  EXPECT_THAT(process.strategy->batches, testing::ElementsAre(4, 4, 2));
}

TEST(ClosedLoop, EndsWhenThePhaseIsStopped) {
  OneProcess process(kReads);
  process.stop = true;
  run_closed(process, {.operations = 10});
  EXPECT_TRUE(process.strategy->reads.empty());
}

}  // namespace
}  // namespace hitbench
