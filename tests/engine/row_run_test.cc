// One row of a run: what the environment refuses it, before, during and after its first round, and what its backend
// cost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/fake_parts.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kThreeRounds = R"({"clock": "virtual", "rounds": 3, "warmup": {"operations": 0},
  "measure": {"operations": 300}, "app": {"clients": 2}, "workload": {"keys": {"distribution": "uniform", "count": 50}},
  "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "50us"}}})";

// The rows none/none and cache-aside/memory, with other parts in the second.
Result run_with(const std::string& scenario, const std::string& cache, const std::string& origin = "simulated") {
  std::vector<RowPlan> rows = plan_of(scenario);
  rows.back().cache.type = cache;
  rows.back().origin.type = origin;
  const Registry fakes = registry_with_fakes();
  const std::atomic<bool> never{false};
  return run_plan(rows, fakes, never, {});
}

void expect_only_the_second_fails(const Result& result, const std::string& why) {
  ASSERT_EQ(result.runs.size(), 2u);
  const RunResult &good = result.runs[0], &bad = result.runs[1];
  EXPECT_FALSE(good.skipped.has_value());
  EXPECT_TRUE(good.complete);
  EXPECT_EQ(good.operations, 300u);
  EXPECT_TRUE(bad.failed());
  EXPECT_FALSE(bad.complete);
  EXPECT_THAT(bad.skipped.value_or(""), HasSubstr(why));
  EXPECT_FALSE(bad.validity.valid);
  EXPECT_THAT(bad.validity.reasons, ElementsAre(doubt("row-failed", bad.skipped.value_or(""))));
}

TEST(RowRun, ARowThatCannotBeginLeavesTheOthersTheirReport) {
  expect_only_the_second_fails(run_with(kThreeRounds, "RefusingBackend"), "nobody listens: start the server");
}

TEST(RowRun, ARowWhoseWarmUpFailsLeavesTheOthersTheirReport) {
  const std::string preloaded = changed(kThreeRounds, R"("warmup": {"operations": 0, "preload": true})");
  expect_only_the_second_fails(run_with(preloaded, "FailingBackend"), "most of the data set could not be loaded");
}

TEST(RowRun, ARowThatBreaksOffAfterARoundIsNotComplete) {
  const Result result = run_with(kThreeRounds, "memory", "FullServer");
  expect_only_the_second_fails(result, "the disk under origin");
  EXPECT_EQ(result.runs[1].rounds.size(), 2u) << "what it did is kept";
}

TEST(RowRun, AfterACtrlCTheRoundStandsAndTellsOfEvictions) {
  EvictingBackend::interrupted = false;
  std::vector<RowPlan> rows = plan_of(kThreeRounds);
  rows.erase(rows.begin(), rows.end() - 1);
  rows.back().cache.type = "EvictingBackend";
  const Registry fakes = registry_with_fakes();
  const Result result = run_plan(rows, fakes, EvictingBackend::interrupted, {});
  const RunResult& run = result.runs.front();
  EXPECT_FALSE(run.skipped.has_value());
  EXPECT_FALSE(run.complete);
  EXPECT_EQ(run.rounds.size(), 1u);
  EXPECT_THAT(run.validity.warnings, Contains(doubt("server-may-evict", HasSubstr("7 keys"))));
}

TEST(RowRun, AnExceptionOnAThreadEndsItsRowWithItsWords) {
  const Result result = run_with(R"({"rounds": 3, "warmup": {"operations": 0}, "measure": {"operations": 300},
    "app": {"model": "thread", "clients": 3}, "strategies": ["none"],
    "origins": [{"type": "simulated", "latency": {"distribution": "fixed", "value": "50us"}},
                {"type": "simulated", "name": "other"}]})",
                                 "none", "ThrowingServer");
  expect_only_the_second_fails(result, "the library broke");
}

TEST(RowRun, WhatTheScenarioGotWrongEndsTheRun) { EXPECT_THROW(run_with(kThreeRounds, "MisspeltBackend"), Error); }

TEST(RowRun, ACacheThatStandsOnAnotherMakesItThroughItsContext) {
  StackedBackend::lookups = 0;
  const RunResult alone = run_with(kThreeRounds, "memory").runs[1];
  EXPECT_EQ(StackedBackend::lookups, 0u);
  const RunResult stacked = run_with(kThreeRounds, "StackedBackend").runs[1];
  EXPECT_GT(StackedBackend::lookups, 0u);
  EXPECT_TRUE(stacked.complete);
  EXPECT_GT(stacked.hit_ratio.value(), 0);
  EXPECT_EQ(stacked.hit_ratio.value(), alone.hit_ratio.value());
  EXPECT_EQ(stacked.stream_checksum, alone.stream_checksum);
}

TEST(RowRun, ARowThatStandsOnACacheThatIsNotThereIsSkipped) {
  std::vector<RowPlan> rows = plan_of(kThreeRounds);
  rows.back().cache.type = "StackedBackend";
  Registry fakes = registry_with_fakes();
  for (CacheRow& row : fakes.caches) {
    if (row.name == "memory") row.make = nullptr, row.unavailable = "not built";
  }
  const std::atomic<bool> never{false};
  const RunResult run = run_plan(rows, fakes, never, {}).runs[1];
  EXPECT_THAT(run.skipped.value_or(""), HasSubstr("memory is not built"));
  EXPECT_FALSE(run.failed());
}

TEST(RowRun, ARowThatCannotRunHereIsSkippedAndHasNotFailed) {
  const Result result = run_text(changed(kThreeRounds, R"("requires": {"cores": 4000})"));
  for (const RunResult& run : result.runs) {
    EXPECT_THAT(run.skipped.value_or(""), HasSubstr("4,000 cores"));
    EXPECT_FALSE(run.failed());
    EXPECT_TRUE(run.complete);
  }
}

// A millisecond a round, between the look before it and the look after it: 3 ms for 300 operations.
TEST(RowRun, TheBackendsCpuTimeIsThatOfTheRoundsOverTheirOperations) {
  const Result result = run_with(kThreeRounds, "BusyBackend");
  EXPECT_FALSE(result.runs[0].backend.cpu_ns_per_op.has_value());
  EXPECT_DOUBLE_EQ(result.runs[1].backend.cpu_ns_per_op.value(), 10'000);
}

}  // namespace
}  // namespace hitbench
