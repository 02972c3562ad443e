// Whole runs of which the truth is known.
#include <gtest/gtest.h>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

uint64_t sum(const MissesResult& m) {
  return *m.first + *m.expired + *m.evicted + *m.invalidated + *m.lost + *m.early + *m.unknown;
}

// One client never overlaps itself, and cache-aside deletes before it acknowledges.
TEST(TruthOfARun, OneClientOfASharedCacheSeesNothingWrong) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"operations": 20000}, "app": {"clients": 1},
    "workload": {"keys": {"distribution": "zipf", "count": 200}, "absent": 0.1,
      "mix": {"read": 0.6, "write": 0.1, "delete": 0.1, "insert": 0.1, "modify": 0.1}},
    "strategies": ["none", "cache-aside", {"type": "cache-aside", "name": "nulls", "nulls": {"ttl": "1s"}}],
    "caches": [{"type": "memory", "entries": 50}]})");
  for (const RunResult& run : result.runs) {
    const Consistency& seen = run.consistency;
    EXPECT_EQ(seen.stale_reads, 0u) << run.name;
    EXPECT_EQ(seen.max_staleness_ns, std::nullopt);
    EXPECT_EQ(seen.dirty_reads, 0u);
    EXPECT_EQ(seen.non_monotonic_reads, 0u);
    EXPECT_EQ(seen.lost_writes, 0u);
    EXPECT_EQ(seen.lost_keys, 0u);
    EXPECT_EQ(seen.lost_updates, 0u) << run.name;
    EXPECT_EQ(seen.unchecked, 0u) << run.name;
    if (run.cache == "none") continue;
    EXPECT_EQ(seen.stuck_keys, 0u) << run.name;
    EXPECT_EQ(seen.stuck_keys_after_ttl, 0u) << run.name;
    EXPECT_EQ(sum(run.misses), run.reads.miss) << run.name;
    EXPECT_EQ(run.misses.lost, 0u);
    EXPECT_EQ(run.misses.unknown, 0u) << run.name;
  }
}

// Each process deletes only its own cached entry: another's is stale until its TTL ends, and no longer.
TEST(TruthOfARun, CachesOfTwoProcessesDisagreeForATtl) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"duration": "60s"},
    "app": {"processes": 2, "clients": 2},
    "workload": {"keys": {"distribution": "uniform", "count": 20}, "mix": {"read": 0.9, "write": 0.1},
      "arrivals": {"loop": "open", "rate": 400}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "concurrency": 0},
    "strategies": [{"type": "cache-aside", "ttl": "1s"}], "caches": ["memory"]})");
  const Consistency& seen = run_named(result, "cache-aside/memory").consistency;
  EXPECT_GT(*seen.stale_reads, 1000u);
  EXPECT_GT(*seen.max_staleness_ns, 500'000'000);
  EXPECT_LE(*seen.max_staleness_ns, 1'010'000'000);
  EXPECT_GT(*seen.stuck_keys, 0u);
  EXPECT_EQ(seen.stuck_keys_after_ttl, 0u);
  EXPECT_EQ(seen.unchecked, 0u);
}

// A hit that is written back, for its TTL to begin again, brings back what was deleted in between.
TEST(TruthOfARun, AValueThatIsWrittenBackIsStaleUntilItsTtlEnds) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"duration": "20s"}, "app": {"clients": 20},
    "workload": {"keys": {"distribution": "uniform", "count": 5}, "mix": {"read": 0.9, "write": 0.1}},
    "origin": {"type": "simulated", "latency": {"distribution": "exponential", "mean": "5ms"}, "concurrency": 0},
    "strategies": ["none", "cache-aside", {"type": "cache-aside", "name": "from-access", "ttl_from": "access"}],
    "caches": [{"type": "memory", "shared": true, "latency": "2ms"}]})");
  EXPECT_EQ(run_named(result, "none/none").consistency.stale_reads, 0u) << "the origin is never stale";
  EXPECT_EQ(run_named(result, "cache-aside/memory").consistency.stale_reads, 0u) << "a fill is as quick as a delete";
  const Consistency& seen = run_named(result, "from-access/memory").consistency;
  EXPECT_GT(*seen.stale_reads, 0u);
  EXPECT_EQ(seen.stuck_keys_after_ttl, 0u);
  EXPECT_EQ(seen.lost_writes, 0u);
}

// Ten clients in step read one value and write it back, each with one more: nine of ten updates are lost.
TEST(TruthOfARun, ClientsInStepLoseAllUpdatesButOne) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1000},
    "app": {"clients": 10}, "workload": {"keys": {"distribution": "uniform", "count": 1}, "mix": {"modify": 1,
    "read": 0}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "5ms"}, "concurrency": 0},
    "strategies": ["none"]})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_EQ(run.writes.acknowledged, 1000u);
  EXPECT_EQ(run.consistency.lost_updates, 900u);
  EXPECT_EQ(run.consistency.lost_writes, 0u) << "they were overwritten, not lost";
  EXPECT_EQ(run.consistency.unchecked, 0u);
}

