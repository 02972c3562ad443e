// Reads grouped into batches, as whole scenarios in virtual time.
#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

// Every cache call costs 100 µs, a load 1 ms; two clients, whose last batch of a round is a short one.
Result run_batches(const std::string& strategies) {
  return run_text(R"({"clock": "virtual", "warmup": {"preload": true}, "measure": {"operations": 2010},
    "app": {"clients": 2}, "workload": {"keys": {"distribution": "zipf", "count": 500}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "concurrency": 0},
    "caches": [{"type": "memory", "shared": true, "latency": "100us"}], "strategies": )" +
                  strategies + "}");
}

TEST(Batches, AnswerTheSameOperationsAsSingleReads) {
  const Result result = run_batches(R"(["cache-aside", {"type": "cache-aside", "name": "batched", "batch": 16},
    "direct", {"type": "direct", "name": "direct16", "batch": 16}])");
  for (const char* name : {"batched/memory", "direct/memory", "direct16/memory"}) {
    const RunResult& run = run_named(result, name);
    EXPECT_EQ(run.stream_checksum, run_named(result, "cache-aside/memory").stream_checksum) << name;
    EXPECT_EQ(run.operations, 2010u) << name;
    EXPECT_EQ(run.reads.fresh_hit, 2010u) << name;
    EXPECT_EQ(run.read.response.count, 2010u) << name;
  }
}

TEST(Batches, TakeOneRoundTripAndEveryReadsResponseIsTheBatchs) {
  const Result result = run_batches(R"([{"type": "cache-aside", "name": "batched", "batch": 16}])");
  const RunResult& run = run_named(result, "batched/memory");
  EXPECT_NEAR(static_cast<double>(*run.read.response.p50_ns), 100'000, 100);
  EXPECT_NEAR(static_cast<double>(*run.read.response.max_ns), 100'000, 100);
  // 1005 reads of each client are 62 batches of 16 and one of 13: 63 round trips.
  EXPECT_NEAR(static_cast<double>(run.duration_ns), 63 * 100'000, 1000);
}

TEST(Batches, LoadWhatTheyMiss) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 100},
    "app": {"clients": 1}, "workload": {"keys": {"distribution": "sequential", "count": 50}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "concurrency": 0},
    "caches": ["memory"], "strategies": [{"type": "cache-aside", "batch": 10}]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.reads.miss, 50u);
  EXPECT_EQ(run.reads.fresh_hit, 50u);
  EXPECT_EQ(run.origin_load.loads, 50u);
}

TEST(Batches, RetryOnlyWhatFailed) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1000},
    "app": {"clients": 1, "retries": 20}, "workload": {"keys": {"distribution": "sequential", "count": 1000}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "errors": 0.5},
    "caches": ["memory"], "strategies": [{"type": "cache-aside", "batch": 10}]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.operations, 1000u);
  EXPECT_EQ(run.reads.miss, 1000u);
  EXPECT_NEAR(static_cast<double>(*run.origin_load.loads), 2000, 200);
}

}  // namespace
}  // namespace hitbench
