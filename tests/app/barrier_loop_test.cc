#include "app/barrier_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/app_fixture.h"

namespace hitbench {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

std::string barriers(const char* warm) {
  return std::string(R"({"clock": "virtual", "strategies": ["none"], "workload": {"mix": {"read": 1},
    "keys": {"distribution": "uniform", "count": 1000},
    "arrivals": {"loop": "barrier", "every": "1s", "warm": )") +
         warm + "}}}";
}

void run_barriers(OneProcess& process, PhaseOrder order) {
  BarrierLoop loop(process.parts, process.phase);
  process.begin(order);
  process.run_clients([&](ClientState& state) { loop.run(state); });
}

std::vector<int64_t> seconds_of(const OneProcess& process, Time start) {
  std::vector<int64_t> times;
  for (const auto& read : process.strategy->reads) {
    times.push_back(std::chrono::duration_cast<seconds>(read.at - start).count());
  }
  return times;
}

TEST(BarrierLoop, AllClientsReadOneFreshKeyAtATime) {
  OneProcess process(barriers("false"), {.clients = 2});
  const Time start = process.loop->now();
  run_barriers(process, {.barriers = 3, .first_barrier = 5});
  EXPECT_THAT(process.strategy->keys(), ElementsAre(5, 5, 6, 6, 7, 7));
  EXPECT_THAT(seconds_of(process, start), ElementsAre(0, 0, 1, 1, 2, 2));
}

TEST(BarrierLoop, AWarmKeyIsLoadedByOneClientABarrierEarlier) {
  OneProcess process(barriers("true"), {.clients = 2});
  const Time start = process.loop->now();
  run_barriers(process, {.barriers = 2});
  EXPECT_THAT(process.strategy->keys(), ElementsAre(0, 0, 0, 1, 1, 1));
  EXPECT_THAT(seconds_of(process, start), ElementsAre(0, 1, 1, 1, 2, 2));
  EXPECT_EQ(process.phase.outcome.recorder.reads(Outcome::fresh_hit), 4u) << "loads do not count";
}

TEST(BarrierLoop, AProcessThatWasDownLeavesOutTheBarriersOfThatTime) {
  OneProcess process(barriers("false"));
  run_barriers(process, {.barriers = 4, .late = seconds(2)});
  EXPECT_THAT(process.strategy->keys(), ElementsAre(2, 3));
}

}  // namespace
}  // namespace hitbench
