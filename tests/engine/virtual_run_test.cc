// Whole scenarios in virtual time: exact where the model is exact, a closed form with its tolerance where it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(VirtualRun, OneSeedGivesOneResult) {
  const std::string text = R"({"clock": "virtual", "measure": {"operations": 20000}, "app": {"processes": 2,
    "clients": 10},
    "workload": {"keys": {"distribution": "zipf", "count": 1000}, "mix": {"read": 0.9, "write": 0.1}},
    "caches": [{"type": "memory", "entries": 200}]})";
  Result first = run_text(text), second = run_text(text);
  first.environment_json = second.environment_json = "{}";  // load averages differ
  EXPECT_EQ(result_to_json(first), result_to_json(second));
}

TEST(VirtualRun, TellsNameAndTypeOfThePartsOfARow) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"operations": 100},
    "warmup": {"operations": 10}, "workload": {"keys": {"count": 100}},
    "caches": [{"type": "memory", "name": "ours"}], "origin": {"type": "simulated", "name": "theirs"},
    "strategies": [{"type": "none", "name": "bare"}, {"type": "direct", "name": "raw"},
                   {"type": "cache-aside", "name": "mine"}]})");
  const auto parts = [&](const std::string& name) {
    const RunResult& run = run_named(result, name);
    return std::vector<std::string>{run.strategy,   run.strategy_type, run.cache,
                                    run.cache_type, run.origin,        run.origin_type};
  };
  EXPECT_THAT(parts("bare/none"), ElementsAre("bare", "none", "none", "none", "theirs", "simulated"));
  EXPECT_THAT(parts("raw/ours"), ElementsAre("raw", "direct", "ours", "memory", "none", "none"));
  EXPECT_THAT(parts("mine/ours"), ElementsAre("mine", "cache-aside", "ours", "memory", "theirs", "simulated"));
  const RunResult& run = run_named(result, "mine/ours");
  EXPECT_TRUE(run.exact_evictions);
  EXPECT_TRUE(run.modeled_origin);
  EXPECT_FALSE(run_named(result, "raw/ours").modeled_origin);
}

// TTL caches under Poisson reads of one key with an instantaneous load: hit ratio = lambda T / (1 + lambda T), here
// 10/11 = 0.9091 (a renewal argument: one miss, then the hits of one TTL). T 20 % shorter would give 0.8889.
TEST(VirtualRun, ATtlHitsAsOftenAsTheRenewalArgumentSays) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 1000},
    "measure": {"operations": 200000},
    "workload": {"keys": {"distribution": "uniform", "count": 1}, "arrivals": {"loop": "open", "rate": 10}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ns"}, "concurrency": 0},
    "strategies": [{"type": "cache-aside", "ttl": "1s"}], "caches": ["memory"]})");
  EXPECT_NEAR(*run_named(result, "cache-aside/memory").hit_ratio, 10.0 / 11, 0.003);
}

// Loads that take d lengthen the cycle: misses 1 + lambda d, hits lambda T + lambda d - 1 + e^(-lambda d) a cycle.
TEST(VirtualRun, LoadsUnderWayMakeMoreMisses) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 1000},
    "measure": {"operations": 400000},
    "app": {"clients": 400, "timeout": "10s"},
    "workload": {"keys": {"distribution": "uniform", "count": 1}, "arrivals": {"loop": "open", "rate": 100}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100ms"}, "concurrency": 0},
    "strategies": [{"type": "cache-aside", "ttl": "1s"}], "caches": ["memory"]})");
  const double rate = 100, ttl = 1, load = 0.1;
  const double misses = 1 + rate * load, hits = rate * ttl + rate * load - 1 + std::exp(-rate * load);
  EXPECT_NEAR(*run_named(result, "cache-aside/memory").hit_ratio, hits / (hits + misses), 0.004);
}

