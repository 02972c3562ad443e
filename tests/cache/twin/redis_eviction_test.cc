#include "cache/twin/redis_eviction.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hitbench {
namespace {

constexpr int64_t kMinuteMs = 60'000;

TEST(RedisEvictionPool, GivesTheHighestScoreFirstAndOfEqualsTheOneThatCameFirst) {
  RedisEvictionPool pool;
  pool.offer(1, 10);
  pool.offer(2, 30);
  pool.offer(3, 20);
  pool.offer(4, 30);
  EXPECT_EQ(pool.take_best(), 2);
  EXPECT_EQ(pool.take_best(), 4);
  EXPECT_EQ(pool.take_best(), 3);
  EXPECT_EQ(pool.take_best(), 1);
  EXPECT_EQ(pool.take_best(), kNoNode);
}

TEST(RedisEvictionPool, LosesItsLowestToABetterOneWhenItIsFull) {
  RedisEvictionPool pool;
  for (Node node = 0; node < 16; ++node) pool.offer(node, 100 + node);
  pool.offer(20, 99);    // worse than all
  pool.offer(21, 100);   // no better than the worst
  pool.offer(22, 1000);  // takes the place of node 0
  pool.offer(23, 102);   // before node 2, takes the place of node 1
  EXPECT_EQ(pool.take_best(), 22);
  for (Node node = 15; node >= 2; --node) EXPECT_EQ(pool.take_best(), node);
  EXPECT_EQ(pool.take_best(), 23);
  EXPECT_EQ(pool.take_best(), kNoNode);
}

TEST(RedisEvictionPool, MayHoldAnEntryTwice) {
  RedisEvictionPool pool;
  pool.offer(7, 1);
  pool.offer(7, 5);
  EXPECT_EQ(pool.take_best(), 7);
  EXPECT_EQ(pool.take_best(), 7);
}

TEST(RedisUses, MeasureIdleTimeInSecondsOfTheClockThatCronReads) {
  RedisUses uses({.policy = RedisPolicy::allkeys_lru});
  uses.set_clock(5'999);
  const UseStamp stamp = uses.created(5'999);
  EXPECT_EQ(uses.score(stamp, 6'500), 0) << "cron has not come by";
  uses.set_clock(6'000);
  EXPECT_EQ(uses.score(stamp, 6'000), 1);
  uses.set_clock(65'000);
  EXPECT_EQ(uses.score(stamp, 65'000), 60);
}

TEST(RedisUses, CountEachUseWithALogarithmFactorOfZero) {
  Rng rng(1);
  const RedisUses uses({.policy = RedisPolicy::allkeys_lfu, .lfu_log_factor = 0});
  UseStamp stamp = uses.created(0);
  EXPECT_EQ(uses.score(stamp, 0), 250);
  for (int i = 0; i < 100; ++i) stamp = uses.used(stamp, 0, rng);
  EXPECT_EQ(uses.score(stamp, 0), 150);
  for (int i = 0; i < 1000; ++i) stamp = uses.used(stamp, 0, rng);
  EXPECT_EQ(uses.score(stamp, 0), 0) << "255 at most";
}

// From 5 the first use counts; then one in 11, one in 21: 1 + 11 + 21 = 33 uses until the counter is 8.
TEST(RedisUses, CountOneUseInElevenThenOneInTwentyOneWithAFactorOfTen) {
  Rng rng(2);
  const RedisUses uses({.policy = RedisPolicy::allkeys_lfu});
  constexpr int kEntries = 4000;
  int64_t until_8 = 0;
  for (int i = 0; i < kEntries; ++i) {
    for (UseStamp stamp = uses.created(0); uses.score(stamp, 0) > 247; ++until_8) stamp = uses.used(stamp, 0, rng);
  }
  EXPECT_NEAR(static_cast<double>(until_8) / kEntries, 33, 1.5);
}

TEST(RedisUses, LoseOneForEachDecayTimeSinceTheLastUse) {
  Rng rng(3);
  const RedisUses uses({.policy = RedisPolicy::volatile_lfu, .lfu_log_factor = 0, .lfu_decay_minutes = 2});
  UseStamp stamp = uses.created(0);
  for (int i = 0; i < 5; ++i) stamp = uses.used(stamp, 0, rng);
  EXPECT_EQ(uses.score(stamp, kMinuteMs * 2 - 1), 245);
  EXPECT_EQ(uses.score(stamp, kMinuteMs * 6), 248);
  EXPECT_EQ(uses.score(stamp, kMinuteMs * 100), 255);
  EXPECT_EQ(uses.score(uses.used(stamp, kMinuteMs * 6, rng), kMinuteMs * 6), 247);

  const RedisUses lasting({.policy = RedisPolicy::allkeys_lfu, .lfu_decay_minutes = 0});
  EXPECT_EQ(lasting.score(lasting.created(0), kMinuteMs * 100), 250);
}

TEST(RedisUses, PassTheCounterOnToTheValueThatReplacesTheOldOne) {
  Rng rng(4);
  const RedisUses uses({.policy = RedisPolicy::allkeys_lfu, .lfu_log_factor = 0});
  const UseStamp used = uses.used(uses.used(uses.created(0), 0, rng), 0, rng);
  EXPECT_EQ(uses.score(uses.overwritten(used, 0), 0), 248);
}

}  // namespace
}  // namespace hitbench
