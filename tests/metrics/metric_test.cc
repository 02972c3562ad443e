#include <gmock/gmock.h>

#include "base/error.h"
#include "tests/metrics/sample_results.h"

namespace hitbench {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Metric, IsFoundByItsPath) {
  const RunResult run = full_run();
  EXPECT_EQ(metric(run, "read.response.mean"), run.read.response.mean_ns);
  EXPECT_EQ(metric(run, "origin_load.loads"), 2500.0);
  EXPECT_EQ(metric(run, "reads.miss"), 2000.0);
  EXPECT_EQ(metric(run, "hit_ratio"), 7.0 / 9);
  EXPECT_EQ(metric(run, "backend.cpu_per_op"), 8500.25);
  EXPECT_EQ(metric(run, "client.cpu_per_op"), 8300.5);
  EXPECT_EQ(metric(run, "consistency.max_staleness"), 60e6);
  EXPECT_EQ(metric(run, "delete.response.max"), 70.0);
  EXPECT_EQ(metric(run, "modify.max"), 90.0);
  EXPECT_EQ(metric(run, "modify.service.max"), 80.0);
  EXPECT_EQ(metric(run, "costs.load"), run.costs.load_ns);
  EXPECT_EQ(metric(run, "operations"), 10'001.0);
  EXPECT_EQ(metric(run, "duration"), 2e9);
  EXPECT_EQ(metric(run, "loading.duration"), 2e7);
  EXPECT_EQ(metric(run, "loading.throughput"), 49'900.5);
  EXPECT_EQ(metric(run, "loading.failed"), 2.0);
}

TEST(Metric, MayBeWrittenShorterOrInFull) {
  const RunResult run = full_run();
  const Maybe<double> p50 = static_cast<double>(*run.read.response.p50_ns);
  EXPECT_EQ(metric(run, "read.p50"), p50);
  EXPECT_EQ(metric(run, "read.response.p50"), p50);
  EXPECT_EQ(metric(run, "latency.read.response.p50_ns"), p50);
  EXPECT_EQ(metric(run, "read.mean"), run.read.response.mean_ns);
  EXPECT_EQ(metric(run, "write.p50"), 5'001'215.0);
  EXPECT_EQ(metric(run, "throughput"), 5000.5);
  EXPECT_EQ(metric(run, "throughput_ops_s"), 5000.5);
  EXPECT_EQ(metric(run, "backend.cpu_ns_per_op"), 8500.25);
}

TEST(Metric, TakesBothSpellingsOfTheThousandth) {
  RunResult run = full_run();
  run.read.response.p99_9_ns = 77;
  for (const char* path : {"read.p99.9", "read.p99_9", "read.response.p99.9", "read.response.p99_9"}) {
    EXPECT_EQ(metric(run, path), 77.0) << path;
  }
}

TEST(Metric, SaysOfHowManyValuesAPercentileNeedsToBeTold) {
  RunResult run = full_run();
  run.read.response.count = 496;
  const auto needed = [&](const char* path) { return percentile_values(run, path).value().needed; };
  EXPECT_EQ(needed("read.p50"), 20u);
  EXPECT_EQ(needed("read.response.p99"), 1000u);
  EXPECT_EQ(needed("write.service.p99.9"), 10'000u);
  EXPECT_EQ(needed("read.p75"), 40u);
  EXPECT_EQ(needed("read.p33"), 15u);  // 14.9
  EXPECT_EQ(percentile_values(run, "latency.read.response.p99_ns").value().there, 496u);
  for (const char* other : {"hit_ratio", "read.response.mean", "consistency.p99_staleness"}) {
    EXPECT_FALSE(percentile_values(run, other).has_value()) << other;
  }
}

// 9000 reads of 1 to 9,999 us, without every tenth: the k-th takes the ceiling of 10 k / 9, less one us.
TEST(Metric, MayBeAnyPercentileOfItsHistogram) {
  const RunResult run = full_run();
  EXPECT_NEAR(*metric(run, "read.response.p75"), 7499e3, 7499);
  EXPECT_NEAR(*metric(run, "read.p99.8"), 9979e3, 9979);
  EXPECT_EQ(metric(run, "read.p99_8"), metric(run, "latency.read.response.p99.8_ns"));
  EXPECT_EQ(metric(run, "read.p50.0"), metric(run, "read.p50"));
  EXPECT_NEAR(*metric(run, "write.service.p2.5"), 250e3, 250);
  EXPECT_EQ(metric(run, "observer.p10"), 9.0) << "0 to 99 ns";
  EXPECT_TRUE(metric_is_time("read.p99.99"));
}

TEST(Metric, IsNoPercentileWithLessThanTenValuesAboveIt) {
  const RunResult run = full_run();
  EXPECT_TRUE(metric(run, "read.p99.88").has_value()) << "10.8 of 9000";
  EXPECT_EQ(metric(run, "read.p99.89"), std::nullopt) << "9.9";
  EXPECT_EQ(metric(run, "delete.p75"), std::nullopt);
  EXPECT_EQ(metric(skipped_run(), "read.p75"), std::nullopt);
}

TEST(Metric, IsEmptyWhereNothingWasMeasured) {
  EXPECT_EQ(metric(skipped_run(), "read.p50"), std::nullopt);
  EXPECT_EQ(metric(skipped_run(), "hit_ratio"), std::nullopt);
  EXPECT_EQ(metric(skipped_run(), "read.response.count"), 0.0);
}

TEST(Metric, KnowsWhichAreTimes) {
  for (const char* path :
       {"read.p99", "read.mean", "consistency.max_staleness", "backend.cpu_per_op", "costs.hit", "loading.duration"}) {
    EXPECT_TRUE(metric_is_time(path)) << path;
  }
  for (const char* path : {"throughput", "hit_ratio", "read.response.count", "origin_load.loads", "client.busy"}) {
    EXPECT_FALSE(metric_is_time(path)) << path;
  }
}

TEST(Metric, KnowsWhichAreOfFailures) {
  for (const char* path : {"failed_share", "failed_operations", "reads.failed", "origin_load.failed", "read.failed.p99",
                           "backend.failed_stores", "recovery.hit_ratio", "recovery.p99_ns"}) {
    EXPECT_TRUE(metric_is_of_failures(path)) << path;
    EXPECT_NO_THROW(metric(RunResult{}, path)) << path;
  }
  for (const char* path : {"read.p99", "hit_ratio", "throughput", "consistency.lost_writes"}) {
    EXPECT_FALSE(metric_is_of_failures(path)) << path;
  }
}

TEST(Metric, ListsEveryName) {
  const std::vector<std::string> names = metric_names();
  for (const char* name :
       {"throughput", "hit_ratio", "read.response.p99_9", "write.service.p50", "delete.response.mean",
        "read.gen_late.p99", "writes.failed", "origin_load.queue_wait_mean", "validity.steal"}) {
    EXPECT_THAT(names, Contains(name));
  }
  EXPECT_THAT(names, testing::Not(Contains("seed")));
  const RunResult run = full_run();
  for (const std::string& name : names) EXPECT_NO_THROW(metric(run, name)) << name;
}

TEST(Metric, AMachinesPercentileIsKnownByAnyOfItsNames) {
  RunResult run = full_run();
  run.validity.machine_percentiles = {"read.response.p99_9", "write.response.p99"};
  for (const char* path : {"read.response.p99_9", "read.response.p99.9", "read.p99.9", "write.p99"}) {
    EXPECT_TRUE(is_machines(run, path)) << path;
  }
  for (const char* path : {"read.response.p99", "write.response.p99_9", "read.service.p99_9"}) {
    EXPECT_FALSE(is_machines(run, path)) << path;
  }
}

TEST(Metric, UnknownOnesAreRefusedWithTheNearest) {
  const auto remedy = [](const std::string& path) {
    try {
      metric(full_run(), path);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("'" + path + "'"));
      return error.remedy();
    }
    return std::string("accepted");
  };
  EXPECT_THAT(remedy("read.response.q99"), HasSubstr("read.response.p99"));
  for (const char* path :
       {"read.p0", "read.p100", "read.p99.", "read.p9.9.9", "read.px", "reads.p75", "read.own.p75"}) {
    EXPECT_NE(remedy(path), "accepted") << path;
  }
  EXPECT_THAT(remedy("hit_rato"), HasSubstr("'hit_ratio'"));
  EXPECT_THAT(remedy("q"), HasSubstr("read.response.p99"));
  EXPECT_THROW(metric_is_time("nonsense"), Error);
  EXPECT_THROW(metric(full_run(), ""), Error);
  EXPECT_THROW(metric(full_run(), "read."), Error);
  EXPECT_THROW(metric(full_run(), "name"), Error);
}

}  // namespace
}  // namespace hitbench
