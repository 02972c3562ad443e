// Recovery from seconds made by hand: a hundred reads at least in each, hits of one latency, misses of another.
#include "metrics/recovery.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class Seconds {
 public:
  Seconds& add(int hits, int misses, int failed = 0, Duration took = 1ms) {
    record(hits, Outcome::fresh_hit, took);
    record(misses, Outcome::miss, took);
    record(failed, Outcome::failed, took);
    ++second_;
    return *this;
  }
  Recovery after(Duration fault, Maybe<Duration> healed = {}) const {
    return recovery_of(recorder_, {fault, healed}, second_ * 1s);
  }
  Recorder& recorder() { return recorder_; }

 private:
  void record(int count, Outcome end, Duration took) {
    for (int i = 0; i < count; ++i) {
      recorder_.record({.end = end,
                        .finished = Time(second_ * 1s + 1us * i),
                        .response = took,
                        .service = took,
                        .load = end == Outcome::miss ? Duration(1us) : Duration(-1)});
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
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
  EXPECT_FALSE(recovery.outage_ns.has_value()) << "nobody healed it";
  EXPECT_FALSE(recovery.hit_ratio_after_heal_ns.has_value());
}

TEST(Recovery, CountsFromTheHealAndTheOutageApart) {
  Seconds seconds;
  for (int i = 0; i < 2; ++i) seconds.add(800, 200);
  for (int i = 0; i < 4; ++i) seconds.add(0, 1000);  // 2 to 6 s: it is away for 3.5 s, and empty afterwards
  for (int i = 0; i < 3; ++i) seconds.add(800, 200);
  const Recovery recovery = seconds.after(2100ms, 5600ms);
  EXPECT_EQ(recovery.outage_ns, Duration(3500ms).count());
  EXPECT_EQ(recovery.hit_ratio_after_heal_ns, Duration(400ms).count());
  EXPECT_EQ(recovery.hit_ratio_ns, Duration(3900ms).count());
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
}

// One of four processes: the others go on, but its cache is empty when it comes back.
TEST(Recovery, WhatFallsAgainWithTheHealIsBackAfterThat) {
  Seconds seconds;
  seconds.add(800, 200);
  for (int i = 1; i < 6; ++i) seconds.add(800, 200);
  seconds.add(500, 500);
  for (int i = 7; i < 10; ++i) seconds.add(800, 200);
  const Recovery recovery = seconds.after(1s, 6s);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
  EXPECT_EQ(recovery.hit_ratio_after_heal_ns, Duration(1s).count());
  EXPECT_EQ(recovery.hit_ratio_ns, Duration(6s).count());
}

TEST(Recovery, WhatWasBackBeforeTheHealAndStayedNeededNone) {
  Seconds seconds;
  seconds.add(800, 200).add(500, 500);
  for (int i = 2; i < 9; ++i) seconds.add(800, 200);
  const Recovery recovery = seconds.after(1s, 6s);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
  EXPECT_EQ(recovery.hit_ratio_after_heal_ns, 0);
  EXPECT_EQ(recovery.hit_ratio_ns, Duration(1s).count());
}

TEST(Recovery, NeedsNoTimeWhereNothingGotWorse) {
  Seconds seconds;
  for (int i = 0; i < 5; ++i) seconds.add(800, 200);
  const Recovery recovery = seconds.after(1300ms, 2300ms);
  EXPECT_EQ(recovery.hit_ratio_ns, 0);
  EXPECT_EQ(recovery.p99_ns, 0);
  EXPECT_EQ(recovery.hit_ratio_after_heal_ns, 0);
  EXPECT_EQ(recovery.p99_after_heal_ns, 0);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::did_not_get_worse);
  EXPECT_EQ(recovery.p99_state, RecoveryState::did_not_get_worse);
}

