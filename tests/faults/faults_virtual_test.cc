// Faults in virtual time, to the operation: reads come every millisecond, faults half a millisecond after one of them.
#include <gtest/gtest.h>

#include <set>

#include "app/app_process.h"
#include "tests/engine/scenario_text.h"
#include "verify/watched.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

// Six seconds at 1000 ops/s over 200 keys in turn, all of them in the cache.
std::string virtual_scenario(const std::string& faults, const std::string& members = "") {
  return changed(R"({"clock": "virtual", "measure": {"duration": "6s"}, "warmup": {"preload": true},
    "workload": {"keys": {"distribution": "sequential", "count": 200},
                 "arrivals": {"loop": "open", "rate": 1000, "process": "constant"}},
    "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "1ms"}},
    "caches": ["memory"], "strategies": [{"type": "cache-aside", "ttl": "none"}],
    "app": {"clients": 300, "timeout": "100ms"}, "faults": [)" +
                     faults + "]}",
                 members);
}

// Half a millisecond after the operation of second 2.
std::string fault(const std::string& target, const std::string& action, const std::string& more = "") {
  return R"({"at": "2000500us", "target": ")" + target + R"(", "action": ")" + action + "\"" + more + "}";
}

RunResult run_with(const std::string& faults, const std::string& members = "") {
  return run_text(virtual_scenario(faults, members)).runs.at(0);
}

constexpr const char* kNoCache = R"("strategies": ["none"])";

uint64_t hits(const RunResult& run) { return run.reads.fresh_hit; }

TEST(VirtualFaults, AKilledCacheComesBackEmpty) {
  const RunResult run = run_with(fault("cache", "kill"));
  EXPECT_EQ(run.operations, 6000u);
  EXPECT_EQ(run.reads.miss, 200u) << "every key once";
  EXPECT_EQ(hits(run), 5800u);
  EXPECT_EQ(run.reads.failed, 0u);
  EXPECT_TRUE(run.validity.valid);
}

