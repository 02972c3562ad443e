// The jitter probe alongside the clients. It measures a machine, so only what no machine can fake is asserted.
#include "workers/jitter_probe.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

void expect_the_lateness_of(std::chrono::milliseconds round, JitterProbe& observer) {
  const auto start = std::chrono::steady_clock::now();
  observer.begin();
  std::this_thread::sleep_for(round);
  const Histogram late = observer.end();
  const auto most = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
  EXPECT_GT(late.count(), 0u);
  EXPECT_LE(late.count(), static_cast<uint64_t>(most)) << "nothing from before, nothing twice";
}

TEST(JitterProbe, LooksEveryMillisecondWhileItIsAsked) {
  JitterProbe observer;
  std::this_thread::sleep_for(30ms);
  for (int round = 0; round < 2; ++round) expect_the_lateness_of(100ms, observer);
}

TEST(JitterProbe, ThatWasSilentDoesNotAnswerForTheRoundBefore) {
  JitterProbe observer(100ms);
  for (const int signal : {SIGSTOP, SIGKILL}) {
    const pid_t silent = observer.pid();
    observer.begin();
    kill(silent, signal);
    EXPECT_EQ(observer.end().count(), signal == SIGSTOP ? 1u : 0u) << "late by its patience, or gone";
    kill(silent, SIGCONT);
    expect_the_lateness_of(20ms, observer);
  }
}

TEST(JitterProbe, StandsInEveryRowOfRealTimeAndInNoneOfVirtual) {
  const std::string scenario = R"({"strategies": ["none"], "rounds": 2, "measure": {"duration": "100ms"},
    "warmup": {"operations": 0}, "app": {"clients": 2}, "origin": {"type": "simulated", "latency": "1ms"}})";
  const RunResult real = run_text(scenario).runs.at(0);
  EXPECT_GT(real.observer.count, 0u);
  EXPECT_EQ(real.client.poll, "sleep");
  EXPECT_TRUE(real.client.involuntary_switches);
  const RunResult simulated = run_text(changed(scenario, R"("clock": "virtual")")).runs.at(0);
  EXPECT_EQ(simulated.observer.count, 0u);
  EXPECT_FALSE(simulated.client.poll);
}

}  // namespace
}  // namespace hitbench
