#include "cache/twin/redis_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/rng.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Kept = ServerModel::Kept;

constexpr ItemSize kSize = {.key_bytes = 12, .value_bytes = 100};  // 176 bytes without a TTL, 208 with one
constexpr Node kKeys = 100'000;

Time at(Duration since_start) { return Time(since_start); }

// With 64 samples it sees all of a few entries.
std::unique_ptr<ServerModel> model_of(RedisModelSetting setting) {
  std::unique_ptr<ServerModel> model = make_redis_model(setting);
  model->grow(kKeys);
  return model;
}

std::vector<Node> gone(ServerModel& model) {
  const std::span<const Node> nodes = model.take_gone();
  return {nodes.begin(), nodes.end()};
}

TEST(RedisModel, KnowsThePoliciesByTheNamesOfTheConfiguration) {
  EXPECT_EQ(redis_policy_named("noeviction"), RedisPolicy::noeviction);
  EXPECT_EQ(redis_policy_named("allkeys-lfu"), RedisPolicy::allkeys_lfu);
  EXPECT_EQ(redis_policy_named("volatile-ttl"), RedisPolicy::volatile_ttl);
  EXPECT_EQ(redis_policy_named("lru"), std::nullopt);
}

TEST(RedisModel, HitsWhatWasSetUntilItIsErased) {
  const auto model = model_of({});
  EXPECT_FALSE(model->get(1, at(0s)));
  EXPECT_EQ(model->set(1, kSize, kNever, at(0s)), Kept::kept);
  EXPECT_TRUE(model->get(1, at(24h)));
  EXPECT_TRUE(model->holds(1));
  EXPECT_TRUE(model->erase(1, at(24h)));
  EXPECT_FALSE(model->erase(1, at(24h)));
  EXPECT_FALSE(model->get(1, at(24h)));
  EXPECT_THAT(gone(*model), IsEmpty());
}

TEST(RedisModel, EvictsTheLeastRecentlyUsedBySeconds) {
  const auto model = model_of({.entries = 5, .policy = RedisPolicy::allkeys_lru, .samples = 64});
  for (Node key = 0; key < 5; ++key) model->set(key, kSize, kNever, at(key * 2s));
  EXPECT_TRUE(model->get(0, at(12s)));
  EXPECT_TRUE(model->holds(1)) << "which is not a use";
  EXPECT_EQ(model->set(5, kSize, kNever, at(14s)), Kept::kept);
  EXPECT_THAT(gone(*model), ElementsAre(1));
  EXPECT_EQ(model->usage(at(14s)).evictions, 1);
  EXPECT_EQ(model->usage(at(14s)).entries, 5);
}

TEST(RedisModel, EvictsTheLeastFrequentlyUsed) {
  const auto model = model_of({.entries = 5, .policy = RedisPolicy::allkeys_lfu, .samples = 64, .lfu_log_factor = 0});
  for (Node key = 0; key < 5; ++key) model->set(key, kSize, kNever, at(0s));
  for (const Node key : {0u, 1u, 2u, 4u, 4u, 1u}) model->get(key, at(1s));
  model->set(5, kSize, kNever, at(20s));
  EXPECT_THAT(gone(*model), ElementsAre(3));
}

TEST(RedisModel, EvictsOnlyWhatHasATtlUnderAVolatilePolicy) {
  for (const RedisPolicy policy : {RedisPolicy::volatile_lru, RedisPolicy::volatile_lfu, RedisPolicy::volatile_random,
                                   RedisPolicy::volatile_ttl}) {
    const auto model = model_of({.entries = 100, .policy = policy});
    for (Node key = 0; key < 100; ++key) model->set(key, kSize, key % 2 == 0 ? kNever : at(1h), at(0s));
    for (Node key = 100; key < 150; ++key) ASSERT_EQ(model->set(key, kSize, kNever, at(1s)), Kept::kept);
    for (const Node key : gone(*model)) EXPECT_EQ(key % 2, 1);
    EXPECT_EQ(model->set(150, kSize, kNever, at(2s)), Kept::no_memory) << "nothing with a TTL is left";
  }
}

