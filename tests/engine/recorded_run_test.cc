// Runs of a recorded trace in virtual time. The counts are worked out by hand beside each trace.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

// Columns: time, key, operation, TTL. Each has a file of its own: what was read once is kept.
std::string trace_of(const std::string& lines) {
  static int files = 0;
  const std::string path =
      testing::TempDir() + fmt::format("recorded_run_test_{}_{}.csv", getpid(), ++files);  // shards run side by side
  std::ofstream(path) << lines;
  return path;
}

std::string scenario(const std::string& file, const std::string& more_of_trace, const std::string& strategy,
                     const std::string& cache = R"("memory")") {
  return R"({"clock": "virtual", "workload": {"trace": {"format": "csv:time=1,key=2,op=3,ttl=4", "file": ")" + file +
         R"(")" + more_of_trace + R"(}}, "app": {"clients": 1}, "origin": {"type": "simulated", "latency": "1ms"},
      "caches": [)" +
         cache + R"(], "strategies": [)" + strategy + "]}";
}

RunResult recorded_run(const std::string& text) { return run_text(text).runs.at(0); }

// At 0, 1 and 2 s from its start, and ten more from 4.0 to 4.9 s. Each reads a key of its own.
std::string thirteen_requests() {
  std::string lines = "0.1,a,get,\n1.1,b,get,\n2.1,c,get,\n";
  for (int tenth = 1; tenth <= 10; ++tenth) {
    lines += (tenth < 10 ? "4." + std::to_string(tenth) : "5.0") + ",d" + std::to_string(tenth) + ",get,\n";
  }
  return lines;
}

std::string with_a_kill(const std::string& at, const std::string& more = "") {
  return changed(scenario(trace_of(thirteen_requests()), "", R"("none")"),
                 R"("faults": [{"at": ")" + at + R"(", "target": "process", "action": "kill", "for": "2s"}])" + more);
}

TEST(RecordedRun, GoesOnWithoutAProcessThatIsDead) {
  const RunResult run = recorded_run(with_a_kill("1500ms"));
  EXPECT_EQ(run.operations, 12u) << "a, b, and from 3.5 s on the ten; c is lost";
  EXPECT_EQ(run.origin_load.loads, 12u);
}

// The first second of the trace warms up.
TEST(RecordedRun, CountsTheWarmUpIntoWhatADeadProcessMissed) {
  const RunResult run = recorded_run(with_a_kill("500ms", R"(, "warmup": {"duration": "1s"})"));
  EXPECT_EQ(run.operations, 11u) << "b and the ten";
}

// Of four requests each: 0 to 4.0 s, then 4.1 to 4.4 s and 4.5 to 4.8 s.
TEST(RecordedRun, HasRoundsThatAreItsPartsAlsoWhereOperationsDecide) {
  const RunResult run = recorded_run(changed(scenario(trace_of(thirteen_requests()), "", R"("none")"),
                                             R"("rounds": 3, "measure": {"operations": 12})"));
  EXPECT_EQ(run.operations, 12u);
  EXPECT_NEAR(static_cast<double>(run.duration_ns), 4.8e9, 0.01e9);
}

}  // namespace
}  // namespace hitbench
