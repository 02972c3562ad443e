// Guards over real servers and several real processes. Counts only: no wall-clock figure decides.
#include <gtest/gtest.h>

#include "tests/cache/servers_fixture.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

class GuardedServers : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const Kind kind = GetParam() == std::string("redis") ? Kind::redis : Kind::memcached;
    if (const std::string why = missing(kind); !why.empty()) GTEST_SKIP() << why;
  }

  RunResult run(const std::string& workload, const std::string& strategy) const {
    const Result result =
        run_text("{" + workload + R"(, "caches": [")" + GetParam() + R"("], "strategies": [)" + strategy + "]}");
    return result.runs.at(0);
  }
};
INSTANTIATE_TEST_SUITE_P(, GuardedServers, testing::Values("redis", "memcached"),
                         [](const auto& cache) { return std::string(cache.param); });

// Ten barriers, each of three processes with twenty clients on a fresh key; a load takes longer than the clients need
// to come.
constexpr const char* kStampede = R"("rounds": 2, "warmup": {"operations": 0}, "measure": {"operations": 600},
  "app": {"processes": 3, "clients": 20, "connections": 20, "timeout": "5s"},
  "workload": {"keys": {"distribution": "sequential", "count": 1000},
               "arrivals": {"loop": "barrier", "every": "200ms"}},
  "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100ms"}, "concurrency": 0})";

TEST_P(GuardedServers, ALockLoadsOnceOverAllProcesses) {
  const RunResult result =
      run(kStampede, R"({"type": "cache-aside", "guard": {"type": "lock", "ttl": "5s", "poll": "5ms"}})");
  EXPECT_EQ(result.origin_load.loads, 10u);
  EXPECT_EQ(result.reads.miss, 10u);
  EXPECT_EQ(result.reads.failed, 0u);
  EXPECT_EQ(result.reads.miss + result.reads.coalesced + result.reads.fresh_hit, 600u);
  EXPECT_EQ(result.origin_load.peak_concurrent_loads_per_key.value(), 1u);
}

TEST_P(GuardedServers, ASingleFlightLoadsOnceInEachProcess) {
  const RunResult result = run(kStampede, R"("read-through")");
  EXPECT_LE(result.origin_load.loads, 30u);  // fewer where a process comes so late that the cached entry is there
  EXPECT_GE(result.origin_load.loads, 10u);
  EXPECT_EQ(result.reads.miss, result.origin_load.loads);
  EXPECT_EQ(result.reads.failed, 0u);
  EXPECT_EQ(result.reads.miss + result.reads.coalesced + result.reads.fresh_hit, 600u);
  EXPECT_LE(result.origin_load.peak_concurrent_loads_per_key.value(), 3u);
}

// 4000 reads of cached entries that are there: what the server counts in addition to one command each is the harness'
// own (greetings, its account of itself).
TEST_P(GuardedServers, AHitIsOneRoundTripWithAnyGuard) {
  const std::string workload = R"("rounds": 1, "warmup": {"preload": true}, "measure": {"operations": 4000},
    "app": {"processes": 2, "clients": 5, "connections": 5},
    "workload": {"keys": {"distribution": "uniform", "count": 100}})";
  for (const char* strategy :
       {R"("cache-aside")", R"("read-through")", R"({"type": "cache-aside", "guard": "lock"})",
        R"({"type": "cache-aside", "guard": "xfetch"})", R"("refresh-ahead")", R"("stale-while-revalidate")"}) {
    const RunResult result = run(workload, strategy);
    EXPECT_EQ(result.reads.fresh_hit, 4000u) << strategy;
    EXPECT_GE(result.backend.commands.value_or(0), 4000u) << strategy;
    EXPECT_LE(result.backend.commands.value_or(0), 4000u + 20) << strategy;
  }
}

// The process dies while it loads under the lock. Its successor finds the lock on the server and waits until its TTL
// ends, 3 s after it was taken: noise can only let it begin later, which leaves half of that time to be sure of.
TEST(GuardsOnServers, ALockWhoseHolderDiedStallsItsKeyForTheLocksTtl) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  const Result result = run_text(R"({"warmup": {"operations": 0}, "measure": {"duration": "5s"},
    "app": {"clients": 1, "timeout": "10s"}, "workload": {"keys": {"distribution": "uniform", "count": 1}},
    "origin": {"type": "simulated", "latency": "300ms"}, "caches": ["redis"],
    "strategies": [{"type": "cache-aside", "guard": {"type": "lock", "ttl": "3s", "wait": "10s"}}],
    "faults": [{"at": "150ms", "target": "process", "index": 0, "action": "kill", "for": "50ms"}]})");
  const RunResult& run = result.runs.at(0);
  ASSERT_FALSE(run.skipped) << *run.skipped;
  EXPECT_GE(*run.read.response.max_ns, 1'500'000'000);
  EXPECT_EQ(run.origin_load.loads, 2u) << "the dead holder's and its successor's";
}

}  // namespace
}  // namespace hitbench
