// What the model of Memcached does by itself. Figures of the real server are in memcached_server_test.cc.
#include "cache/twin/memcached_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/rng.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using Kept = ServerModel::Kept;

constexpr Time kStart{1h};
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr Node kKeys = 200'000;

class MemcachedModelTest : public testing::Test {
 protected:
  void open(const MemcachedModelSetting& setting) {
    model_ = make_memcached_model(setting);
    model_->grow(kKeys);
    model_->usage(now_);
  }
  bool get(Node key) { return model_->get(key, now_); }
  Kept set(Node key, uint32_t value_bytes, Duration ttl = kForever) {
    return model_->set(key, {.key_bytes = 10, .value_bytes = value_bytes}, ttl == kForever ? kNever : now_ + ttl, now_);
  }
  // How many of so many keys have an entry.
  uint64_t held(Node from, Node count) {
    uint64_t held = 0;
    for (Node key = from; key < from + count; ++key) held += model_->holds(key) ? 1 : 0;
    return held;
  }
  void pass(Duration time) { now_ += time; }
  ModelUsage usage() { return model_->usage(now_); }
  std::vector<Node> gone() {
    const std::span<const Node> gone = model_->take_gone();
    return {gone.begin(), gone.end()};
  }

  std::unique_ptr<ServerModel> model_;
  Time now_ = kStart;
};

TEST_F(MemcachedModelTest, CountsHeaderKeyCasAndLineEndOfAnItem) {
  open({});
  set(1, 100);
  EXPECT_EQ(usage().memory_bytes, 48 + 8 + 11 + 102);  // items.c: header, CAS, key with its zero, value with \r\n
  EXPECT_EQ(usage().entries, 1);
  open({.cas = false});
  set(1, 100);
  EXPECT_EQ(usage().memory_bytes, 48 + 11 + 102);
}

TEST_F(MemcachedModelTest, ReplacesAnEntryOfAnotherSize) {
  open({});
  set(1, 100);
  set(1, 5000);
  EXPECT_EQ(usage().entries, 1);
  EXPECT_EQ(usage().memory_bytes, 69 + 5000);
  EXPECT_TRUE(model_->erase(1, now_));
  EXPECT_FALSE(model_->erase(1, now_));
  EXPECT_EQ(usage().memory_bytes, 0);
  EXPECT_TRUE(gone().empty());
}

// Items of 569 bytes lie in chunks of 600, of which a page of 1 MiB has 1747.
TEST_F(MemcachedModelTest, HoldsWholeChunksOfWholePages) {
  open({.memory_bytes = 10 * kMiB});
  for (Node key = 0; key < 20000; ++key) set(key, 500);
  EXPECT_EQ(usage().entries, 17470);
  EXPECT_EQ(usage().evictions, 2530);
  EXPECT_EQ(gone().size(), 2530);
}

TEST_F(MemcachedModelTest, EvictsWithinAClassOnlyWhichHasOnePageAtLeast) {
  open({.memory_bytes = 10 * kMiB, .slab_automove = 0});
  for (Node key = 0; key < 17470; ++key) set(key, 500);
  for (Node key = 20000; key < 21000; ++key) set(key, 10000);  // chunks of 11,104 bytes, 94 in a page
  EXPECT_EQ(held(0, 17470), 17470);
  EXPECT_EQ(held(20000, 1000), 94);
}

// A page a second at most, from the second in which a window is full. 1.6.38 makes room for the entries of a page that
// is moved; both lose as many.
TEST_F(MemcachedModelTest, MovesPagesToTheClassThatEvictsItsYoungestEntries) {
  for (const MemcachedVersion version : {MemcachedVersion::v1_6_18, MemcachedVersion::v1_6_38}) {
    now_ = kStart;
    open({.memory_bytes = 20 * kMiB, .version = version});
    for (Node key = 0; key < 20 * 1747; ++key) set(key, 500);
    Node key = 40000;
    for (; now_ < kStart + 25s; pass(10ms)) set(key++, 10000);
    EXPECT_EQ(held(0, 20 * 1747), 20 * 1747);
    EXPECT_EQ(held(40000, 20000), 94);
    for (; now_ < kStart + 200s; pass(10ms)) set(key++, 10000);
    for (int i = 0; i < 94; ++i) set(key++, 10000);
    const uint64_t pages = held(40000, 30000) / 94;
    EXPECT_GT(pages, 5);
    // One chunk may be free, of an entry that was evicted for its own sake.
    EXPECT_NEAR(static_cast<double>(held(0, 20 * 1747)), static_cast<double>((20 - (pages - 1)) * 1747), 1);
  }
}