TEST(RedisModel, EvictsWhatExpiresFirstUnderVolatileTtl) {
  const auto model = model_of({.entries = 5, .policy = RedisPolicy::volatile_ttl, .samples = 64});
  for (Node key = 0; key < 5; ++key) model->set(key, kSize, at(key == 2 ? 1min : 1h), at(0s));
  model->set(5, kSize, kNever, at(1s));
  EXPECT_THAT(gone(*model), ElementsAre(2));
}

TEST(RedisModel, EvictsAnyEntryAboutEquallyOftenUnderARandomPolicy) {
  constexpr Node kHeld = 64;
  std::vector<int> evicted(kHeld);
  for (uint64_t seed = 1; seed <= 6400; ++seed) {
    const auto model = make_redis_model({.entries = kHeld, .policy = RedisPolicy::allkeys_random, .seed = seed});
    model->grow(kHeld + 1);
    for (Node key = 0; key <= kHeld; ++key) model->set(key, kSize, kNever, at(0s));
    for (const Node key : model->take_gone()) ++evicted[key];
  }
  for (const int times : evicted) EXPECT_NEAR(times, 100, 45);
}

TEST(RedisModel, RefusesWithoutEvictionAndKeepsTheOlderEntry) {
  const auto model = model_of({.memory_bytes = 2'000'000});
  Node key = 0;
  while (model->set(key, kSize, kNever, at(0s)) == Kept::kept) ++key;
  EXPECT_EQ(model->set(0, kSize, kNever, at(1s)), Kept::no_memory);
  EXPECT_TRUE(model->get(0, at(1s)));
  EXPECT_TRUE(model->erase(1, at(1s)));
  EXPECT_TRUE(model->erase(2, at(1s)));
  EXPECT_EQ(model->set(key, kSize, kNever, at(1s)), Kept::kept);
  EXPECT_THAT(gone(*model), IsEmpty());
}

TEST(RedisModel, RefusesWhatDoesNotFitAtAllAfterItEvictedEverything) {
  const auto model = model_of({.memory_bytes = 2'000'000, .policy = RedisPolicy::allkeys_lru});
  for (Node key = 0; key < 10; ++key) model->set(key, kSize, kNever, at(0s));
  EXPECT_EQ(model->set(10, {.key_bytes = 12, .value_bytes = 3'000'000}, kNever, at(1s)), Kept::no_memory);
  EXPECT_EQ(gone(*model).size(), 10);
  EXPECT_EQ(model->set(10, {.key_bytes = 12, .value_bytes = 600U << 20}, kNever, at(1s)), Kept::too_large);
}

// Measured: how many entries Debian's Redis 7.0.15 holds when it first refuses, each client in use for 8 s. From the
// same runs come the bytes of a client and of the empty server (redis_memory.cc), not those of an entry.
TEST(RedisModel, HoldsAsManyEntriesBelowItsLimitAsTheServer) {
  struct {
    uint32_t clients;
    uint64_t memory_bytes;
    double entries;
  } const kMeasured[] = {
      {1, 3'000'000, 10911}, {1, 5'000'000, 21529},  {2, 3'000'000, 10781},
      {11, 3'000'000, 9619}, {51, 4'000'000, 10135},
  };
  for (const auto& [clients, memory_bytes, entries] : kMeasured) {
    const auto model = model_of({.memory_bytes = memory_bytes, .clients = clients});
    Node key = 0;
    while (model->set(key, kSize, kNever, at(key * 100us)) == Kept::kept) ++key;
    EXPECT_NEAR(key, entries, 5) << clients << " clients, " << memory_bytes << " bytes";
  }
}

TEST(RedisModel, StaysBelowItsLimitBetweenCommands) {
  const auto model = model_of({.memory_bytes = 3'000'000, .policy = RedisPolicy::allkeys_lru});
  for (Node key = 0; key < 50'000; ++key) {
    model->set(key, {.key_bytes = 20, .value_bytes = 1 + key % 3000}, key % 3 == 0 ? at(1h) : kNever, at(key * 1ms));
    model->get(key / 2, at(key * 1ms));
    if (key % 100 == 0) {
      ASSERT_LE(model->usage(at(key * 1ms)).memory_bytes, 3'000'000);
    }
  }
  EXPECT_GT(model->usage(at(60s)).memory_bytes, 2'990'000);
  EXPECT_EQ(model->usage(at(60s)).limit_bytes, 3'000'000);
}

