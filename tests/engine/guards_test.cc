// Guards over several processes that share a cache, as whole scenarios in virtual time: exact.
#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

// Ten barriers, each of three processes with 50 clients on one fresh key.
Result run_stampede(const std::string& strategies) {
  return run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1500},
    "app": {"processes": 3, "clients": 50}, "workload": {"keys": {"distribution": "sequential", "count": 100},
    "arrivals": {"loop": "barrier", "every": "1s"}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100ms"}, "concurrency": 0},
    "caches": [{"type": "memory", "shared": true, "latency": "75us"}], "strategies": )" +
                  strategies + "}");
}

TEST(Guards, LoadOnceOrOnceInEachProcessOrAlways) {
  const Result result = run_stampede(R"(["cache-aside", "read-through",
    {"type": "cache-aside", "name": "locked", "guard": "lock"}])");
  EXPECT_EQ(run_named(result, "cache-aside/memory").origin_load.loads, 1500u);
  const RunResult& through = run_named(result, "read-through/memory");
  EXPECT_EQ(through.origin_load.loads, 30u);
  EXPECT_EQ(through.reads.coalesced, 1470u);
  const RunResult& locked = run_named(result, "locked/memory");
  EXPECT_EQ(locked.origin_load.loads, 10u);
  EXPECT_EQ(locked.reads.coalesced, 1490u);
}

// A lock of 30 ms under a load of 100 ms: somebody gets it at 0, 30, 60 and 90 ms.
TEST(Guards, ALockShorterThanTheLoadLetsOthersIn) {
  const Result result = run_stampede(R"([{"type": "cache-aside",
    "guard": {"type": "lock", "ttl": "30ms", "poll": "1ms", "wait": "500ms"}}])");
  EXPECT_EQ(run_named(result, "cache-aside/memory").origin_load.loads, 40u);
}

TEST(Guards, StaleCopiesAreServedWhileOneProcessLoads) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"duration": "60s"},
    "app": {"processes": 3, "clients": 20}, "workload": {"keys": {"distribution": "uniform", "count": 1},
    "arrivals": {"loop": "open", "rate": 1000}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100ms"}, "concurrency": 0},
    "caches": [{"type": "memory", "shared": true, "latency": "75us"}],
    "strategies": [{"type": "stale-while-revalidate", "ttl": "1s", "guard": "lock"}]})");
  const RunResult& run = run_named(result, "stale-while-revalidate/memory");
  EXPECT_EQ(run.reads.miss, 0u) << "the warm-up has loaded the key";
  // A cycle is the TTL, the wait for the next read (1 ms in the mean) and the load: 60 s / 1.101 s = 54.5.
  EXPECT_NEAR(static_cast<double>(*run.origin_load.loads), 54.5, 1.5);
  // And 101 of its 1101 reads come while the cached entry is stale; sd of the share over 60,000 reads: 0.0012.
  EXPECT_NEAR(static_cast<double>(run.reads.stale_hit) / static_cast<double>(run.operations), 101.0 / 1101, 0.006);
}

// The measuring ends between two jobs.
TEST(Guards, PrecomputedKeysNeverMiss) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"duration": "55s"},
    "app": {"processes": 3, "clients": 20}, "workload": {"keys": {"distribution": "uniform", "count": 10},
    "arrivals": {"loop": "open", "rate": 1000}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "10ms"}, "concurrency": 0},
    "caches": [{"type": "memory", "shared": true}],
    "strategies": [{"type": "precompute", "ttl": "30s", "every": "10s", "keys": 10}]})");
  const RunResult& run = run_named(result, "precompute/memory");
  EXPECT_EQ(run.reads.fresh_hit, run.operations);
  EXPECT_EQ(*run.origin_load.loads % 10, 0u);
  EXPECT_NEAR(static_cast<double>(*run.origin_load.loads), 60, 10) << "keys / every, whatever the traffic";
}

}  // namespace
}  // namespace hitbench
