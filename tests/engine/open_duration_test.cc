// An open loop of a given duration lasts that long, whoever comes: its rate is what was offered, in virtual time
// exactly.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>

#include <cmath>
#include <tuple>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

struct Asked {
  double rate;
  std::string process;
  int seconds = 2, processes = 1, rounds = 1, seed = 1;
  std::string more = {};
};

std::string scenario_of(const Asked& a) {
  return R"({"clock": "virtual", "strategies": ["none"], "seed": )" + std::to_string(a.seed) + R"(, "rounds": )" +
         std::to_string(a.rounds) + R"(, "warmup": {"operations": 0}, "measure": {"duration": ")" +
         std::to_string(a.seconds) + R"(s"}, "app": {"clients": 10, "processes": )" + std::to_string(a.processes) +
         R"(}, "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "1us"}},
         "workload": {"arrivals": {"loop": "open", "rate": )" +
         std::to_string(a.rate) + R"(, "process": ")" + a.process + "\"}}" + a.more + "}";
}

RunResult run(const Asked& asked) { return run_text(scenario_of(asked)).runs.at(0); }

TEST(OpenDuration, IsTheScenariosWhateverTheRate) {
  for (const char* process : {"constant", "poisson"}) {
    for (const double rate : {2.0, 50.0, 1000.0}) {
      for (const int processes : {1, 3}) {
        for (const int rounds : {1, 3, 4, 10}) {
          SCOPED_TRACE(testing::Message()
                       << process << ' ' << rate << "/s, " << processes << " processes, " << rounds << " rounds");
          const RunResult result = run({.rate = rate, .process = process, .processes = processes, .rounds = rounds});
          EXPECT_EQ(result.duration_ns, 2'000'000'000);
          EXPECT_DOUBLE_EQ(result.throughput_ops_s, static_cast<double>(result.operations) / 2);
          if (std::string(process) == "constant") {
            EXPECT_EQ(static_cast<double>(result.operations), 2 * rate);
          }
          for (const RoundResult& round : result.rounds) {
            EXPECT_NEAR(static_cast<double>(round.duration_ns), 2e9 / rounds, 1) << "whole ns";
            EXPECT_DOUBLE_EQ(round.throughput_ops_s,
                             static_cast<double>(round.operations) * 1e9 / static_cast<double>(round.duration_ns));
          }
          EXPECT_FALSE(result.validity.overloaded);
        }
      }
    }
  }
}

// 91 of them were once: 30 s / 90 is no whole number of nanoseconds.
TEST(OpenDuration, HasRateTimesTimeOperations) {
  for (const int processes : {1, 2, 3, 7}) {
    for (const int rounds : {1, 4, 7}) {
      for (const std::string warmup : {R"({"operations": 0})", R"({"operations": 5})", R"({"duration": "1s"})"}) {
        const std::string text =
            scenario_of({.rate = 3, .process = "constant", .seconds = 30, .processes = processes, .rounds = rounds});
        const RunResult result = run_text(changed(text, R"("warmup": )" + warmup)).runs.at(0);
        EXPECT_EQ(result.operations, 90u) << processes << " processes, " << rounds << " rounds, warm-up " << warmup;
      }
    }
  }
}

class PoissonArrivals : public testing::TestWithParam<std::tuple<int, int>> {};  // processes, rounds

// Over 100 seeds the mean of so many Poisson counts scatters by a tenth of the root of one's mean; four of that.
TEST_P(PoissonArrivals, AreAsManyAsTheRateSays) {
  const auto [processes, rounds] = GetParam();
  double all = 0;
  for (int seed = 1; seed <= 100; ++seed) {
    all += static_cast<double>(
        run({.rate = 2, .process = "poisson", .processes = processes, .rounds = rounds, .seed = seed}).operations);
  }
  EXPECT_NEAR(all / 100, 4, 4 * std::sqrt(4) / 10);
}

INSTANTIATE_TEST_SUITE_P(OpenDuration, PoissonArrivals, testing::Combine(testing::Values(1, 3), testing::Values(1, 4)));

// What is a share of the time: ten operations of 100 ms in 10 s are a tenth of an operation at any time.
TEST(OpenDuration, IsWhatConcurrencyAndSecondsCountBy) {
  const RunResult result = run_text(changed(scenario_of({.rate = 1, .process = "constant", .seconds = 10, .rounds = 5}),
                                            R"("origin": {"type": "simulated", "concurrency": 0,
                                            "latency": {"distribution": "fixed", "value": "100ms"}})"))
                               .runs.at(0);
  EXPECT_NEAR(*result.validity.achieved_concurrency, 0.1, 0.001);
  ASSERT_EQ(result.series.size(), 10u);
  for (const SecondResult& second : result.series) EXPECT_EQ(second.operations, 1u) << second.second;
}

TEST(OpenDuration, IsNoneWhereOperationsEndThePhase) {
  const RunResult result =
      run_text(changed(scenario_of({.rate = 2, .process = "constant"}), R"("measure": {"operations": 4})")).runs.at(0);
  EXPECT_NEAR(static_cast<double>(result.duration_ns), 1.5e9, 1e4);
}

// Killed at 500 ms, before its second operation: for good, or for a second.
TEST(OpenDuration, EndsWithAProcessThatIsKilledAndDoesNotComeBack) {
  const auto killed = [](const std::string& lasts) {
    return run({.rate = 1,
                .process = "constant",
                .more = R"(, "faults": [{"at": "500ms", "target": "process", "index": 0, "action": "kill", "for": ")" +
                        lasts + "\"}]"});
  };
  EXPECT_EQ(killed("10s").duration_ns, 500'000'000);
  EXPECT_EQ(killed("1s").duration_ns, 2'000'000'000);
}

std::atomic<bool> alarm_rang{false};

TEST(OpenDuration, EndsWithAnInterruption) {
  alarm_rang = false;
  signal(SIGALRM, [](int) { alarm_rang = true; });
  const std::vector<RowPlan> rows =
      plan_of(changed(scenario_of({.rate = 2, .process = "constant", .seconds = 20}), R"("clock": "real")"));
  const Result result = run_plan(rows, registry(), alarm_rang,
                                 {.progress =
                                      [](const RunProgress& progress) {
                                        const itimerval once{.it_interval = {}, .it_value = {.tv_usec = 300'000}};
                                        if (progress.phase.starts_with("round")) setitimer(ITIMER_REAL, &once, nullptr);
                                      },
                                  .libraries = {}});
  signal(SIGALRM, SIG_DFL);
  EXPECT_FALSE(result.complete);
  EXPECT_LT(result.runs.at(0).duration_ns, 15'000'000'000);
  EXPECT_GE(result.runs.at(0).operations, 1u);
}

TEST(OpenDuration, IsKeptInRealTime) {
  const RunResult result =
      run_text(changed(scenario_of({.rate = 10, .process = "constant", .seconds = 1, .processes = 2, .rounds = 2}),
                       R"("clock": "real", "measure": {"duration": "500ms"})"))
          .runs.at(0);
  EXPECT_EQ(result.operations, 5u);
  EXPECT_GE(result.duration_ns, 500'000'000);
  EXPECT_LE(result.throughput_ops_s, 10);
}

}  // namespace
}  // namespace hitbench