// Che's approximation for an LRU of 1,000 entries under zipf(0.99) over 10,000 keys: 0.6641 (the fixed point of
// sum(1 - e^(-p_i t)) = C, solved independently). A cache 20 % smaller would give 0.64.
TEST(VirtualRun, AnLruHitsAsOftenAsChesApproximationSays) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 100000},
    "measure": {"operations": 500000},
    "workload": {"keys": {"distribution": "zipf", "count": 10000, "theta": 0.99}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1us"}, "concurrency": 0},
    "strategies": [{"type": "cache-aside", "ttl": "none"}], "caches": [{"type": "memory", "entries": 1000}],
    "app": {"clients": 1}})");
  EXPECT_NEAR(*run_named(result, "cache-aside/memory").hit_ratio, 0.6641, 0.01);
}

TEST(VirtualRun, ABarrierSendsEveryClientToTheOrigin) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"duration": "10s"}, "app": {"clients": 200},
    "workload": {"keys": {"distribution": "sequential", "count": 100}, "arrivals": {"loop": "barrier", "every": "1s"}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50ms"}, "concurrency": 0},
    "strategies": ["cache-aside"], "caches": ["memory"]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.operations, 2000u);
  EXPECT_EQ(run.origin_load.loads, 2000u);
  EXPECT_EQ(run.origin_load.peak_concurrent_loads_per_key.value(), 200u);
}

TEST(VirtualRun, AWarmBarrierMissesOnlyBecauseTheTtlHasEnded) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"duration": "10s"}, "app": {"clients": 50},
    "workload": {"keys": {"distribution": "sequential", "count": 100}, "arrivals": {"loop": "barrier",
    "every": "1s", "warm": true}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "10ms"}, "concurrency": 0},
    "strategies": [{"type": "cache-aside", "ttl": "500ms"}], "caches": ["memory"]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.operations, 500u);
  EXPECT_EQ(run.reads.miss, 500u);
  EXPECT_EQ(run.origin_load.loads, 510u) << "one more for each key that was loaded beforehand";
}

TEST(VirtualRun, ThinkTimeSetsTheRateOfAClosedLoop) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"duration": "10s"},
    "app": {"clients": 10}, "strategies": ["none"],
    "workload": {"arrivals": {"loop": "closed", "think": "9ms"}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "concurrency": 0}})");
  EXPECT_NEAR(run_named(result, "none/none").throughput_ops_s, 1000, 5);  // 10 clients / (9 ms + 1 ms)
}

// Three reads of 100 ms, each with 300 ms of thinking after it, of which the last is cut to 100 ms.
TEST(VirtualRun, AClientThatThinksStaysUntilTheEnd) {
  const Result result = run_text(R"({"clock": "virtual", "rounds": 1, "warmup": {"operations": 0},
    "measure": {"duration": "1s"}, "app": {"clients": 1}, "strategies": ["none"],
    "workload": {"arrivals": {"loop": "closed", "think": "300ms"}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "100ms"}, "concurrency": 0}})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_EQ(run.operations, 3u);
  EXPECT_EQ(run.duration_ns, 1'000'000'000);
  EXPECT_NEAR(*run.validity.little_ratio, 1, 1e-6);
}

// One client, an operation due each millisecond, two milliseconds of work: the n-th (from 0) is due at n ms and done at
// 2 (n + 1) ms.
TEST(VirtualRun, EveryOperationIsTimedFromTheFirstAfterTheWarmUpOn) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 2000},
    "measure": {"operations": 2000}, "app": {"clients": 100}, "strategies": ["none"]})");
  EXPECT_EQ(run_named(result, "none/none").read.response.count, 2000u);
}

TEST(VirtualRun, AnOperationThatFindsEveryClientBusyWaitsInItsResponse) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 100},
    "app": {"clients": 1}, "strategies": ["none"],
    "workload": {"arrivals": {"loop": "open", "rate": 1000, "process": "constant"}},
    "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "2ms"}}})");
  const LatencyResult& read = run_named(result, "none/none").read;
  EXPECT_NEAR(*read.response.mean_ns / 1e6, 51.5, 0.01);
  EXPECT_NEAR(static_cast<double>(*read.response.max_ns) / 1e6, 101, 0.1);
  EXPECT_NEAR(*read.service.mean_ns / 1e6, 2, 0.001);
  EXPECT_LE(read.gen_late.count, 1u) << "the client was never idle";
}

TEST(VirtualRun, AnOperationFailsWhenItsTimeIsOver) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 100},
    "app": {"timeout": "10ms"}, "strategies": ["none"],
    "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "30ms"}}})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_EQ(run.reads.failed, 100u);
  EXPECT_NEAR(*run.read.failed.mean_ns / 1e6, 10, 0.001);
}

