#include "app/barrier_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

// What a client read, and when: "5 at 0 s".
std::vector<std::string> reads_of(const OneProcess& process, int client, Time start) {
  std::vector<std::string> texts;
  for (const auto& read : process.strategy->reads) {
    if (read.client != client) continue;
    const int64_t at = std::chrono::duration_cast<seconds>(read.at - start).count();
    texts.push_back(std::to_string(read.key) + " at " + std::to_string(at) + " s");
  }
  return texts;
}

TEST(BarrierLoop, AllClientsReadOneFreshKeyAtATime) {
  OneProcess process(barriers("false"), {.clients = 2});
  const Time start = process.loop->now();
  run_barriers(process, {.barriers = 3, .first_barrier = 5});
  EXPECT_THAT(process.strategy->keys(), ElementsAre(5, 5, 6, 6, 7, 7));
  EXPECT_THAT(reads_of(process, 0, start), ElementsAre("5 at 0 s", "6 at 1 s", "7 at 2 s"));
  EXPECT_THAT(reads_of(process, 1, start), ElementsAre("5 at 0 s", "6 at 1 s", "7 at 2 s"));
}

TEST(BarrierLoop, AWarmKeyIsLoadedByOneClientABarrierEarlier) {
  OneProcess process(barriers("true"), {.clients = 2});
  const Time start = process.loop->now();
  run_barriers(process, {.barriers = 2});
  EXPECT_THAT(reads_of(process, 0, start), ElementsAre("0 at 0 s", "0 at 1 s", "1 at 1 s", "1 at 2 s"));
  EXPECT_THAT(reads_of(process, 1, start), ElementsAre("0 at 1 s", "1 at 2 s"));
  EXPECT_EQ(process.phase.outcome.recorder.reads(Outcome::fresh_hit), 4u) << "loads do not count";
}

TEST(BarrierLoop, AProcessThatWasDownLeavesOutTheBarriersOfThatTime) {
  OneProcess process(barriers("false"));
  run_barriers(process, {.barriers = 4, .late = seconds(2)});
  EXPECT_THAT(process.strategy->keys(), ElementsAre(2, 3));
}

}  // namespace
}  // namespace hitbench
