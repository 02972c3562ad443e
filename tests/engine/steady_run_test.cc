// Warm-ups of whole runs in virtual time, against figures that do not come from hitbench.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kKeys = 2000, kEntries = 200;

std::vector<double> zipf(double theta) {
  std::vector<double> shares;
  double sum = 0;
  for (int i = 1; i <= kKeys; ++i) sum += shares.emplace_back(std::pow(i, -theta));
  for (double& share : shares) share /= sum;
  return shares;
}

// Che's approximation of LRU (H. Che, Y. Tung and Z. Wang, 2002): an entry stays for a time T such that as many are
// there as there is room for.
double che(const std::vector<double>& shares, double room) {
  double low = 0, high = 1e9;
  for (int i = 0; i < 200; ++i) {
    const double t = (low + high) / 2;
    double there = 0;
    for (const double share : shares) there += 1 - std::exp(-share * t);
    (there < room ? low : high) = t;
  }
  double hits = 0;
  for (const double share : shares) hits += share * (1 - std::exp(-share * low));
  return hits;
}

const std::string kLru = R"({"clock": "virtual", "measure": {"operations": 100000}, "app": {"clients": 4},
  "workload": {"keys": {"distribution": "zipf", "count": 2000, "theta": 0.9}},
  "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "20us"}, "concurrency": 0},
  "caches": [{"type": "memory", "entries": 200, "shared": true}],
  "strategies": ["none", {"type": "cache-aside", "ttl": "none"}]})";

TEST(SteadyRun, OfAnLruUnderZipfHasTheHitRatioOfTheory) {
  const Result result = run_text(kLru);
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.warmup.steady, true);
  EXPECT_NEAR(*run.hit_ratio, che(zipf(0.9), kEntries), 0.01);
  EXPECT_THAT(run.validity.warnings, IsEmpty());
}