TEST_F(MemcachedModelTest, HoldsSoManyEntriesWhereThatIsItsLimit) {
  for (const uint64_t entries : {uint64_t{1}, uint64_t{100}, uint64_t{32768}, uint64_t{100'001}}) {
    open({.entries = entries});
    for (Node key = 0; key < kKeys; ++key) set(key, key % 3000);
    EXPECT_EQ(usage().entries, entries);
    EXPECT_EQ(usage().evictions, kKeys - entries);
  }
}

TEST_F(MemcachedModelTest, CountsAUseOnceInAMinuteWhereItIsFlat) {
  open({.entries = 3, .modern = false, .segmented = false});
  pass(61s);
  for (const Node key : {0U, 1U, 2U}) set(key, 1);
  pass(60s);
  EXPECT_TRUE(get(0));
  set(3, 1);  // the use of 0 did not count
  EXPECT_FALSE(get(0));
  pass(61s);
  EXPECT_TRUE(get(1));
  set(4, 1);
  EXPECT_TRUE(get(1));
  EXPECT_FALSE(get(2));
}

// Used twice: active, and so in warm. All of it happens within 0.2 s, for an entry of warm that is twice as old as the
// oldest cold one, in whole seconds, becomes cold.
TEST_F(MemcachedModelTest, KeepsWhatIsUsedTwiceWhileOthersPassThrough) {
  open({.entries = 1000});
  for (Node key = 100; key < 1000; ++key)
    set(key, 1);  // so that 40 % of all, the share of warm, is more than a hundred
  for (Node key = 0; key < 100; ++key) {
    set(key, 1);
    get(key);
    get(key);
  }
  for (Node key = 1000; key < 10000; ++key) {
    set(key, 1);
    pass(20us);
  }
  EXPECT_EQ(held(0, 100), 100);
  EXPECT_EQ(usage().entries, 1000);
}

TEST_F(MemcachedModelTest, DropsWhatIsUsedOnce) {
  open({.entries = 1000});
  for (Node key = 0; key < 100; ++key) {
    set(key, 1);
    get(key);
  }
  for (Node key = 1000; key < 10000; ++key) {
    set(key, 1);
    pass(20us);
  }
  EXPECT_EQ(held(0, 100), 0);
}

TEST_F(MemcachedModelTest, RefusesWhatIsTooLargeAndDropsTheOlderEntry) {
  open({});
  set(1, 100);
  EXPECT_EQ(set(1, kMiB), Kept::too_large);
  EXPECT_FALSE(model_->holds(1));
  EXPECT_EQ(gone(), std::vector<Node>{1});
  EXPECT_EQ(set(2, kMiB - 69), Kept::kept);
  EXPECT_EQ(set(3, kMiB - 68), Kept::too_large);
}

TEST_F(MemcachedModelTest, RefusesAKeyOfMoreThan250Bytes) {
  open({});
  EXPECT_EQ(model_->set(1, {.key_bytes = 250, .value_bytes = 10}, kNever, now_), Kept::kept);
  EXPECT_EQ(model_->set(1, {.key_bytes = 251, .value_bytes = 10}, kNever, now_), Kept::too_large);
  EXPECT_TRUE(get(1)) << "it was not understood, so nothing has changed";
}

// A hundred years: to look at each of their seconds would take it minutes.
TEST_F(MemcachedModelTest, PassesOverAgesWithoutCommands) {
  open({});
  set(1, 10);
  set(2, 10, 1h);
  pass(std::chrono::hours(24 * 365 * 100));
  EXPECT_EQ(usage().entries, 1u);
  EXPECT_TRUE(get(1));
  EXPECT_FALSE(get(2));
}

TEST_F(MemcachedModelTest, TakesLargerItemsWhereItIsTold) {
  open({.item_max = 4 << 20});
  EXPECT_EQ(set(1, 3 << 20), Kept::kept);
  EXPECT_EQ(usage().memory_bytes, 69 + (3 << 20));
  EXPECT_EQ(set(1, 4 << 20), Kept::too_large);
}

TEST_F(MemcachedModelTest, RefusesAtTheLimitWhereItMayNotEvict) {
  open({.memory_bytes = 2 * kMiB, .evicts = false});
  for (Node key = 0; key < 2 * 1747; ++key) ASSERT_EQ(set(key, 500), Kept::kept);
  EXPECT_EQ(set(5000, 500), Kept::no_memory);
  EXPECT_EQ(set(7, 500), Kept::no_memory);
  EXPECT_EQ(gone(), std::vector<Node>{7});  // so that nobody reads it forever
  EXPECT_EQ(set(5000, 500), Kept::kept);
  EXPECT_EQ(usage().evictions, 0);
}

TEST_F(MemcachedModelTest, ExpiresInTheSecondBeforeTheEnd) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    open({.seed = seed});
    set(1, 100, 10s);
    pass(9s);
    EXPECT_TRUE(get(1));
    pass(1s);
    EXPECT_FALSE(get(1));
    EXPECT_EQ(usage().expired, 1);
    EXPECT_EQ(gone(), std::vector<Node>{1});
  }
}

TEST_F(MemcachedModelTest, RoundsATtlUpToSeconds) {
  open({});
  set(1, 100, 1ms);
  set(2, 100, 1001ms);
  pass(1s);
  EXPECT_FALSE(get(1));
  EXPECT_TRUE(get(2));
}

TEST_F(MemcachedModelTest, RemovesWhatExpiresThoughNobodyAsksForIt) {
  open({});
  for (Node key = 0; key < 10000; ++key) set(key, 100, 10s);
  for (Node key = 10000; key < 10100; ++key) set(key, 100);
  pass(200s);
  EXPECT_EQ(usage().entries, 100);
  EXPECT_EQ(usage().expired, 10000);
  EXPECT_EQ(gone().size(), 10000);
}