// An origin that fails from 2 s to the end: cached entries of 10 s hide it for a while.
TEST(Recovery, WithoutAHealNothingButTheEndDecides) {
  Seconds hidden;
  for (int i = 0; i < 10; ++i) hidden.add(800, 200);
  for (int i = 10; i < 16; ++i) hidden.add(100, 0, 900);
  const Recovery recovery = hidden.after(2s);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::not_recovered);
  EXPECT_EQ(recovery.p99_state, RecoveryState::not_recovered);
  EXPECT_FALSE(recovery.hit_ratio_ns.has_value());
  Seconds unnoticed;
  for (int i = 0; i < 16; ++i) unnoticed.add(800, 200);
  EXPECT_EQ(unnoticed.after(2s).hit_ratio_state, RecoveryState::did_not_get_worse);
}

TEST(Recovery, GoodIsWhatStaysGood) {
  const auto from = [](const std::vector<bool>& good, size_t first, size_t healed) {
    return good_from(first, good.size(), healed, [&](size_t second) { return good[second]; });
  };
  const std::vector<bool> good = {true, false, true, true, true, false, true};
  EXPECT_EQ(from(good, 1, 1), 2u);
  EXPECT_EQ(from(good, 1, 2), 2u);
  EXPECT_EQ(from(good, 1, 3), 6u) << "bad again two seconds after the heal";
  EXPECT_EQ(from(good, 7, 7), std::nullopt);
  EXPECT_EQ(from({true, false}, 0, 0), std::nullopt);
  EXPECT_TRUE(is_back(0.72, 0.8));
  EXPECT_FALSE(is_back(0.71, 0.8));
}

TEST(Recovery, ItsStatesAreWords) {
  for (const RecoveryState state :
       {RecoveryState::did_not_get_worse, RecoveryState::recovered, RecoveryState::not_recovered}) {
    RecoveryState read{};
    EXPECT_TRUE(from_word(word_of(state), read));
    EXPECT_EQ(read, state);
  }
  RecoveryState read{};
  EXPECT_FALSE(from_word("fine", read));
}

TEST(Recovery, AtTheEndOneGoodSecondIsEnoughAndABadOneIsNever) {
  Seconds good, bad;
  good.add(1000, 0).add(0, 1000).add(1000, 0);
  bad.add(1000, 0).add(1000, 0).add(0, 1000);
  EXPECT_EQ(good.after(1s).hit_ratio_ns, Duration(1s).count());
  EXPECT_FALSE(bad.after(1s).hit_ratio_ns.has_value());
  EXPECT_EQ(bad.after(1s).hit_ratio_state, RecoveryState::not_recovered);
  EXPECT_EQ(good.after(1s).hit_ratio_state, RecoveryState::recovered);
}

// Refusals come quickly and are no misses: neither figure would show them.
TEST(Recovery, ASecondInWhichMoreReadsFailThanBeforeIsNotBack) {
  Seconds seconds;
  seconds.add(1600, 390, 10).add(0, 0, 1000).add(400, 100, 500).add(710, 180, 110);
  for (int i = 0; i < 3; ++i) seconds.add(720, 180, 100);  // 10 % more than before, and no more
  const Recovery recovery = seconds.after(1s, 2s);
  EXPECT_EQ(recovery.hit_ratio_state, RecoveryState::recovered);
  EXPECT_EQ(recovery.hit_ratio_after_heal_ns, Duration(2s).count());
  EXPECT_EQ(recovery.p99_after_heal_ns, Duration(2s).count());
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
  EXPECT_FALSE(early.after(900ms).hit_ratio_state.has_value());
  EXPECT_FALSE(early.after(900ms).baseline_origin_loads_s.has_value());
  EXPECT_EQ(early.after(900ms).origin_loads_peak_s, 0u);
  EXPECT_EQ(few.after(1s).hit_ratio_ns, 0);
  EXPECT_FALSE(few.after(1s).p99_ns.has_value());
  EXPECT_FALSE(few.after(1s).p99_state.has_value());
  EXPECT_FALSE(few.after(5s).origin_loads_peak_s.has_value()) << "the fault never came";
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
