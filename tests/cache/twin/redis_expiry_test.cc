#include "cache/twin/redis_expiry.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace hitbench {
namespace {

// Entries that are due or not, in a dictionary of their expiry times.
class Expiries final : public RedisExpiryOwner {
 public:
  Expiries(Node nodes, Node every_nth_is_due) : dict_(1), due_(nodes) {
    dict_.grow(nodes);
    for (Node node = 0; node < nodes; ++node) {
      dict_.step();
      if (dict_.wanted_table_bytes() > 0) dict_.enlarge();
      dict_.insert(node);
      due_[node] = node % every_nth_is_due == 0;
    }
    while (dict_.is_rehashing()) dict_.rehash(1000);
  }

  bool expire_if_due(Node node, int64_t) override {
    ++looked_at_;
    if (!due_[node]) return false;
    dict_.remove(node);
    ++expired_;
    return true;
  }

  const RedisDict& dict() const { return dict_; }
  RedisDict& dict() { return dict_; }
  int looked_at() const { return looked_at_; }
  int expired() const { return expired_; }

 private:
  RedisDict dict_;
  std::vector<bool> due_;
  int looked_at_ = 0;
  int expired_ = 0;
};

// Of 1024 buckets.
TEST(RedisActiveExpiry, GoesOnUntilLessThanAHundredthOfTheBucketsIsFilledIfAllOfItIsDue) {
  Expiries expiries(1000, 1);
  RedisActiveExpiry expiry(10, 1);
  expiry.slow_cycle(expiries.dict(), 0, expiries);
  EXPECT_LE(expiries.dict().size(), 10);
}

TEST(RedisActiveExpiry, StopsAtTheFirstTwentyKeysOfWhichNoMoreThanTwoAreDue) {
  Expiries none_due(1000, 2000);
  RedisActiveExpiry expiry(10, 1);
  expiry.slow_cycle(none_due.dict(), 0, none_due);
  EXPECT_GE(none_due.looked_at(), 20);
  EXPECT_LT(none_due.looked_at(), 30) << "the chain of the last bucket is finished";
}

// Effort 10: 20 + 9 * 5 keys in a loop, 1 % is acceptable.
TEST(RedisActiveExpiry, LooksAtMoreKeysWithMoreEffort) {
  Expiries none_due(1000, 2000);
  RedisActiveExpiry expiry(10, 10);
  expiry.slow_cycle(none_due.dict(), 0, none_due);
  EXPECT_GE(none_due.looked_at(), 65);
  EXPECT_LT(none_due.looked_at(), 75);

  Expiries one_in_20_due(5000, 20);
  Expiries the_same(5000, 20);
  RedisActiveExpiry(10, 1).slow_cycle(one_in_20_due.dict(), 0, one_in_20_due);
  RedisActiveExpiry(10, 10).slow_cycle(the_same.dict(), 0, the_same);
  EXPECT_LT(one_in_20_due.looked_at(), 200);
  EXPECT_GT(the_same.looked_at(), 500);
}

TEST(RedisActiveExpiry, ContinuesWhereItStopped) {
  Expiries none_due(100, 2000);
  RedisActiveExpiry expiry(10, 1);
  for (int i = 0; i < 5; ++i) expiry.slow_cycle(none_due.dict(), 0, none_due);
  EXPECT_GE(none_due.looked_at(), 100);
  EXPECT_LT(none_due.looked_at(), 130);
}

TEST(RedisActiveExpiry, LeavesATableAloneThatIsFilledByLessThanAHundredth) {
  Expiries expiries(1024, 1);
  for (Node node = 10; node < 1024; ++node) expiries.dict().remove(node);
  RedisActiveExpiry expiry(10, 1);
  expiry.slow_cycle(expiries.dict(), 0, expiries);
  EXPECT_EQ(expiries.dict().size(), 10);
}

// 25 ms of 100, of 1 ms, at about 3.6 microseconds for each; it looks at the clock every 16 loops of 20.
TEST(RedisActiveExpiry, RunsOutOfTimeAndThenGoesOnInShortCyclesBetweenCommands) {
  Expiries expiries(100'000, 1);
  RedisActiveExpiry expiry(10, 1);
  expiry.fast_cycle(expiries.dict(), 0, expiries);
  EXPECT_EQ(expiries.expired(), 0) << "nothing ran out of time yet";

  expiry.slow_cycle(expiries.dict(), 0, expiries);
  EXPECT_TRUE(expiry.out_of_time());
  EXPECT_NEAR(expiries.expired(), 6950, 700);

  const int after_cron = expiries.expired();
  expiry.fast_cycle(expiries.dict(), 1, expiries);
  const int after_short_cycle = expiries.expired();
  EXPECT_NEAR(after_short_cycle - after_cron, 330, 60);
  expiry.fast_cycle(expiries.dict(), 2, expiries);
  EXPECT_EQ(expiries.expired(), after_short_cycle) << "one in 2 ms";
  expiry.fast_cycle(expiries.dict(), 3, expiries);
  EXPECT_GT(expiries.expired(), after_short_cycle);
}

TEST(RedisActiveExpiry, HasTheSameShareOfTheCpuAtAHigherRateOfCron) {
  Expiries expiries(100'000, 1);
  RedisActiveExpiry expiry(100, 1);
  expiry.slow_cycle(expiries.dict(), 0, expiries);
  EXPECT_NEAR(expiries.expired(), 840, 200);
}

}  // namespace
}  // namespace hitbench