TEST(SteadyRun, AnswersOneStreamInAllRows) {
  const Result result = run_text(kLru);
  const RunResult &none = run_named(result, "none/none"), &cached = run_named(result, "cache-aside/memory");
  EXPECT_EQ(none.stream_checksum, cached.stream_checksum);
  EXPECT_EQ(none.warmup.operations, cached.warmup.operations);
  EXPECT_GE(*cached.warmup.operations, 160'000u);
  EXPECT_FALSE(none.warmup.steady.has_value());
  // As many as the search found, and no search: the same measured operations again.
  const Result again = run_text(changed(
      kLru, R"("warmup": {"until": "steady", "operations": )" + std::to_string(*cached.warmup.operations) + "}"));
  EXPECT_EQ(run_named(again, "cache-aside/memory").warmup.operations, cached.warmup.operations);
  EXPECT_EQ(run_named(again, "cache-aside/memory").warmup.steady, true);
  EXPECT_EQ(run_named(again, "cache-aside/memory").stream_checksum, cached.stream_checksum);
  EXPECT_EQ(run_named(again, "none/none").stream_checksum, cached.stream_checksum);
}

TEST(SteadyRun, OfAnOpenLoopAnswersOneStreamToo) {
  const Result result = run_text(changed(kLru, R"("workload": {"arrivals": {"loop": "open", "rate": 20000},
    "keys": {"distribution": "zipf", "count": 2000, "theta": 0.9}, "mix": {"read": 0.9, "write": 0.1}})"));
  EXPECT_EQ(run_named(result, "none/none").stream_checksum, run_named(result, "cache-aside/memory").stream_checksum);
}

TEST(SteadyRun, OfClientsThatThinkAtRandomAnswersOneStreamToo) {
  const Result result = run_text(changed(kLru, R"("workload": {"keys": {"distribution": "zipf", "count": 2000},
    "arrivals": {"loop": "closed", "think": {"distribution": "exponential", "mean": "1ms"}}})"));
  EXPECT_EQ(run_named(result, "none/none").stream_checksum, run_named(result, "cache-aside/memory").stream_checksum);
}

// 100 keys want four windows of 4,000 reads: 1.6 s at 10,000/s, 27 minutes at 10.
TEST(SteadyRun, OfAPointOfASweepDoesNotEndWithASlowerPoint) {
  const Result result = run_text(changed(kLru, R"("sweep": {"workload.arrivals.rate": [10, 10000]},
    "warmup": {"until": "steady", "limit": "10s"}, "measure": {"operations": 1000},
    "strategies": [{"type": "cache-aside", "ttl": "none"}], "caches": ["memory"],
    "workload": {"keys": {"distribution": "zipf", "count": 100}, "arrivals": {"loop": "open", "rate": 10}})"));
  ASSERT_EQ(result.runs.size(), 2u);
  EXPECT_EQ(result.runs[0].warmup.steady, false);
  EXPECT_EQ(result.runs[1].warmup.steady, true);
  EXPECT_GE(*result.runs[1].warmup.operations, 16'000u);
}

// Nothing that could be cut off by a limit is there.
TEST(SteadyRun, IsNotWhatALimitAloneAsksFor) {
  for (const char* warmup :
       {R"("warmup": {"operations": 0, "limit": "10s"})", R"("warmup": {"preload": true, "limit": "10s"})"}) {
    const RunResult run = run_named(run_text(changed(kLru, warmup)), "cache-aside/memory");
    EXPECT_EQ(run.warmup.operations.value_or(0), 0u) << warmup;
    EXPECT_FALSE(run.warmup.steady.has_value()) << warmup;
  }
}

TEST(SteadyRun, OfCopiesThatOutliveItSaysSo) {
  const RunResult run = run_named(run_text(changed(kLru, R"("strategies": [{"type": "cache-aside", "ttl": "500min"}],
    "caches": [{"type": "memory", "entries": 100000}],
    "warmup": {"until": "steady", "preload": true, "limit": "400min"},
    "workload": {"keys": {"distribution": "zipf", "count": 2000}, "arrivals": {"loop": "open", "rate": 10}},
    "measure": {"operations": 1000})")),
                                  "cache-aside/memory");
  EXPECT_EQ(run.warmup.steady, false);
  EXPECT_EQ(run.hit_ratio, 1);
  EXPECT_THAT(run.validity.warnings,
              Contains(doubt("not-steady", AllOf(HasSubstr("live 500min"), HasSubstr("\"limit\": \"4000min\"")))));
}

TEST(SteadyRun, AtItsLimitGoesOnAndSaysSo) {
  const RunResult run =
      run_named(run_text(changed(kLru, R"("warmup": {"until": "steady", "limit": "20ms"})")), "cache-aside/memory");
  EXPECT_EQ(run.warmup.steady, false);
  EXPECT_LE(*run.warmup.duration_ns, 20'000'000);
  EXPECT_EQ(run.operations, 100'000u);
  EXPECT_THAT(run.validity.warnings, Contains(doubt("not-steady")));
}

// What is loaded into a cache of half the keys is half of the reads' keys, not the coldest: those of zipf would be 12
// %.
TEST(SteadyRun, BeginsWithAnyOfTheKeysThatAreLoadedFirst) {
  double sum = 0;
  for (int seed = 1; seed <= 10; ++seed) {
    const RunResult run = run_named(
        run_text(changed(kLru, R"("warmup": {"preload": true}, "measure": {"operations": 200}, "app": {"clients": 1},
          "caches": [{"type": "memory", "entries": 1000}], "seed": )" +
                                   std::to_string(seed))),
        "cache-aside/memory");
    EXPECT_EQ(run.loading.keys, 2000u);
    EXPECT_EQ(run.loading.failed, 0u);
    EXPECT_THAT(run.validity.warnings, Contains(doubt("overfilled", HasSubstr("1,000 of them"))));
    sum += *run.hit_ratio;
  }
  EXPECT_GT(sum / 10, 0.40);
  EXPECT_LT(sum / 10, 0.85);
}

}  // namespace
}  // namespace hitbench
