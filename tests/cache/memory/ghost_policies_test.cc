// Policies of eviction that remember what is gone: sequences worked out by hand, and that each is the same as the
// plainest code for it in caches where all its queues are long. What every policy promises is in policies_test.cc.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/rng.h"
#include "cache/memory/policies.h"
#include "tests/cache/memory/naive_ghost_policies.h"
#include "tests/cache/memory/policy_cases.h"
#include "tests/cache/memory/policy_owner.h"

namespace hitbench {
namespace {

Node node_of(char letter) { return static_cast<Node>(letter - 'a'); }

// After requests for letters, as PolicyOwner has them.
struct Letters {
  Letters(PolicyOwner::Make make, uint64_t capacity, const std::string& requests)
      : owner(make, {.capacity = capacity, .nodes = 26}), evicted(owner.evictions_of(requests)) {}
  std::string remembered() const {
    std::string letters;
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      if (owner.policy().remembers(node_of(letter))) letters += letter;
    }
    return letters;
  }
  bool holds(char letter) const { return owner.holds(node_of(letter)); }

  PolicyOwner owner;
  const std::string evicted;
};

// Of four entries A1in should have one, and A1out remembers two.
TEST(TwoQPolicy, ChangesNothingAtAHitInTheFirstQueue) { EXPECT_EQ(Letters(make_two_q, 4, "abcdaaae").evicted, "a"); }

TEST(TwoQPolicy, TakesWhatItRemembersToTheMainQueue) {
  const Letters after(make_two_q, 4, "abcdeafghij");
  EXPECT_EQ(after.evicted, "abcdefg");
  EXPECT_TRUE(after.holds('a'));
}

TEST(TwoQPolicy, EvictsTheLeastRecentlyUsedOfMainWhenTheFirstQueueHasItsShare) {
  const Letters after(make_two_q, 4, "abcdeabcf");
  EXPECT_EQ(after.evicted, "abcda");
  EXPECT_EQ(after.remembered(), "d");
  EXPECT_EQ(Letters(make_two_q, 4, "abcdeabcaf").evicted, "abcdb");
}

TEST(TwoQPolicy, RemembersHalfAsMuchAsItHolds) { EXPECT_EQ(Letters(make_two_q, 4, "abcdefg").remembered(), "bc"); }

TEST(ArcPolicy, KeepsWhatWasUsedTwiceWhenOthersPassBy) { EXPECT_EQ(Letters(make_arc, 3, "aabbcdefg").evicted, "cdef"); }

// b was evicted too early, so p becomes 1 and a, used twice, goes; then so was a, p is 0 again and c goes.
TEST(ArcPolicy, MovesItsTargetByWhatComesAgain) {
  EXPECT_EQ(Letters(make_arc, 2, "abacb").evicted, "ba");
  EXPECT_EQ(Letters(make_arc, 2, "abacba").evicted, "bac");
}

TEST(ArcPolicy, RemembersNoMoreThanWhatMakesT1AndB1TheCapacity) {
  EXPECT_EQ(Letters(make_arc, 2, "abc").remembered(), "");
  EXPECT_EQ(Letters(make_arc, 2, "aabc").remembered(), "b");
  EXPECT_EQ(Letters(make_arc, 2, "aabcd").remembered(), "c");
}

// Of ten entries the small queue should have one, and nine are remembered.
TEST(S3FifoPolicy, MovesOnWhatWasHitTwice) {
  EXPECT_EQ(Letters(make_s3_fifo, 10, "abcdefghijak").evicted, "a");
  EXPECT_EQ(Letters(make_s3_fifo, 10, "abcdefghijaak").evicted, "b");
}

TEST(S3FifoPolicy, TakesWhatItRemembersToTheMainQueue) {
  const Letters after(make_s3_fifo, 10, "abcdefghijkalmnopqrst");
  EXPECT_EQ(after.evicted, "abcdefghijk");
  EXPECT_TRUE(after.holds('a'));
  EXPECT_EQ(after.remembered(), "cdefghijk");
}

TEST(S3FifoPolicy, EvictsFromMainWhatWasNotHitThere) {
  const std::string thrice = "aaabbbcccdddeeefffggghhhiiijjj";
  EXPECT_EQ(Letters(make_s3_fifo, 10, thrice + "k").evicted, "a");
  EXPECT_EQ(Letters(make_s3_fifo, 10, thrice + "kkkl").evicted, "ab");
  EXPECT_EQ(Letters(make_s3_fifo, 10, thrice + "kkkbl").evicted, "ac");
}

// Of three entries two are hot: a and b at first.
TEST(LirsPolicy, HitsInALoopThatIsLargerThanTheCache) {
  EXPECT_EQ(Letters(make_lirs, 3, "abcdabcdabcd").evicted, "cdcdc");
}

// c is hot as it comes again while it is remembered, for it was used after a, which becomes cold and goes next.
TEST(LirsPolicy, MakesHotWhatComesAgainSoonerThanTheHot) {
  const Letters after(make_lirs, 3, "abcdce");
  EXPECT_EQ(after.evicted, "cda");
  EXPECT_EQ(after.remembered(), "d");
}

TEST(LirsPolicy, ForgetsWhatIsOlderThanAllHot) {
  EXPECT_EQ(Letters(make_lirs, 3, "abcd").remembered(), "c");
  EXPECT_EQ(Letters(make_lirs, 3, "abcdab").remembered(), "");
}

TEST(LirsPolicy, HasRoomAmongTheHotWhenOneIsErased) { EXPECT_EQ(Letters(make_lirs, 3, "abcAdef").evicted, "ce"); }

// Of four entries the window has one, d before e comes, and main three.
TEST(WTinyLfuPolicy, AdmitsOnlyWhatIsAskedForMoreOften) {
  EXPECT_EQ(Letters(make_w_tinylfu, 4, "abcde").evicted, "d");
  EXPECT_EQ(Letters(make_w_tinylfu, 4, "abcdde").evicted, "a");
}

TEST(WTinyLfuPolicy, ProtectsWhatIsHitInMain) { EXPECT_EQ(Letters(make_w_tinylfu, 4, "abcdaddde").evicted, "b"); }

TEST(WTinyLfuPolicy, CountsWhatIsNotInTheCache) {
  EXPECT_EQ(Letters(make_w_tinylfu, 4, "abcded").evicted, "de");
  EXPECT_EQ(Letters(make_w_tinylfu, 4, "abcdede").evicted, "dea");
}

TEST(WTinyLfuPolicy, ForgetsTheCountOfWhatIsErased) { EXPECT_EQ(Letters(make_w_tinylfu, 4, "abcddDde").evicted, "d"); }

// Keys in phases, of which each has its own favourites; some are erased.
void expect_same(const PolicyCase& policy, uint64_t seed) {
  Rng rng(seed);
  const uint64_t capacity = 20 + rng.below(60), keys = capacity * 6;
  PolicyOwner owner(policy.make, {.capacity = capacity, .nodes = static_cast<Node>(keys), .seed = seed});
  const std::unique_ptr<Naive> naive = policy.make_naive(capacity, seed);
  for (uint64_t i = 0; i < 6000; ++i) {
    const uint64_t first = i / 1500 * capacity / 2, among = rng.below(2) == 0 ? capacity / 2 : keys;
    const auto node = static_cast<Node>((first + rng.below(among)) % keys);
    if (rng.below(100) == 0) {
      owner.erase(node);
      naive->erase(static_cast<int>(node));
    }
    ASSERT_EQ(owner.request(node), naive->request(static_cast<int>(node), 1)) << i;
  }
}

class EveryPolicyAtLength : public testing::TestWithParam<PolicyCase> {};
INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicyAtLength, testing::ValuesIn(kPolicies),
                         [](const auto& policy) { return std::string(policy.param.name); });

TEST_P(EveryPolicyAtLength, IsThePlainestCodeForIt) {
  for (uint64_t seed = 0; seed < 3 && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE(seed);
    expect_same(GetParam(), seed);
  }
}

}  // namespace
}  // namespace hitbench
