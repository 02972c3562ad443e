// Write-behind in whole scenarios: how much it spares the origin, and that nothing is left when a run ends.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/cache/servers_fixture.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

// Key i is written at the rate L_i, and stored once in a flush interval F in which it was written at all: with
// probability 1 - e^(-L_i F). Stores per write: sum(1 - e^(-L_i F)) / (L F), here 0.254.
TEST(WriteBehindRun, TheOriginSeesOneStoreAKeyAndFlush) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"duration": "60s"},
    "workload": {"keys": {"distribution": "zipf", "count": 1000, "theta": 0.99}, "mix": {"read": 0, "write": 1},
      "arrivals": {"loop": "open", "rate": 2000}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "concurrency": 0},
    "strategies": [{"type": "write-behind", "on_write": {"type": "behind", "flush": "1s", "batch": 10000}}],
    "caches": ["memory"]})");
  double weights = 0, stored_in_a_flush = 0;
  for (int i = 1; i <= 1000; ++i) weights += std::pow(i, -0.99);
  for (int i = 1; i <= 1000; ++i) stored_in_a_flush += 1 - std::exp(-2000 * std::pow(i, -0.99) / weights);
  const RunResult& run = run_named(result, "write-behind/memory");
  EXPECT_EQ(run.write_queue.queued, run.writes.acknowledged);
  EXPECT_EQ(run.write_queue.flushed, run.origin_load.stores);
  EXPECT_EQ(run.write_queue.failed, 0u);
  const double stores_per_write =
      static_cast<double>(*run.origin_load.stores) / static_cast<double>(run.writes.acknowledged);
  EXPECT_NEAR(stores_per_write, stored_in_a_flush / 2000, 0.01);
}

TEST(WriteBehindRun, OtherStrategiesHaveNoQueue) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"operations": 1000},
    "workload": {"mix": {"read": 0.5, "write": 0.5}}, "strategies": ["write-through"], "caches": ["memory"]})");
  EXPECT_FALSE(run_named(result, "write-through/memory").write_queue.queued.has_value());
}

// Two processes, one queue on the server: whoever flushes, all of it has reached the origin when the run ends.
TEST(WriteBehindRun, AQueueInRedisIsEmptyWhenTheRunEnds) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  const Result result = run_text(R"({"rounds": 1, "warmup": {"operations": 0}, "measure": {"operations": 4000},
    "app": {"processes": 2, "clients": 4, "connections": 4},
    "workload": {"keys": {"distribution": "uniform", "count": 500}, "mix": {"read": 0.5, "write": 0.5}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100us"}},
    "strategies": [{"type": "write-behind", "on_write": {"type": "behind", "flush": "50ms", "queue_in": "redis"}}],
    "caches": ["redis"]})");
  const RunResult& run = run_named(result, "write-behind/redis");
  EXPECT_EQ(run.writes.failed, 0u);
  EXPECT_EQ(run.write_queue.queued, run.writes.acknowledged);
  EXPECT_GE(run.write_queue.flushed.value(), run.write_queue.queued.value() - run.write_queue.coalesced.value());
  EXPECT_EQ(run.write_queue.flushed, run.origin_load.stores);
  EXPECT_EQ(run.write_queue.failed, 0u);
}

}  // namespace
}  // namespace hitbench
