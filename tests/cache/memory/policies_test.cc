// Policies of eviction over numbers: what each promises, sequences worked out by hand, and that each is the same as the
// plainest code that could be written for it. Their hits on real traces are in policy_traces_test.cc.
#include "cache/memory/policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/rng.h"
#include "tests/cache/memory/naive_policies.h"
#include "tests/cache/memory/policy_cases.h"
#include "tests/cache/memory/policy_owner.h"

namespace hitbench {
namespace {

using testing::Each;

class EveryPolicy : public testing::TestWithParam<PolicyCase> {};
INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicy, testing::ValuesIn(kPolicies),
                         [](const auto& policy) { return std::string(policy.param.name); });

// Keys 0 to keys - 1, a few of them more often than the rest.
std::vector<Node> random_requests(Rng& rng, size_t count, uint64_t keys) {
  std::vector<Node> requests;
  for (size_t i = 0; i < count; ++i) {
    requests.push_back(static_cast<Node>(rng.below(rng.below(3) == 0 ? keys : (keys + 1) / 2)));
  }
  return requests;
}

struct Variant {
  bool sizes = false;  // of 1 to 3, else 1
  bool erases = false;
};

// One short trace for both, with the same hits; at its end they hold the same keys.
void expect_same(const PolicyCase& policy, uint64_t seed, Variant variant) {
  Rng rng(seed);
  const uint64_t keys = 2 + rng.below(11), capacity = 1 + rng.below(8);
  PolicyOwner owner(policy.make, {.capacity = capacity, .nodes = static_cast<Node>(keys), .seed = seed});
  const std::unique_ptr<Naive> naive = policy.make_naive(capacity, seed);
  for (const Node node : random_requests(rng, 60, keys)) {
    const uint64_t size = variant.sizes ? 1 + (node * 7 + seed) % 3 : 1;
    if (variant.erases && rng.below(4) == 0) {
      owner.erase(node);
      naive->erase(static_cast<int>(node));
    } else if (size <= capacity) {
      ASSERT_EQ(owner.request(node, size), naive->request(static_cast<int>(node), size));
    }
  }
  for (Node key = 0; key < keys; ++key) ASSERT_EQ(owner.holds(key), naive->holds(static_cast<int>(key))) << key;
}

TEST_P(EveryPolicy, IsThePlainestCodeForIt) {
  if (GetParam().make_naive == nullptr) return;
  for (uint64_t seed = 0; seed < 5000 && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE(seed);
    expect_same(GetParam(), seed, {});
    expect_same(GetParam(), seed, {.sizes = seed % 3 != 0, .erases = seed % 3 != 1});
  }
}

TEST_P(EveryPolicy, HoldsNoMoreThanTheCapacityAndEvictsOnlyWhatItHolds) {
  constexpr Node kKeys = 300;
  Rng rng(3);
  for (const uint64_t capacity : std::initializer_list<uint64_t>{1, 2, 3, 10, 100, 299, 1000}) {
    PolicyOwner owner(GetParam().make, {.capacity = capacity, .nodes = kKeys});
    for (const Node node : random_requests(rng, 20000, kKeys)) {
      owner.request(node);
      if (rng.below(50) == 0) owner.erase(static_cast<Node>(rng.below(kKeys)));
    }
    uint64_t held = 0;
    for (Node node = 0; node < kKeys; ++node) {
      if (!owner.holds(node)) continue;
      ++held;
      EXPECT_FALSE(owner.policy().remembers(node));
    }
    EXPECT_LE(held, capacity);
    EXPECT_GE(held, std::min<uint64_t>(capacity, 250) * 9 / 10);
  }
}

// Whatever a policy remembers and shares out, there is nothing to choose.
TEST_P(EveryPolicy, OfOneEntryHoldsTheLast) {
  constexpr Node kKeys = 5;
  Rng rng(7);
  PolicyOwner owner(GetParam().make, {.capacity = 1, .nodes = kKeys});
  Node last = kNoNode;
  for (const Node node : random_requests(rng, 20000, kKeys)) {
    if (rng.below(10) == 0) {
      owner.erase(node);
      if (node == last) last = kNoNode;
    } else {
      ASSERT_EQ(owner.request(node), node == last);
      last = node;
    }
    for (Node key = 0; key < kKeys; ++key) ASSERT_EQ(owner.holds(key), key == last);
  }
}

// Of sizes up to the whole capacity, which are above the share of any part of it.
TEST_P(EveryPolicy, HoldsNoMoreThanTheCapacityBySize) {
  constexpr Node kKeys = 30;
  Rng rng(6);
  for (const uint64_t capacity : std::initializer_list<uint64_t>{1, 2, 5, 40, 1000}) {
    PolicyOwner owner(GetParam().make, {.capacity = capacity, .nodes = kKeys});
    for (const Node node : random_requests(rng, 20000, kKeys)) {
      if (rng.below(20) == 0) {
        owner.erase(node);
      } else {
        owner.request(node, 1 + rng.below(rng.below(3) == 0 ? capacity : (capacity + 4) / 5));
      }
      ASSERT_LE(owner.used(), capacity);
    }
  }
}

TEST_P(EveryPolicy, HitsTheSameInItsOwnLoop) {
  constexpr Node kKeys = 300;
  Rng rng(4);
  for (const uint64_t capacity : std::initializer_list<uint64_t>{1, 2, 7, 50, 299, 1000}) {
    const std::vector<Node> requests = random_requests(rng, 20000, kKeys);
    PolicyOwner owner(GetParam().make, {.capacity = capacity, .nodes = kKeys, .seed = 9});
    const auto hits = static_cast<uint64_t>(
        std::count_if(requests.begin(), requests.end(), [&](Node node) { return owner.request(node); }));
    const auto policy = GetParam().make({.capacity = capacity, .nodes = kKeys, .seed = 9});
    const PolicyCounts begin = policy->run(std::span(requests).first(5000));
    const PolicyCounts end = policy->run(std::span(requests).subspan(5000));
    EXPECT_EQ(begin.hits + end.hits, hits);
    EXPECT_EQ(begin.hit_size + end.hit_size, hits);
  }
}

TEST_P(EveryPolicy, TakesNodesThatItGrowsBy) {
  constexpr Node kKeys = 300;
  Rng rng(5);
  PolicyOwner whole(GetParam().make, {.capacity = 50, .nodes = kKeys});
  PolicyOwner growing(GetParam().make, {.capacity = 50});
  Node nodes = 0;
  for (const Node node : random_requests(rng, 20000, kKeys)) {
    if (node >= nodes) growing.grow(nodes = node + 1);
    ASSERT_EQ(growing.request(node), whole.request(node));
  }
}

TEST_P(EveryPolicy, ForgetsWhatIsErased) {
  PolicyOwner owner(GetParam().make, {.capacity = 3, .nodes = 26});
  EXPECT_EQ(owner.evictions_of("abcabcABC"), "");
  EXPECT_EQ(owner.evictions_of("def"), "");
  for (Node node = 0; node < 26; ++node) EXPECT_EQ(owner.holds(node), node >= 3 && node <= 5) << node;
}

std::string evictions(PolicyOwner::Make make, uint64_t capacity, const std::string& requests) {
  return PolicyOwner(make, {.capacity = capacity, .nodes = 26}).evictions_of(requests);
}

TEST(LruPolicy, EvictsTheLeastRecentlyUsed) {
  EXPECT_EQ(evictions(make_lru, 3, "abcadef"), "bca");
  EXPECT_EQ(evictions(make_lru, 3, "abcbade"), "cb");
}

TEST(FifoPolicy, EvictsTheOldestWhateverWasUsed) { EXPECT_EQ(evictions(make_fifo, 3, "abcabadbe"), "ab"); }

TEST(ClockPolicy, SparesOnceWhatWasUsed) {
  EXPECT_EQ(evictions(make_clock, 3, "abcad"), "b");
  EXPECT_EQ(evictions(make_clock, 3, "abcadef"), "bca");
}

TEST(ClockPolicy, KeepsTheOrderOfComingAmongTheSpared) { EXPECT_EQ(evictions(make_clock, 3, "abcbade"), "ca"); }

TEST(ClockPolicy, CountsOneUse) { EXPECT_EQ(evictions(make_clock, 2, "aaaabcd"), "ba"); }

// b and the new entries go by, while the hand does not come back to a, which is behind it.
TEST(SievePolicy, LeavesTheSparedWhereTheyAre) { EXPECT_EQ(evictions(make_sieve, 3, "abcadefgh"), "bcdef"); }

// The hand evicts b, the newest, and then starts at a, not at c, which came later.
TEST(SievePolicy, StartsAtTheOldestOncePastTheNewest) {
  EXPECT_EQ(evictions(make_sieve, 2, "abacd"), "ba");
  EXPECT_EQ(evictions(make_sieve, 2, "abacad"), "bc");
}

// The hand is at c when that is erased, and goes on to d.
TEST(SievePolicy, GoesOnBehindWhatIsErased) { EXPECT_EQ(evictions(make_sieve, 4, "abcdaeCfg"), "bd"); }

// The segments, of one entry each, are filled by a, b, c, d. A hit takes e to b's, and b goes down to be evicted; two
// more take it to the top, above c and d.
TEST(SlruPolicy, TakesUpByOneAndDownByOne) {
  EXPECT_EQ(evictions(make_slru, 4, "abcde"), "a");
  EXPECT_EQ(evictions(make_slru, 4, "abcdeef"), "ab");
  EXPECT_EQ(evictions(make_slru, 4, "abcdeefeeg"), "abf");
}

TEST(SlruPolicy, EvictsFromTheNextSegmentWhenTheLowestIsEmpty) {
  PolicyOwner owner(make_slru, {.capacity = 4, .nodes = 26});
  EXPECT_EQ(owner.evictions_of("abcdA"), "");
  owner.request(4, 2);
  EXPECT_FALSE(owner.holds(1));
  EXPECT_TRUE(owner.holds(2) && owner.holds(3) && owner.holds(4));
}

TEST(LfuPolicy, EvictsTheLeastUsed) { EXPECT_EQ(evictions(make_lfu, 3, "aabbcde"), "cd"); }

TEST(LfuPolicy, EvictsTheOneUsedLongestAgoAmongEquals) {
  EXPECT_EQ(evictions(make_lfu, 3, "abcd"), "a");
  EXPECT_EQ(evictions(make_lfu, 3, "abccbad"), "c");
}

TEST(LfuPolicy, ForgetsTheCountOfWhatGoes) { EXPECT_EQ(evictions(make_lfu, 2, "aabbbcaad"), "aca"); }

// Among a, b and c as LFU; but the clock stands at 2 when d comes, which has as much as the three uses of a.
TEST(GdsfPolicy, AgesWhatIsNotUsed) {
  EXPECT_EQ(evictions(make_gdsf, 2, "aaabcde"), "bca");
  EXPECT_EQ(evictions(make_lfu, 2, "aaabcde"), "bcd");
}

TEST(GdsfPolicy, EvictsTheLargestOfEqualUse) {
  PolicyOwner owner(make_gdsf, {.capacity = 4, .nodes = 3});
  owner.request(0, 1);
  owner.request(1, 3);
  owner.request(2, 2);
  EXPECT_TRUE(owner.holds(0));
  EXPECT_FALSE(owner.holds(1));
}

// Of 5,000 draws among five entries each gets 1,000, give or take five standard deviations of 28.
TEST(RandomPolicy, EvictsAllEquallyOften) {
  std::array<int, 5> counts{};
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    PolicyOwner owner(make_random, {.capacity = 5, .nodes = 6, .seed = seed});
    const std::string evicted = owner.evictions_of("abcdef");
    ++counts[static_cast<size_t>(evicted.at(0) - 'a')];
  }
  EXPECT_THAT(counts, Each(testing::AllOf(testing::Gt(860), testing::Lt(1140))));
}

TEST(RandomPolicy, DrawsTheSameForOneSeed) {
  const std::string requests = "abcdefghijklmnopqrstuvwxyz";
  std::vector<std::string> drawn;
  for (const uint64_t seed : std::initializer_list<uint64_t>{1, 1, 2}) {
    drawn.push_back(PolicyOwner(make_random, {.capacity = 5, .nodes = 26, .seed = seed}).evictions_of(requests));
  }
  EXPECT_EQ(drawn[0], drawn[1]);
  EXPECT_NE(drawn[0], drawn[2]);
}

}  // namespace
}  // namespace hitbench