// One key, read every 100 ms with a TTL of 950 ms: the first read misses, and every tenth after it.
TEST(TruthOfARun, NamesExpiryAndEvictionAsCauses) {
  const std::string origin = R"("origin": {"type": "simulated", "concurrency": 0,
    "latency": {"distribution": "fixed", "value": "1us"}}, "warmup": {"operations": 0}, "clock": "virtual", )";
  const Result expiring = run_text("{" + origin + R"("measure": {"operations": 1000}, "app": {"clients": 1},
    "workload": {"keys": {"distribution": "uniform", "count": 1},
      "arrivals": {"loop": "open", "rate": 10, "process": "constant"}},
    "strategies": [{"type": "cache-aside", "ttl": "950ms"}], "caches": ["memory"]})");
  const RunResult& by_ttl = run_named(expiring, "cache-aside/memory");
  EXPECT_EQ(by_ttl.misses.first, 1u);
  EXPECT_EQ(by_ttl.misses.expired, 99u);
  EXPECT_EQ(by_ttl.reads.miss, 100u);
  EXPECT_EQ(by_ttl.backend.never_read, 0.0);

  // A sequence of twice as many keys as an LRU holds never hits.
  const Result thrashing = run_text("{" + origin + R"("measure": {"operations": 1000}, "app": {"clients": 1},
    "workload": {"keys": {"distribution": "sequential", "count": 100}},
    "strategies": [{"type": "cache-aside", "ttl": "none"}], "caches": [{"type": "memory", "entries": 50}]})");
  const RunResult& by_size = run_named(thrashing, "cache-aside/memory");
  EXPECT_EQ(by_size.misses.first, 100u);
  EXPECT_EQ(by_size.misses.evicted, 900u);
  EXPECT_EQ(by_size.backend.never_read, 1.0);
}

TEST(TruthOfARun, CountsTheLoadsOfAnExpiry) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"duration": "10s"}, "app": {"clients": 200},
    "workload": {"keys": {"distribution": "sequential", "count": 100}, "arrivals": {"loop": "barrier", "every": "1s"}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50ms"}, "concurrency": 0},
    "strategies": ["none", "cache-aside"], "caches": ["memory"]})");
  EXPECT_EQ(run_named(result, "cache-aside/memory").origin_load.loads_per_expiry, 200.0);
  EXPECT_FALSE(run_named(result, "none/none").origin_load.loads_per_expiry) << "without a cache nothing expires";
}

TEST(TruthOfARun, SaysNothingWhereItDoesNotVerify) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "verify": false, "measure": {"operations": 2000},
    "workload": {"keys": {"distribution": "uniform", "count": 100}, "mix": {"read": 0.9, "write": 0.1}},
    "strategies": ["cache-aside"], "caches": ["memory"]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  const Consistency& seen = run.consistency;
  for (const Maybe<uint64_t>& count :
       {seen.stale_reads, seen.dirty_reads, seen.non_monotonic_reads, seen.stuck_keys, seen.stuck_keys_after_ttl,
        seen.lost_writes, seen.lost_keys, seen.lost_updates, seen.corrupt_values, seen.unchecked, run.misses.first}) {
    EXPECT_EQ(count, std::nullopt);
  }
  EXPECT_EQ(run.backend.never_read, std::nullopt);
}

TEST(TruthOfARun, IsOneOverForkedProcesses) {
  const Result result = run_text(R"({"rounds": 1, "warmup": {"operations": 0}, "measure": {"operations": 6000},
    "app": {"processes": 3, "clients": 4},
    "workload": {"keys": {"distribution": "uniform", "count": 10}, "mix": {"read": 0.7, "write": 0.2, "modify": 0.1}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50us"}, "concurrency": 0},
    "strategies": ["none", {"type": "cache-aside", "ttl": "1h"}], "caches": ["memory"]})");
  const Consistency& origin = run_named(result, "none/none").consistency;
  EXPECT_EQ(origin.stale_reads, 0u);
  EXPECT_EQ(origin.lost_writes, 0u);
  EXPECT_EQ(origin.stuck_keys, std::nullopt);
  const RunResult& cached = run_named(result, "cache-aside/memory");
  EXPECT_GT(*cached.consistency.stale_reads, 0u) << "no process tells the others of its writes";
  EXPECT_LE(*cached.consistency.stuck_keys, 10u) << "a key is stuck once, in however many caches";
  EXPECT_GT(*cached.consistency.stuck_keys, 0u);
  EXPECT_EQ(cached.consistency.stuck_keys_after_ttl, std::nullopt) << "an hour is not waited for";
  EXPECT_EQ(cached.consistency.lost_writes, 0u);
  EXPECT_EQ(sum(cached.misses), cached.reads.miss);
}

TEST(TruthOfARun, AnInterruptedRunIsNotCheckedAtTheEnd) {
  const std::atomic<bool> interrupted{true};
  const auto rows = plan_of(R"({"clock": "virtual", "measure": {"operations": 100}, "strategies": ["none"],
    "workload": {"mix": {"read": 0.5, "write": 0.5}}})");
  const Result result = run_plan(rows, registry(), interrupted, {});
  EXPECT_EQ(run_named(result, "none/none").consistency.lost_writes, std::nullopt);
}

}  // namespace
}  // namespace hitbench
