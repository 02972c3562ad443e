// Whole scenarios on the real clock. Counts and identities only: no wall-clock figure decides.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

constexpr const char* kSmall = R"("rounds": 2, "warmup": {"operations": 200}, "measure": {"operations": 2000},
  "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50us"}, "concurrency": 0})";

TEST(RealRun, CountsEveryOperationOnceAcrossForkedProcesses) {
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"processes": 3, "clients": 7}})");
  for (const RunResult& run : result.runs) {
    EXPECT_EQ(run.operations, 2000u) << run.name;
    const ReadsResult& reads = run.reads;
    EXPECT_EQ(reads.fresh_hit + reads.miss + reads.failed, 2000u) << run.name;
    EXPECT_EQ(reads.miss, run.origin_load.loads) << run.name << ": one origin behind all processes";
    EXPECT_EQ(run.rounds.size(), 2u);
    EXPECT_TRUE(run.complete);
  }
}

TEST(RealRun, TheThreadModelDoesTheSameWork) {
  const Result result =
      run_text(std::string("{") + kSmall + R"(, "app": {"model": "thread", "clients": 4}, "strategies": ["none"]})");
  for (const RunResult& run : result.runs) {
    EXPECT_EQ(run.operations, 2000u) << run.name;
    EXPECT_EQ(run.client_model, "thread");
  }
}

TEST(RealRun, AMachineFreeStreamIsTheSameForEveryRow) {
  const Result result = run_text(std::string("{") + kSmall + R"(, "app": {"clients": 5}})");
  EXPECT_EQ(result.runs.at(0).stream_checksum, result.runs.at(1).stream_checksum);
}

TEST(RealRun, AnInterruptedRunKeepsWhatItMeasured) {
  const std::atomic<bool> interrupted{true};
  const auto rows = plan_of(std::string("{") + kSmall + "}");
  const Result result = run_plan(rows, registry(), interrupted, {});
  EXPECT_FALSE(result.complete);
  for (const RunResult& run : result.runs) EXPECT_FALSE(run.complete);
}

}  // namespace
}  // namespace hitbench
