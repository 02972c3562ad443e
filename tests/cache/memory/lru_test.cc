// Policies of eviction over plain numbers, without a store.
#include "cache/memory/lru.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <vector>

#include "base/rng.h"
#include "cache/memory/eviction.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using LruOfNumbers = Lru::Policy<DenseNodes<Lru>>;

LruOfNumbers lru_of(uint32_t count) {
  LruOfNumbers lru{DenseNodes<Lru>(count)};
  for (uint32_t node = 0; node < count; ++node) lru.insert(node);
  return lru;
}

std::vector<uint32_t> evicted(LruOfNumbers& lru, int count) {
  std::vector<uint32_t> victims;
  for (int i = 0; i < count; ++i) {
    victims.push_back(lru.victim());
    lru.removed(victims.back());
  }
  return victims;
}

TEST(LruEviction, IsByAgeWithoutHits) {
  LruOfNumbers lru = lru_of(4);
  EXPECT_THAT(evicted(lru, 4), ElementsAre(0, 1, 2, 3));
}

TEST(LruEviction, SparesWhatWasHit) {
  LruOfNumbers lru = lru_of(4);
  lru.hit(0);
  lru.hit(2);
  lru.hit(0);
  EXPECT_THAT(evicted(lru, 4), ElementsAre(1, 3, 2, 0));
}

TEST(LruEviction, IsOfWhatIsLeft) {
  LruOfNumbers lru = lru_of(4);
  lru.removed(0);
  lru.hit(1);
  lru.removed(1);
  EXPECT_THAT(evicted(lru, 2), ElementsAre(2, 3));
}

TEST(LruEviction, TakesANodeAgainThatWasRemoved) {
  LruOfNumbers lru = lru_of(3);
  EXPECT_THAT(evicted(lru, 1), ElementsAre(0));
  lru.hit(1);
  lru.insert(0);
  EXPECT_THAT(evicted(lru, 3), ElementsAre(2, 1, 0));
}

TEST(LruEviction, NamesTheSameVictimUntilItIsRemoved) {
  LruOfNumbers lru = lru_of(2);
  EXPECT_EQ(lru.victim(), 0u);
  EXPECT_EQ(lru.victim(), 0u);
  lru.hit(0);
  EXPECT_EQ(lru.victim(), 1u);
}

// The same in the plainest code: a list in the order of use.
TEST(LruEviction, IsThatOfAListInTheOrderOfUse) {
  for (const uint32_t count : {1u, 2u, 50u}) {
    LruOfNumbers lru{DenseNodes<Lru>(count)};
    std::list<uint32_t> naive;
    Rng rng(7, count);
    for (int i = 0; i < 20000; ++i) {
      const auto node = static_cast<uint32_t>(rng.below(count));
      const auto at = std::find(naive.begin(), naive.end(), node);
      if (at == naive.end()) {
        lru.insert(node);
        naive.push_back(node);
      } else if (rng.below(4) > 0) {
        lru.hit(node);
        naive.splice(naive.end(), naive, at);
      } else {
        const uint32_t leaves = rng.below(2) == 0 ? node : lru.victim();
        if (leaves != node) {
          ASSERT_EQ(leaves, naive.front());
        }
        lru.removed(leaves);
        naive.remove(leaves);
      }
      if (!naive.empty() && rng.below(3) == 0) {
        ASSERT_EQ(lru.victim(), naive.front());
      }
    }
  }
}

}  // namespace
}  // namespace hitbench