// Two processes of 10 clients that think 9 ms and wait 1 ms, over two rounds of two seconds.
TEST(VirtualRun, ProcessesWorkAtOnceAndSecondsGoOnFromRoundToRound) {
  const Result result = run_text(R"({"clock": "virtual", "rounds": 2, "warmup": {"operations": 0},
    "measure": {"duration": "4s"}, "app": {"processes": 2, "clients": 10}, "strategies": ["none"],
    "workload": {"arrivals": {"loop": "closed", "think": "9ms"}},
    "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "concurrency": 0}})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_NEAR(run.throughput_ops_s, 2000, 10);
  ASSERT_GE(run.series.size(), 4u);
  for (size_t second = 0; second < 4; ++second) {
    EXPECT_NEAR(static_cast<double>(run.series[second].operations), 2000, 20) << second;
  }
}

// Also where rounds and processes do not divide the operations, and where a read or a write fails.
TEST(VirtualRun, RoundsAndSecondsAddUpToTheOperations) {
  const Result result = run_text(R"({"clock": "virtual", "rounds": 3, "warmup": {"operations": 0},
    "measure": {"operations": 10000}, "app": {"processes": 2, "clients": 3}, "caches": ["memory"],
    "workload": {"keys": {"distribution": "uniform", "count": 100},
                 "mix": {"read": 0.4, "write": 0.1, "delete": 0.1, "modify": 0.4}},
    "origin": {"type": "simulated", "errors": 0.1, "latency": {"distribution": "fixed", "value": "1ms"}}})");
  for (const RunResult& run : result.runs) {
    EXPECT_EQ(run.operations, 10000u) << run.name;
    uint64_t by_round = 0, by_second = 0, reads = 0;
    for (const RoundResult& round : run.rounds) by_round += round.operations;
    for (const SecondResult& second : run.series) by_second += second.operations, reads += second.reads;
    EXPECT_EQ(by_round, 10000u) << run.name;
    EXPECT_EQ(by_second, 10000u) << run.name;
    const ReadsResult& r = run.reads;
    EXPECT_EQ(reads, r.fresh_hit + r.stale_hit + r.null_hit + r.coalesced + r.miss + r.failed) << run.name;
    EXPECT_GT(reads + run.writes.acknowledged + run.deletes.acknowledged, 10000u) << "a modify is a read and a write";
  }
}

// A get and a set of 10 us each, and one ns for the client's turn.
TEST(VirtualRun, AModifyLastsFromItsReadToTheEndOfItsWrite) {
  const char* const closed = R"({"clock": "virtual", "measure": {"operations": 1000}, "strategies": ["direct"],
    "app": {"clients": 4}, "workload": {"keys": {"distribution": "uniform", "count": 100}, "mix": {"modify": 1}},
    "caches": [{"type": "memory", "shared": true, "latency": "10us"}]})";
  const RunResult run = run_text(closed).runs.at(0);
  EXPECT_EQ(run.operations, 1000u);
  EXPECT_EQ(run.read.response.count, 1000u);
  EXPECT_EQ(run.write.response.count, 1000u);
  EXPECT_EQ(run.read.response.mean_ns, 10'000);
  EXPECT_EQ(run.write.response.mean_ns, 10'000);
  EXPECT_EQ(run.modify.response.count, 1000u);
  EXPECT_EQ(run.modify.response.mean_ns, 20'000);
  EXPECT_EQ(run.modify.service.mean_ns, 20'000);
  EXPECT_EQ(run.modify.gen_late.count, 0u);
  EXPECT_NEAR(run.throughput_ops_s, 4 / 20.001e-6, 1) << "it is one operation";
  EXPECT_NEAR(*run.validity.achieved_concurrency, 4, 0.01) << "and no time is counted twice";
  EXPECT_NEAR(run.rounds.at(0).latency_ns.at("modify.response.mean"), 20'000, 1e-6);
}

// A modify is due every 16 us and takes 20. With one client the n-th waits 4 (n - 1) us for those before it; two are
// both idle when theirs is due.
TEST(VirtualRun, AModifyIsDueWhenItsReadIs) {
  const auto with = [](const std::string& clients) {
    return run_text(R"({"clock": "virtual", "measure": {"operations": 101}, "strategies": ["direct"],
      "app": {"clients": )" +
                    clients + R"(}, "workload": {"keys": {"distribution": "uniform", "count": 100},
        "mix": {"modify": 1}, "arrivals": {"loop": "open", "rate": 62500, "process": "constant"}},
      "caches": [{"type": "memory", "latency": "10us"}]})")
        .runs.at(0);
  };
  const RunResult one = with("1"), two = with("2");
  EXPECT_EQ(one.modify.service.mean_ns, 20'000);
  EXPECT_NEAR(*one.modify.response.mean_ns, 20'000 + 50 * 4'000, 101);
  EXPECT_LE(one.modify.gen_late.count, 1u);
  EXPECT_EQ(two.modify.response.mean_ns, 20'000);
  EXPECT_EQ(two.modify.gen_late.count, two.read.gen_late.count);
  EXPECT_GE(two.modify.gen_late.count, 99u);
}

TEST(VirtualRun, AModifyOfWhichAnyPartFailedHasNoTime) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1000},
    "strategies": ["none"], "workload": {"keys": {"distribution": "uniform", "count": 100}, "mix": {"modify": 1}},
    "origin": {"type": "simulated", "errors": 0.1, "latency": {"distribution": "fixed", "value": "1ms"}}})");
  const RunResult& run = result.runs.at(0);
  EXPECT_GT(run.reads.failed, 50u);
  EXPECT_GT(run.writes.failed, 50u);
  EXPECT_EQ(run.modify.response.count, 1000 - run.reads.failed - run.writes.failed);
}

