#include "metrics/summary.h"

#include <gmock/gmock.h>

#include "tests/metrics/sample_results.h"

namespace hitbench {
namespace {

Histogram values_up_to(int count) {
  Histogram histogram;
  for (int i = 1; i <= count; ++i) histogram.record(i);
  return histogram;
}

TEST(Summary, ShowsAPercentileOnlyWhereTenValuesLieAboveIt) {
  const Percentiles few = summarize(values_up_to(19));
  EXPECT_EQ(few.p50_ns, std::nullopt);
  EXPECT_EQ(few.mean_ns, 10.0);
  EXPECT_EQ(few.max_ns, 19);
  EXPECT_EQ(summarize(values_up_to(20)).p50_ns, 10);
  EXPECT_EQ(summarize(values_up_to(99)).p90_ns, std::nullopt);
  EXPECT_EQ(summarize(values_up_to(100)).p90_ns, 90);
  EXPECT_EQ(summarize(values_up_to(199)).p95_ns, std::nullopt);
  EXPECT_EQ(summarize(values_up_to(200)).p95_ns, 190);
  EXPECT_EQ(summarize(values_up_to(999)).p99_ns, std::nullopt);
  EXPECT_EQ(summarize(values_up_to(1000)).p99_ns, 990);
  EXPECT_EQ(summarize(values_up_to(9999)).p99_9_ns, std::nullopt);
  EXPECT_EQ(summarize(values_up_to(10'000)).p99_9_ns, 9991);  // 9990 is told as the highest of its bucket, 9984 to 9991
}

// By the ranks of the binomial distribution: of 10,000 values the 9,880th and the 9,920th bound the 99th percentile at
// 95.6 %, the 9,983rd and the 9,997th the 99.9th. Values up to 2,047 are told exactly.
TEST(Summary, BoundsAPercentileByTwoOfItsValues) {
  Histogram histogram;
  for (int i = 1; i <= 10'000; ++i) histogram.record(i <= 9800 ? 1 : i - 9000);
  const Percentiles latency = summarize(histogram);
  EXPECT_EQ(latency.p99_interval_ns, (std::vector<int64_t>{880, 920}));
  EXPECT_EQ(latency.p99_9_interval_ns, (std::vector<int64_t>{983, 997}));
  EXPECT_EQ(summarize(values_up_to(999)).p99_interval_ns, std::nullopt) << "nor is its percentile told";
  EXPECT_EQ(summarize(values_up_to(20)).p50_interval_ns, (std::vector<int64_t>{6, 15}));
}

TEST(Summary, SaysNothingOfNothing) {
  const Percentiles none = summarize(Histogram());
  EXPECT_EQ(none.count, 0u);
  EXPECT_EQ(none.mean_ns, std::nullopt);
  EXPECT_EQ(none.max_ns, std::nullopt);
  EXPECT_EQ(none.histogram, "");
}

TEST(Summary, ReportsWhatFellOutOfRange) {
  Histogram histogram;
  histogram.record(Histogram::kHighestNs + 1);
  EXPECT_EQ(summarize(histogram).out_of_range, 1u);
}

// A run without TTLs in virtual time may serve cached entries that are hours old.
TEST(Summary, TellsTheOldestStaleReadAlsoBeyondTheHistogram) {
  constexpr auto kOldest = std::chrono::hours(3) + Duration(7);
  Recorder one, other;
  const auto stale_for = [](Duration staleness) {
    return Sample{.end = Outcome::fresh_hit, .check = ReadCheck{.staleness = staleness}};
  };
  for (int i = 0; i < 1000; ++i) one.record(stale_for(std::chrono::hours(2)));
  other.record(stale_for(kOldest));
  one.merge(Recorder::from_bytes(other.to_bytes()));
  RunResult run;
  fill(run, one);
  EXPECT_EQ(run.consistency.max_staleness_ns, Duration(kOldest).count());
  EXPECT_EQ(run.consistency.p99_staleness_ns, std::nullopt);
}

TEST(Summary, FillsARunFromARecorder) {
  RunResult run;
  fill(run, sample_recorder());
  EXPECT_EQ(run.operations, 10'001u);
  EXPECT_EQ(run.read.response.count, 9000u);
  EXPECT_EQ(run.write.response.count, 1000u);
  EXPECT_EQ(run.writes.acknowledged, 1000u);
  EXPECT_EQ(run.writes.failed, 0u);
  EXPECT_EQ(run.deletes.acknowledged, 1u);
  EXPECT_EQ(run.erase.service.count, 0u);
  // Multiples of four are misses, of twenty of them writes: 2500 - 500.
  EXPECT_EQ(run.reads.miss, 2000u);
  EXPECT_EQ(run.reads.fresh_hit, 7000u);
  EXPECT_DOUBLE_EQ(*run.hit_ratio, 7.0 / 9);
  EXPECT_DOUBLE_EQ(*run.costs.miss_ns, 2 * *run.costs.load_ns);
  EXPECT_EQ(run.consistency.corrupt_values, 0u);
  EXPECT_EQ(run.consistency.stale_reads, 0u);
  EXPECT_EQ(run.consistency.stuck_keys, std::nullopt) << "the check at the end counts these";
  ASSERT_EQ(run.series.size(), 3u);
  EXPECT_EQ(run.series[1].second, 1);
  EXPECT_EQ(run.series[0].operations, 4999u);  // those that ended before 5000 / 5 ms
  EXPECT_EQ(run.series[1].operations, 5000u);
  EXPECT_EQ(run.series[2].operations, 2u);
}

TEST(Summary, TellsPercentilesOfEverySecondToThreePercent) {
  RunResult run;
  fill(run, sample_recorder());
  // Response i takes i us; second 0 has the reads of 1 to 4999 but for every tenth, which is a write.
  const SecondResult& first = run.series.at(0);
  EXPECT_GE(first.read_p50_ns, 2'499'000);
  EXPECT_LE(first.read_p50_ns, 2'499'000 * 1.032);
  EXPECT_GE(first.read_p99_ns, 4'949'000);
  EXPECT_LE(first.read_p99_ns, 4'999'000) << "the longest";
  EXPECT_GE(first.write_p50_ns, 2'500'000);
  EXPECT_LE(first.write_p50_ns, 2'500'000 * 1.032);
  EXPECT_FALSE(first.write_p99_ns.has_value()) << "499 writes have 5 beyond it";
  EXPECT_FALSE(run.series.at(2).write_p50_ns.has_value());
  EXPECT_FALSE(run.series.at(2).read_p50_ns.has_value());
}

TEST(Summary, NoPercentileOfASecondIsBeyondItsLongestResponse) {
  Recorder recorder;
  for (int i = 0; i < 1000; ++i) recorder.record({.end = Outcome::fresh_hit, .response = std::chrono::milliseconds(1)});
  RunResult run;
  fill(run, recorder);
  EXPECT_EQ(run.series.at(0).read_p50_ns, 1'000'000);
  EXPECT_EQ(run.series.at(0).read_p99_ns, 1'000'000);
}

TEST(Summary, HasNoHitRatioWhereEveryReadFailed) {
  Recorder recorder;
  recorder.record({.kind = OperationKind::read, .end = Outcome::failed});
  recorder.record({.kind = OperationKind::write, .ok = false});
  RunResult run;
  fill(run, recorder);
  EXPECT_EQ(run.hit_ratio, std::nullopt);
  EXPECT_EQ(run.reads.failed, 1u);
  EXPECT_EQ(run.writes.failed, 1u);
  EXPECT_EQ(run.writes.acknowledged, 0u);
}

TEST(Summary, CountsCoalescedReadsAsNoHits) {
  Recorder recorder;
  for (const Outcome end : {Outcome::fresh_hit, Outcome::stale_hit, Outcome::null_hit, Outcome::coalesced,
                            Outcome::miss, Outcome::failed}) {
    recorder.record({.kind = OperationKind::read, .end = end});
  }
  RunResult run;
  fill(run, recorder);
  EXPECT_DOUBLE_EQ(*run.hit_ratio, 0.6);
}

TEST(Summary, ReducesARoundToScalars) {
  const RoundResult round = round_of(sample_recorder(), 3, std::chrono::milliseconds(500));
  EXPECT_EQ(round.round, 3);
  EXPECT_EQ(round.operations, 10'001u);
  EXPECT_EQ(round.duration_ns, 500'000'000);
  EXPECT_DOUBLE_EQ(round.throughput_ops_s, 20'002);
  EXPECT_FALSE(round.origin_loads.has_value()) << "only an origin counts them";
  EXPECT_DOUBLE_EQ(*round.hit_ratio, 7.0 / 9);
  EXPECT_EQ(round.latency_ns.count("read.response.p99"), 1u);
  EXPECT_EQ(round.latency_ns.count("read.response.p99_9"), 0u);  // 9000 reads
  EXPECT_EQ(round.latency_ns.count("write.response.p50"), 1u);
  EXPECT_NEAR(round.latency_ns.at("write.response.mean"), 5'005'000, 1);
  EXPECT_EQ(round.latency_ns.count("delete.response.p50"), 0u);
}

TEST(Summary, MakesNoThroughputOfARoundWithoutLength) {
  EXPECT_EQ(round_of(sample_recorder(), 0, Duration{0}).throughput_ops_s, 0);
}

}  // namespace
}  // namespace hitbench
