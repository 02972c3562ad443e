// Recovery from seconds made by hand: a hundred reads at least in each, hits of one latency, misses of another.
#include "metrics/recovery.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class Seconds {
 public:
  Seconds& add(int hits, int misses, int failed = 0, Duration took = 1ms) {
    record(hits, ReadEnd::fresh_hit, took);
    record(misses, ReadEnd::miss, took);
    record(failed, ReadEnd::failed, took);
    ++second_;
    return *this;
  }
  Recovery after(Duration fault) const { return recovery_of(recorder_, fault, second_ * 1s); }
  Recorder& recorder() { return recorder_; }

 private:
  void record(int count, ReadEnd end, Duration took) {
    for (int i = 0; i < count; ++i) {
      recorder_.record({.end = end,
                        .finished = Time(second_ * 1s + 1us * i),
                        .response = took,
                        .service = took,
                        .load = end == ReadEnd::miss ? Duration(1us) : Duration(-1)});
    }
  }

  Recorder recorder_;
  int second_ = 0;
};

TEST(Recovery, ComesWithTheFirstOfThreeGoodSeconds) {
  Seconds seconds;
  for (int i = 0; i < 2; ++i) seconds.add(800, 200);
  seconds.add(100, 900).add(600, 400).add(800, 200).add(600, 400);  // one good second between bad ones is none
  for (int i = 0; i < 3; ++i) seconds.add(720, 280);                // within 10 % of 0.8
  const Recovery recovery = seconds.after(2300ms);
  EXPECT_DOUBLE_EQ(recovery.baseline_hit_ratio.value(), 0.8);
  EXPECT_DOUBLE_EQ(recovery.baseline_origin_loads_s.value(), 200);
  EXPECT_EQ(recovery.origin_loads_peak_s, 900u);
  EXPECT_EQ(recovery.hit_ratio_ns, Duration(3700ms).count());
}

TEST(Recovery, NeedsNoTimeWhereNothingGotWorse) {
  Seconds seconds;
  for (int i = 0; i < 5; ++i) seconds.add(800, 200);
  EXPECT_EQ(seconds.after(2300ms).hit_ratio_ns, 0);
  EXPECT_EQ(seconds.after(2300ms).p99_ns, 0);
}

TEST(Recovery, AtTheEndOneGoodSecondIsEnoughAndABadOneIsNever) {
  Seconds good, bad;
  good.add(1000, 0).add(0, 1000).add(1000, 0);
  bad.add(1000, 0).add(1000, 0).add(0, 1000);
  EXPECT_EQ(good.after(1s).hit_ratio_ns, Duration(1s).count());
  EXPECT_FALSE(bad.after(1s).hit_ratio_ns.has_value());
}

TEST(Recovery, FailedReadsAreNeitherHitsNorMissesAndASecondOfThemIsNotBack) {
  Seconds seconds;
  seconds.add(800, 200).add(0, 0, 1000).add(400, 100, 500).add(400, 100, 500);
  EXPECT_EQ(seconds.after(1s).hit_ratio_ns, Duration(1s).count());
}

TEST(Recovery, TheTailIsFollowedByTheSecond) {
  Seconds seconds;
  seconds.add(1000, 0, 0, 1ms).add(1000, 0, 0, 1ms).add(1000, 0, 0, 5ms).add(1000, 0, 0, 1150us);
  for (int i = 0; i < 3; ++i) seconds.add(1000, 0, 0, 1060us);
  EXPECT_EQ(seconds.after(2s).p99_ns, Duration(2s).count()) << "15 % above is not back, 6 % is";
  EXPECT_EQ(seconds.after(2s).hit_ratio_ns, 0);
}

TEST(Recovery, WithoutASecondBeforeTheFaultOrEnoughReadsNothingIsMeasured) {
  Seconds early, few;
  early.add(1000, 0).add(1000, 0);
  few.add(999, 0).add(1000, 0);
  EXPECT_FALSE(early.after(900ms).hit_ratio_ns.has_value());
  EXPECT_FALSE(early.after(900ms).baseline_origin_loads_s.has_value());
  EXPECT_EQ(early.after(900ms).origin_loads_peak_s, 0u);
  EXPECT_EQ(few.after(1s).hit_ratio_ns, 0);
  EXPECT_FALSE(few.after(1s).p99_ns.has_value());
}

TEST(Recovery, TailsSurviveMergingAndThePipe) {
  Seconds one, other;
  one.add(1000, 0, 0, 1ms).add(1000, 0, 0, 1ms);
  other.add(1000, 0, 0, 1ms).add(1000, 0, 0, 9ms).add(1000, 0, 0, 1ms);
  Recorder merged = Recorder::from_bytes(one.recorder().to_bytes());
  merged.merge(Recorder::from_bytes(other.recorder().to_bytes()));
  ASSERT_EQ(merged.read_tails().size(), 3u);
  EXPECT_EQ(merged.read_tails().at(0).count(), 2000u);
  EXPECT_EQ(merged.read_tails().at(1).count(), 2000u);
  EXPECT_NEAR(static_cast<double>(merged.read_tails().at(1).quantile(0.99)), 9e6, 0.06 * 9e6);
  EXPECT_NEAR(static_cast<double>(merged.read_tails().at(1).quantile(0.5)), 1e6, 0.06 * 1e6);
}

}  // namespace
}  // namespace hitbench