TEST(VirtualRun, ARowWithoutAnOriginMeasuresNothingOfOne) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"operations": 1000},
    "workload": {"keys": {"distribution": "uniform", "count": 100}}, "strategies": ["none", "direct"],
    "caches": ["memory"]})");
  const RunResult &none = run_named(result, "none/none"), &direct = run_named(result, "direct/memory");
  EXPECT_EQ(none.origin_load.loads, 1000u);
  EXPECT_EQ(none.origin_load.stores, 0u);
  EXPECT_EQ(none.rounds.at(0).origin_loads, 1000u);
  EXPECT_FALSE(direct.origin_load.loads.has_value());
  EXPECT_FALSE(direct.origin_load.stores.has_value());
  EXPECT_FALSE(direct.origin_load.failed.has_value());
  EXPECT_FALSE(direct.rounds.at(0).origin_loads.has_value());
}

TEST(VirtualRun, AnOverloadedOpenLoopSaysSo) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"duration": "5s"},
    "app": {"clients": 4}, "strategies": ["none"], "workload": {"arrivals": {"loop": "open", "rate": 1000}},
    "origin": {"type": "simulated", "concurrency": 1, "latency": {"distribution": "fixed", "value": "2ms"}}})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_TRUE(run.validity.overloaded);
  EXPECT_LT(run.duration_ns, 6'100'000'000) << "a backlog of 5 s is served for one second more";
}

TEST(VirtualRun, TenThousandClientsRunInOneProcess) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 20000},
    "measure": {"operations": 50000},
    "app": {"clients": 10000, "connections": 10000},
    "strategies": ["cache-aside"], "caches": ["memory"],
    "origin": {"type": "simulated", "concurrency": 0, "latency": {"distribution": "fixed", "value": "1ms"}}})");
  EXPECT_EQ(run_named(result, "cache-aside/memory").operations, 50000u);
}

TEST(VirtualRun, ABillionKeysStartAtOnce) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"operations": 1000},
    "workload": {"keys": {"distribution": "zipf", "count": 1000000000, "theta": 0.99}}, "strategies": ["none"]})");
  EXPECT_EQ(run_named(result, "none/none").operations, 1000u);
}

TEST(VirtualRun, AbsentKeysAreMissesThatNothingFills) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1000},
    "workload": {"absent": {"share": 1, "keys": 10}}, "strategies": ["cache-aside"], "caches": ["memory"]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.reads.miss, 1000u);
  EXPECT_EQ(run.origin_load.loads, 1000u);
}