// Second 2 has 200 misses among its 1000 reads, second 3 none: both figures are back at 3 s, 999.5 ms after the fault.
TEST(VirtualFaults, RecoveryIsCountedFromTheHeal) {
  const Recovery recovery = run_with(fault("cache", "kill")).recovery;
  EXPECT_EQ(recovery.baseline_hit_ratio, 1.0);
  EXPECT_EQ(recovery.baseline_origin_loads_s, 0.0);
  EXPECT_EQ(recovery.origin_loads_peak_s, 200u);
  EXPECT_EQ(recovery.hit_ratio_ns, 999'500'000);
  EXPECT_EQ(recovery.p99_ns, 999'500'000);
  EXPECT_EQ(recovery.outage_ns, 0);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
  const Recovery away = run_with(fault("cache", "kill", R"(, "for": "1s")")).recovery;
  EXPECT_EQ(away.outage_ns, 1'000'000'000);
  EXPECT_EQ(away.hit_ratio_after_heal_ns, 999'500'000);
  EXPECT_EQ(away.hit_ratio_ns, 1'999'500'000);
  const Recovery for_ever = run_with(fault("cache", "stop")).recovery;
  EXPECT_FALSE(for_ever.outage_ns.has_value());
  EXPECT_EQ(for_ever.hit_ratio_state, RecoveryState::not_recovered);
}

// The breaker's process asks the origin in the cache's stead: of all misses only those know of a cause that asked.
TEST(VirtualFaults, WhatTheOriginAnswersForADeadCacheIsNoUnknownMiss) {
  const RunResult run = run_with(fault("cache", "kill", R"(, "for": "500ms")"),
                                 R"("strategies": [{"type": "cache-aside", "ttl": "none", "fail_safe": {}}],
                                     "workload": {"mix": {"read": 0.9, "write": 0.1},
                                     "arrivals": {"loop": "open", "rate": 1000, "process": "constant"},
                                     "keys": {"distribution": "sequential", "count": 200}})");
  EXPECT_GT(run.misses.unavailable, 400u);
  EXPECT_GT(run.misses.lost, 100u);
  EXPECT_EQ(run.misses.unknown, 0u);
}

TEST(VirtualFaults, AProcessThatComesBackEmptyIsBackAfterThat) {
  const Recovery recovery = run_with(R"({"at": "2s", "target": "process", "index": 1, "action": "kill", "for": "1s"})",
                                     R"("app": {"processes": 2, "clients": 100, "timeout": "100ms"},
                  "workload": {"arrivals": {"loop": "open", "rate": 1000, "process": "constant"},
                               "keys": {"distribution": "sequential", "count": 400}})")
                                .recovery;
  EXPECT_EQ(recovery.outage_ns, 1'000'000'000);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
  EXPECT_EQ(recovery.hit_ratio_after_heal_ns, 1'000'000'000) << "a second with 200 misses among 1000 reads";
}

TEST(VirtualFaults, WhileAKilledCacheIsAwayItsCallsFail) {
  const RunResult run = run_with(fault("cache", "kill", R"(, "for": "500ms")"));
  EXPECT_EQ(run.reads.failed, 500u) << "2.001 s to 2.500 s";
  EXPECT_EQ(run.reads.miss, 200u);
  EXPECT_EQ(hits(run), 5300u);
}

TEST(VirtualFaults, ASharedCacheIsLostToAllProcesses) {
  const RunResult run = run_with(fault("cache", "kill"),
                                 R"("app": {"processes": 2, "clients": 100},
                                     "caches": [{"type": "memory", "shared": true, "latency": "10us"}])");
  EXPECT_EQ(run.operations, 6000u);
  EXPECT_EQ(run.reads.miss, 200u);
}

// A call waits for its deadline, 100 ms: those of 2.001 s to 2.200 s give up before the cache goes on at 2.3005 s.
TEST(VirtualFaults, AStoppedCacheAnswersAfterwardsOrNotInTime) {
  const RunResult run = run_with(fault("cache", "stop", R"(, "for": "300ms")"));
  EXPECT_EQ(run.reads.failed, 200u);
  EXPECT_EQ(run.reads.miss, 0u) << "nothing is lost";
  EXPECT_EQ(hits(run), 5800u);
  EXPECT_EQ(run.series.at(2).max_response_ns, 99'501'000) << "of what was answered: due at 2.201 s, done at 2.300501 s";
}

TEST(VirtualFaults, ASlowCacheAddsToEveryCall) {
  const RunResult run = run_with(fault("cache", "slow", R"(, "by": "5ms", "for": "1s")"));
  EXPECT_EQ(hits(run), 6000u);
  EXPECT_EQ(run.series.at(2).max_response_ns, 5'001'000) << "5 ms more than the memory cache's microsecond";
  EXPECT_EQ(run.series.at(4).max_response_ns, 1'000);
  EXPECT_EQ(run.series.at(2).read_p50_ns, 5'001'000);
  EXPECT_EQ(run.series.at(4).read_p50_ns, 1'000);
  EXPECT_EQ(run.series.at(4).read_p99_ns, 1'000);
  EXPECT_EQ(run.series.at(4).write_p50_ns, std::nullopt);
}

// Loads of a millisecond, no cache. One that has to wait until 2.3005 s ends at 2.3015 s, which is too late for 2.201
// s.
TEST(VirtualFaults, AStoppedOriginTakesNothingUp) {
  const RunResult run = run_with(fault("origin", "stop", R"(, "for": "300ms")"), kNoCache);
  EXPECT_EQ(run.reads.failed, 201u);
  EXPECT_EQ(run.origin_load.loads, 5800u);
  EXPECT_EQ(run.reads.miss, 5799u);
}

TEST(VirtualFaults, AFailingOriginAnswersErrors) {
  const RunResult run = run_with(fault("origin", "fail", R"(, "for": "500ms")"), kNoCache);
  EXPECT_EQ(run.reads.failed, 500u);
  EXPECT_EQ(run.origin_load.loads, 6000u);
  EXPECT_EQ(run.origin_load.failed, 500u);
}

TEST(VirtualFaults, ASlowOriginAddsToEveryLoad) {
  const RunResult run = run_with(fault("origin", "slow", R"(, "by": "5ms")"), kNoCache);
  EXPECT_EQ(run.reads.miss, 6000u);
  EXPECT_EQ(run.series.at(1).max_response_ns, 1'000'000);
  EXPECT_EQ(run.series.at(5).max_response_ns, 6'000'000) << "without \"for\" to the end";
}

constexpr const char* kTwoProcesses = R"("app": {"processes": 2, "clients": 100, "timeout": "100ms"})";

// Each process has an operation every 2 ms. Process 1 does those at 0.001 to 1.999 s (1000) and, again from 2.5005 s,
// those of 2.5015 s to 5.9995 s (1750); its cache of 100 keys is empty then. Process 0 does its 3000.
TEST(VirtualFaults, AKilledProcessLosesItsCacheAndItsTime) {
  const std::string kill = R"({"at": "2000500us", "target": "process", "index": 1, "action": "kill", "for": "500ms"})";
  const RunResult run = run_with(kill, kTwoProcesses);
  EXPECT_EQ(run.operations, 3000u + 1000u + 1750u);
  EXPECT_EQ(run.reads.miss, 100u);
  EXPECT_EQ(run.reads.failed, 0u);
  EXPECT_TRUE(run.complete);
  EXPECT_TRUE(run.validity.valid);
}

TEST(VirtualFaults, AProcessThatIsDueAfterTheEndDoesNotComeBack) {
  const std::string kill = R"({"at": "2000500us", "target": "process", "index": 1, "action": "kill", "for": "1h"})";
  EXPECT_EQ(run_with(kill, kTwoProcesses).operations, 3000u + 1000u);
}

// Ten writes of 10 ms are under way: the database completes them, nobody is told.
TEST(VirtualFaults, WhatAKilledProcessHasBegunTheDatabaseCompletes) {
  const RunResult run = run_with(R"({"at": "2000500us", "target": "process", "action": "kill"})",
                                 R"("strategies": ["none"], "origin": {"type": "simulated", "concurrency": 0,
                                     "latency": {"distribution": "fixed", "value": "10ms"}},
                                     "workload": {"mix": {"write": 1}, "arrivals": {"loop": "open", "rate": 1000,
                                     "process": "constant"}, "keys": {"distribution": "sequential", "count": 200}})");
  EXPECT_EQ(*run.origin_load.stores - run.writes.acknowledged, 10u);
  EXPECT_EQ(run.origin_load.failed, 0u);
  EXPECT_EQ(run.writes.failed, 0u);
}

// Its share is 3000 operations; those that it had begun are not done again.
TEST(VirtualFaults, WhereOperationsDecideAProcessDoesTheRestOfItsShare) {
  const RunResult run =
      run_with(R"({"at": "1000500us", "target": "process", "index": 1, "action": "kill", "for": "500ms"})",
               std::string(kTwoProcesses) + R"(, "measure": {"operations": 6000})");
  EXPECT_EQ(run.operations, 6000u);
  EXPECT_TRUE(run.complete);
}

// The read that is due at 2.001 s begins when the process goes on, at 2.3005 s.
TEST(VirtualFaults, AStoppedProcessIsLateAndLosesNothing) {
  const RunResult run = run_with(R"({"at": "2000500us", "target": "process", "action": "stop", "for": "300ms"})");
  EXPECT_EQ(hits(run), 6000u);
  EXPECT_NEAR(static_cast<double>(run.series.at(2).max_response_ns), 299.5e6, 0.1e6);
}

TEST(VirtualFaults, AFaultAfterTheLastOperationNeverHappens) {
  const RunResult run =
      run_with(R"({"at": "1h", "target": "cache", "action": "kill"})", R"("measure": {"operations": 1000})");
  EXPECT_EQ(hits(run), 1000u);
  EXPECT_FALSE(run.recovery.hit_ratio_ns.has_value());
  EXPECT_FALSE(run.recovery.origin_loads_peak_s.has_value());
}

TEST(VirtualFaults, AnOutageLongerThanPatienceIsNotGivenUp) {
  const RunResult run = run_with(R"({"at": "1s", "target": "cache", "action": "stop", "for": "20s"})",
                                 R"("measure": {"operations": 20000}, "app": {"clients": 4, "timeout": "100ms"},
                                     "workload": {"arrivals": {"loop": "closed", "think": "1ms"}})");
  EXPECT_EQ(run.operations, 20000u);
  EXPECT_TRUE(run.validity.valid);
}

TEST(VirtualFaults, OneSeedGivesOneResult) {
  const std::string text =
      virtual_scenario(R"({"at": "1s", "target": "cache", "action": "stop", "for": "300ms"},
      {"at": "2s", "target": "process", "index": 1, "action": "kill", "for": "100ms"},
      {"at": "3s", "target": "process", "action": "stop", "for": "100ms"},
      {"at": "4s", "target": "origin", "action": "slow", "by": "20ms"})",
                       R"("app": {"processes": 2, "clients": 20}, "workload": {"keys": {"count": 500},
      "mix": {"read": 0.8, "write": 0.2}, "arrivals": {"loop": "closed", "think": "2ms"}})");
  Result first = run_text(text), second = run_text(text);
  first.environment_json = second.environment_json = "{}";  // load averages differ
  for (Result* result : {&first, &second}) {                // how malloc rounds depends on what it was asked before
    result->runs.at(0).backend.memory_bytes.reset();
    result->runs.at(0).backend.memory_bytes_per_entry.reset();
  }
  EXPECT_TRUE(result_to_json(first) == result_to_json(second));
}

// Notes which ids were written, and which keys.
class Noting final : public Strategy {
 public:
  Noting(std::multiset<uint64_t>& ids, std::vector<uint64_t>& keys) : ids_(ids), keys_(keys) {}
  Answer read(Key, Client&) override { return {.outcome = Outcome::fresh_hit}; }
  bool write(Key key, NewValue value, Client&) override {
    ids_.insert(value.write_id);
    keys_.push_back(key.id);
    return true;
  }
  bool erase(Key, uint64_t, Client&) override { return true; }

 private:
  std::multiset<uint64_t>& ids_;
  std::vector<uint64_t>& keys_;
};

TEST(VirtualFaults, AnIncarnationRepeatsNeitherIdsNorDraws) {
  const auto rows = plan_of(R"({"clock": "virtual", "workload": {"mix": {"write": 1}}, "caches": ["memory"],
    "strategies": ["cache-aside"], "app": {"processes": 2}})");
  std::multiset<uint64_t> ids;
  const RowWatch watch;
  std::vector<std::vector<uint64_t>> keys;
  const std::atomic<bool> never{false};
  for (const auto& [process, incarnation] : {std::pair{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}}) {
    const std::unique_ptr<Loop> loop = Loop::virtual_time();
    AppProcess app(rows.front(), {process, 2, 10, 10, incarnation}, *loop,
                   std::make_unique<Noting>(ids, keys.emplace_back()), watch, registry(), never);
    app.begin({.operations = 2000});
    loop->run();
    app.end();
  }
  EXPECT_EQ(ids.size(), 5000u);
  EXPECT_EQ(std::set<uint64_t>(ids.begin(), ids.end()).size(), 5000u);
  EXPECT_NE(keys[0], keys[1]);
  EXPECT_NE(keys[1], keys[2]);
}

}  // namespace
}  // namespace hitbench