// Behind an entry without a TTL at the tail only the crawler finds them.
TEST_F(MemcachedModelTest, LeavesThemWhereItHasNoCrawler) {
  open({.crawler = false});
  set(1, 100);
  for (Node key = 10; key < 10000; ++key) set(key, 100, 10s);
  pass(1h);
  EXPECT_GT(usage().entries, 1000);
}

TEST_F(MemcachedModelTest, PutsShortLivedEntriesAside) {
  open({.crawler = false, .temporary_ttl = 61});
  set(1, 100);
  for (Node key = 10; key < 10000; ++key) set(key, 100, 10s);
  pass(20s);
  EXPECT_EQ(usage().entries, 1);
}

TEST_F(MemcachedModelTest, ReportsAKeyOnceAndNotWhereItCameBack) {
  open({.entries = 2});
  for (int round = 0; round < 3; ++round) {
    for (Node key = 0; key < 4; ++key) set(key, 1);
  }
  std::vector<Node> gone_now = gone();
  std::sort(gone_now.begin(), gone_now.end());
  EXPECT_EQ(gone_now, (std::vector<Node>{0, 1}));
  EXPECT_TRUE(gone().empty());
  EXPECT_EQ(held(0, 4), 2);
}

// What an owner of values knows: what it stored, less what it erased and what it was told of.
class MemcachedModelUnderStress : public MemcachedModelTest,
                                  public testing::WithParamInterface<MemcachedModelSetting> {};

TEST_P(MemcachedModelUnderStress, TellsOfEveryEntryThatGoes) {
  open(GetParam());
  Rng rng(5);
  std::set<Node> known;
  uint64_t bytes_most = 0;
  for (int i = 0; i < 60'000; ++i, pass(Duration(rng.below(4'000'000)))) {
    const auto key = static_cast<Node>(rng.below(3000));
    const double kind = rng.uniform();
    if (kind < 0.5) {
      const bool is_hit = get(key);
      EXPECT_LE(is_hit, known.contains(key));
    } else if (kind < 0.97) {
      // First small ones, later large ones, so that pages have to move; and some in parts.
      const auto value = static_cast<uint32_t>(rng.below(i < 20'000 ? 1000 : 40'000) + (kind < 0.51 ? 700'000 : 0));
      const Kept kept = set(key, value, rng.uniform() < 0.5 ? kForever : std::chrono::seconds(1 + rng.below(100)));
      if (kept == Kept::kept) known.insert(key);
    } else if (kind < 0.98) {
      EXPECT_EQ(set(key, 5 << 20), Kept::too_large);
    } else {
      model_->erase(key, now_);
      if (!model_->holds(key)) known.erase(key);
    }
    for (const Node each : gone()) known.erase(each);
    bytes_most = std::max(bytes_most, usage().memory_bytes);
    ASSERT_EQ(usage().entries, known.size());
  }
  for (Node key = 0; key < 3000; ++key) EXPECT_EQ(model_->holds(key), known.contains(key));
  EXPECT_LT(bytes_most, 48 * kMiB);  // the limit, and a page of each class
  for (Node key = 0; key < 3000; ++key) model_->erase(key, now_);
  EXPECT_EQ(usage().entries, 0);
  EXPECT_EQ(usage().memory_bytes, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Of, MemcachedModelUnderStress,
    testing::Values(MemcachedModelSetting{.memory_bytes = 8 * kMiB},
                    MemcachedModelSetting{.memory_bytes = 8 * kMiB, .modern = false, .segmented = false},
                    MemcachedModelSetting{.memory_bytes = 8 * kMiB, .evicts = false},
                    MemcachedModelSetting{.memory_bytes = 8 * kMiB, .slab_automove = 2, .temporary_ttl = 50},
                    MemcachedModelSetting{.memory_bytes = 8 * kMiB, .item_max = 4 << 20, .slab_automove = 2},
                    MemcachedModelSetting{.memory_bytes = 8 * kMiB, .version = MemcachedVersion::v1_6_38},
                    MemcachedModelSetting{
                        .memory_bytes = 8 * kMiB, .slab_automove = 2, .version = MemcachedVersion::v1_6_38}));

TEST_F(MemcachedModelTest, IsTheSameForTheSameSeed) {
  std::vector<ModelUsage> usages;
  for (int run = 0; run < 2; ++run) {
    now_ = kStart;
    open({.memory_bytes = 5 * kMiB});
    for (Node i = 0; i < 50000; ++i, pass(100us)) {
      const Node key = i * 7919 % 9973;
      if (!get(key)) set(key, key % 2000, 30s);
    }
    usages.push_back(usage());
  }
  EXPECT_EQ(usages[0].evictions, usages[1].evictions);
  EXPECT_EQ(usages[0].memory_bytes, usages[1].memory_bytes);
  EXPECT_GT(usages[0].evictions, 0);
}

}  // namespace
}  // namespace hitbench