TEST(VirtualRun, AFailingOriginCountsAsFailuresAndFillsNothing) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"duration": "1s"},
    "strategies": ["cache-aside"], "caches": ["memory"],
    "origin": {"type": "simulated", "errors": 1, "latency": {"distribution": "fixed", "value": "1ms"}}})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.reads.failed, run.operations);
  EXPECT_EQ(run.origin_load.failed, run.operations);
  EXPECT_GT(run.operations, 0u);
  EXPECT_FALSE(run.hit_ratio.has_value());
  EXPECT_FALSE(run.validity.valid);
  EXPECT_THAT(run.validity.reasons, ElementsAre(doubt("all-failed")));
}

TEST(VirtualRun, FailuresAreWarnedOfWithTheirShareAndARemedy) {
  const Result result = run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1000},
    "workload": {"mix": {"read": 0.5, "write": 0.25, "delete": 0.25}}, "strategies": ["none"],
    "origin": {"type": "simulated", "errors": 0.2, "latency": {"distribution": "fixed", "value": "1ms"}}})");
  const Validity& validity = run_named(result, "none/none").validity;
  EXPECT_TRUE(validity.valid);
  const auto failed = [](const char* kind) {
    return doubt("operations-failed", AllOf(HasSubstr(kind), HasSubstr("app.timeout")));
  };
  EXPECT_THAT(validity.warnings, ElementsAre(failed(" reads "), failed(" writes "), failed(" deletes ")));
}

// As of a server: what was evicted while the cache warmed up is not counted, and rounds add up. A scan of 100 keys
// through 10 entries evicts one for each miss.
TEST(VirtualRun, EvictionsAreThoseOfTheMeasuredRounds) {
  const Result result = run_text(R"({"clock": "virtual", "rounds": 2, "warmup": {"operations": 1000},
    "measure": {"operations": 600}, "app": {"clients": 1},
    "workload": {"keys": {"distribution": "sequential", "count": 100}},
    "strategies": ["cache-aside"], "caches": [{"type": "memory", "entries": 10}]})");
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.reads.miss, 600u);
  EXPECT_EQ(run.backend.evictions.value(), 600u);
  EXPECT_EQ(run.backend.entries.value(), 10u);
}

TEST(VirtualRun, RoundsAddUpToTheRunAlsoWhereReadsAreModified) {
  const Result result = run_text(R"({"clock": "virtual", "rounds": 2, "measure": {"operations": 600},
    "workload": {"mix": {"read": 0.5, "modify": 0.5}}, "strategies": ["none"]})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_EQ(run.operations, 600u);
  ASSERT_EQ(run.rounds.size(), 2u);
  EXPECT_EQ(run.rounds[0].operations, 300u);
  EXPECT_EQ(run.rounds[1].operations, 300u);
  const double seconds = static_cast<double>(run.rounds[0].duration_ns) / 1e9;
  EXPECT_NEAR(run.rounds[0].throughput_ops_s, 300 / seconds, 1e-6);
}

// Barriers lie further apart than it takes to be given up: that the first client of one fails is not the end.
TEST(VirtualRun, FailuresFarApartDoNotEndARun) {
  const Result result = run_text(R"({"clock": "virtual", "measure": {"duration": "1000s"}, "app": {"clients": 20},
    "workload": {"keys": {"distribution": "sequential", "count": 100}, "arrivals": {"loop": "barrier", "every": "10s"}},
    "origin": {"type": "simulated", "errors": 0.5}, "strategies": ["none"]})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_EQ(run.operations, 2000u);
  EXPECT_TRUE(run.complete);
}

TEST(VirtualRun, APhaseInWhichNothingSucceedsIsGivenUp) {
  const Result result =
      run_text(R"({"clock": "virtual", "warmup": {"operations": 0}, "measure": {"operations": 1000000},
    "app": {"clients": 5}, "origin": {"type": "simulated", "errors": 1}, "strategies": ["none"]})");
  const RunResult& run = run_named(result, "none/none");
  EXPECT_LT(run.duration_ns, 10'000'000'000);
  EXPECT_FALSE(run.complete);
  EXPECT_FALSE(run.validity.valid);
}

}  // namespace
}  // namespace hitbench
