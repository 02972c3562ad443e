// Every strategy on every cache, for real: forked processes, real servers, SQLite and a simulated origin.
#include <gtest/gtest.h>

#include "tests/cache/servers_fixture.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

// All types of strategy that have an origin, and every write path and guard that makes a difference to a cache.
const std::vector<std::string> kStrategies = {
    R"("cache-aside")",
    R"("read-through")",
    R"("write-through")",
    R"("write-around")",
    R"("write-behind")",
    R"("refresh-ahead")",
    R"("stale-while-revalidate")",
    R"({"type": "precompute", "every": "100ms", "keys": 20})",
    R"({"type": "cache-aside", "name": "lock", "guard": "lock", "fill": "locked", "on_write": "lock"})",
    R"({"type": "cache-aside", "name": "xfetch", "guard": "xfetch", "nulls": {"ttl": "1s"}})",
    R"({"type": "cache-aside", "name": "first", "on_write": "delete-first", "ttl_from": "access"})",
    R"({"type": "cache-aside", "name": "double", "on_write": {"type": "double-delete", "delay": "5ms"}})",
    R"({"type": "cache-aside", "name": "set-first", "on_write": "update-first", "fill": "add"})",
    R"({"type": "cache-aside", "name": "safe", "fail_safe": {"timeout": "500ms"}})",
};

// One client: nothing overlaps, so whatever the strategy, an answer that is stale, lost or wrong is a fault of ours;
// write-around, whose cached entries are stale by design, and TTL-bound reloads of what was written since are told
// apart.
void expect_sound(const RunResult& run, const std::string& strategy) {
  SCOPED_TRACE(run.name);
  ASSERT_FALSE(run.skipped) << *run.skipped;
  EXPECT_EQ(run.operations, 400u);
  EXPECT_EQ(run.reads.failed + run.writes.failed + run.deletes.failed, 0u);
  EXPECT_EQ(run.consistency.corrupt_values, 0u);
  EXPECT_EQ(run.consistency.lost_writes, 0u);
  if (strategy.find("around") == std::string::npos && strategy.find("precompute") == std::string::npos) {
    EXPECT_EQ(run.consistency.stale_reads, 0u);
    EXPECT_EQ(run.consistency.stuck_keys, 0u);
  }
}

void run_all_on(const std::string& cache) {
  for (const std::string& strategy : kStrategies) {
    const Result result = run_text(R"({"rounds": 1, "warmup": {"operations": 50}, "measure": {"operations": 400},
      "app": {"clients": 1}, "workload": {"keys": {"distribution": "zipf", "count": 50},
      "mix": {"read": 0.7, "write": 0.2, "delete": 0.05, "insert": 0.05}, "absent": 0.1},
      "origin": {"type": "simulated", "latency": "50us"}, "caches": [")" +
                                   cache + R"("], "strategies": [)" + strategy + "]}");
    for (const RunResult& run : result.runs) expect_sound(run, strategy);
  }
}

TEST(StrategiesOnServers, EveryStrategyIsSoundInTheProcess) { run_all_on("memory"); }

class StrategiesOn : public testing::TestWithParam<std::string> {};

TEST_P(StrategiesOn, EveryStrategyIsSound) {
  const std::string& cache = GetParam();
  const Kind kind = cache == "redis" ? Kind::redis : Kind::memcached;
  if (const std::string why = missing(cache, program_of(kind)); !why.empty()) GTEST_SKIP() << why;
  const OwnServer server(kind);  // one for all: to start and stop one takes longer than to measure on it
  run_all_on(cache + "://127.0.0.1:" + std::to_string(server.port()));
}
INSTANTIATE_TEST_SUITE_P(, StrategiesOn, testing::Values("redis", "memcached", "libmemcached"),
                         [](const auto& cache) { return cache.param; });

}  // namespace
}  // namespace hitbench