TEST(RedisModel, CountsAnEntryByItsSizeAndItsTtlWithIt) {
  const auto model = model_of({});
  for (Node key = 0; key < 3; ++key) model->set(key, kSize, at(1h), at(0s));
  const uint64_t with_ttl = model->usage(at(0s)).memory_bytes;
  model->set(0, kSize, kNever, at(0s));
  EXPECT_EQ(with_ttl - model->usage(at(0s)).memory_bytes, 32);
  model->set(0, {.key_bytes = 12, .value_bytes = 1000}, kNever, at(0s));
  EXPECT_EQ(model->usage(at(0s)).memory_bytes, with_ttl - 32 + 1024 - 112);
  model->erase(1, at(0s));
  EXPECT_EQ(model->usage(at(0s)).memory_bytes, with_ttl - 32 + 1024 - 112 - 208);
}

// Without a policy, until one is refused; 50 us apart.
Node held(RedisModelSetting setting, const ItemSize& size) {
  const auto model = model_of(setting);
  Node key = 0;
  while (model->set(key, size, kNever, at(key * 50us)) == Kept::kept) ++key;
  return key;
}

// Measured on Debian 13's redis-server 8.0.2: what 3 MiB hold when SET is first refused, after each client had used GET
// and SET for 8 s.
TEST(RedisModel, LeavesMoreRoomForEntriesAsRedis8) {
  constexpr uint64_t kLimit = 3 << 20;
  constexpr ItemSize kEntry = {.key_bytes = 16, .value_bytes = 100};
  for (const auto& [clients, entries] : {std::pair{1u, 11'817}, {2u, 11'804}, {11u, 11'691}, {51u, 11'181}}) {
    const Node modeled = held({.version = RedisVersion::v8_0, .memory_bytes = kLimit, .clients = clients}, kEntry);
    EXPECT_NEAR(modeled, entries, 2) << clients;
  }
  EXPECT_NEAR(held({.memory_bytes = kLimit}, kEntry), 10'761, 2) << "7.0.15, with one client";
}

// The same of 16 MiB, with one small entry besides and values that all clients send in turns.
TEST(RedisModel, KeepsTheWholeBufferOfALargeArgumentAsRedis8) {
  constexpr ItemSize kLarge = {.key_bytes = 16, .value_bytes = 100'000};
  for (const auto& [clients, entries] : {std::pair{1u, 138}, {4u, 135}, {16u, 123}}) {
    EXPECT_EQ(held({.version = RedisVersion::v8_0, .memory_bytes = 16 << 20, .clients = clients}, kLarge), entries)
        << clients;
  }
}

// 16,384 entries have 131,072 bytes of buckets; as many again as old ones, and 262,144 in all, do not fit.
TEST(RedisModel, DoesNotEnlargeItsTableAboveTheLimitUntilItIsOverfull) {
  const auto model = model_of({.memory_bytes = 4'150'000, .policy = RedisPolicy::allkeys_lru});
  for (Node key = 0; key < 40'000; ++key) model->set(key, kSize, kNever, at(key * 1ms));
  const ModelUsage usage = model->usage(at(40s));
  EXPECT_GT(usage.entries, 16'384);
  EXPECT_NEAR(static_cast<double>(usage.memory_bytes - usage.entries * 176), 948'440 + 131'072, 500);
}

TEST(RedisModel, ExpiresLazilyAMillisecondAfterTheEnd) {
  const auto model = model_of({});
  for (Node key = 0; key < 100; ++key) model->set(key, kSize, key == 7 ? at(50ms) : at(1h), at(0s));
  EXPECT_TRUE(model->get(7, at(50ms)));
  EXPECT_TRUE(model->holds(7));
  EXPECT_FALSE(model->get(7, at(51ms)));
  EXPECT_FALSE(model->holds(7));
  EXPECT_THAT(gone(*model), ElementsAre(7));
  EXPECT_EQ(model->usage(at(51ms)).expired, 1);
}

TEST(RedisModel, FindsNothingToEraseInAnExpiredEntry) {
  const auto model = model_of({});
  for (Node key = 0; key < 100; ++key) model->set(key, kSize, key == 7 ? at(50ms) : at(1h), at(0s));
  EXPECT_FALSE(model->erase(7, at(51ms)));
  EXPECT_THAT(gone(*model), ElementsAre(7));
}

TEST(RedisModel, ForgetsTheTtlOfAnEntryThatIsSetWithoutOne) {
  const auto model = model_of({});
  model->set(1, kSize, at(1s), at(0s));
  model->set(1, kSize, kNever, at(0s));
  EXPECT_TRUE(model->get(1, at(1h)));
}

// But for the last hundredth of its 8192 buckets.
TEST(RedisModel, RemovesExpiredEntriesThatNobodyAsksForWhereAllAreDue) {
  const auto model = model_of({});
  for (Node key = 0; key < 5000; ++key) model->set(key, kSize, at(1s), at(0s));
  EXPECT_EQ(model->usage(at(1s)).entries, 5000);
  const ModelUsage later = model->usage(at(1200ms));
  EXPECT_LE(later.entries, 82);
  EXPECT_EQ(later.expired, 5000 - later.entries);
  EXPECT_EQ(gone(*model).size(), later.expired);
}

// Cron stops after 20 keys or a few more if no more than a tenth of them had expired: 20 times in 2 s, 1 in 20.
TEST(RedisModel, KeepsExpiredEntriesThatNobodyAsksForWhereTheyAreFew) {
  const auto model = model_of({});
  constexpr Node kEntries = 50'000;
  for (Node key = 0; key < kEntries; ++key) model->set(key, kSize, at(key % 20 == 0 ? 10s : 1h), at(0s));
  const uint64_t expired = model->usage(at(12s)).expired;
  EXPECT_GT(expired, 5);
  EXPECT_LT(expired, 200);
}

TEST(RedisModel, ReturnsTheMemoryOfItsTablesWhenItsEntriesAreGone) {
  const auto model = model_of({});
  const uint64_t empty = model->usage(at(0s)).memory_bytes;
  for (Node key = 0; key < 50'000; ++key) model->set(key, kSize, at(1s), at(0s));
  EXPECT_GT(model->usage(at(0s)).memory_bytes, empty + 50'000 * 208);
  EXPECT_LT(model->usage(at(1min)).memory_bytes, empty + 1000);
}

// A hundred years with an entry that has not ended yet: to run cron ten times in each of their seconds would take
// hours.
TEST(RedisModel, PassesOverAgesWithoutCommandsAlthoughEntriesHaveATtl) {
  const auto model = model_of({});
  model->set(1, kSize, at(1h), at(0s));
  model->set(2, kSize, at(std::chrono::hours(24 * 365 * 200)), at(0s));
  EXPECT_TRUE(model->get(2, at(std::chrono::hours(24 * 365 * 100))));
  EXPECT_FALSE(model->get(1, at(std::chrono::hours(24 * 365 * 100))));
}

TEST(RedisModel, PassesOverAWeekWithoutCommands) {
  const auto model = model_of({});
  model->set(1, kSize, kNever, at(0s));
  EXPECT_TRUE(model->get(1, at(24h * 7)));
  model->set(2, kSize, at(24h * 8), at(24h * 7));
  EXPECT_TRUE(model->get(2, at(24h * 8)));
}

TEST(RedisModel, IsTheSameForTheSameSeed) {
  std::set<uint64_t> hits;
  for (const uint64_t seed : {1u, 1u, 2u}) {
    const auto model = model_of({.entries = 500, .policy = RedisPolicy::allkeys_lru, .seed = seed});
    Rng rng(7);
    uint64_t count = 0;
    for (int i = 0; i < 20'000; ++i) {
      const Node key = static_cast<Node>(rng.below(1000));
      if (model->get(key, at(i * 1ms))) ++count;
      model->set(key, kSize, kNever, at(i * 1ms));
    }
    hits.insert(count);
  }
  EXPECT_EQ(hits.size(), 2);
}

}  // namespace
}  // namespace hitbench
