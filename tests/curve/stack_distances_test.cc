#include "curve/stack_distances.h"

#include <gtest/gtest.h>

#include "tests/curve/fake_trace.h"
#include "tests/curve/naive_cache.h"

namespace hitbench {
namespace {

std::vector<uint32_t> sizes_for(uint32_t keys, uint64_t seed, uint32_t most) {
  Rng rng(seed);
  std::vector<uint32_t> sizes;
  for (uint32_t key = 0; key < keys; ++key) sizes.push_back(1 + static_cast<uint32_t>(rng.below(most)));
  return sizes;
}

void expect_exact_by_entries(const FakeTrace& trace) {
  const Replay replay = replay_of(trace);
  const LruHitsByEntries all(replay);
  for (uint64_t size = 0; size <= trace.keys() + 2u; ++size) {
    const SizeHits wanted = NaiveCache{.capacity = size}.hits(trace), got = all.at(size);
    ASSERT_EQ(wanted.hits, got.hits) << "at size " << size;
    ASSERT_EQ(wanted.hit_bytes, got.hit_bytes) << "at size " << size;
  }
}

TEST(StackDistances, EqualASimulationAtEverySize) {
  for (uint64_t seed = 1; seed <= 10; ++seed) expect_exact_by_entries(FakeTrace(random_requests(seed, 2000, 60)));
}

TEST(StackDistances, EqualASimulationWhereEntriesAreInvalidated) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    for (const double changes : {0.02, 0.2, 0.7}) {
      expect_exact_by_entries(FakeTrace(random_requests(seed, 2000, 60, changes), sizes_for(60, seed, 50)));
    }
  }
}

TEST(StackDistances, DoNotBringBackWhatWasEvictedWhenAnEntryAboveItIsErased) {
  // At size 2, 0 has been evicted when 2 is erased; a stack that were closed would have it at distance 2 again.
  const FakeTrace trace(
      {{.key = 0}, {.key = 1}, {.key = 2}, {.key = 2, .operation = TraceOperation::erase}, {.key = 0}});
  const Replay replay = replay_of(trace);
  const LruHitsByEntries all(replay);
  EXPECT_EQ(0u, all.at(2).hits);
  EXPECT_EQ(1u, all.at(3).hits);
}

TEST(StackDistances, EqualASimulationAfterManyCompactionsOfTheirSlots) {
  const FakeTrace trace(random_requests(7, 60'000, 40, 0.1));
  const Replay replay = replay_of(trace);
  const LruHitsByEntries all(replay);
  for (const uint64_t size : std::initializer_list<uint64_t>{1, 7, 20, 33, 40}) {
    EXPECT_EQ(NaiveCache{.capacity = size}.hits(trace).hits, all.at(size).hits) << size;
  }
}

TEST(StackDistances, EqualASimulationByBytesAtEverySize) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    for (const double changes : {0.0, 0.05, 0.4}) {
      const FakeTrace trace(random_requests(seed, 800, 30, changes), sizes_for(30, seed, 60));
      const Replay replay = replay_of(trace);
      std::vector<uint64_t> sizes;
      for (uint64_t size = 63; size < 1400; size += 11) sizes.push_back(size);
      const LruHitsByBytes all(replay, sizes);
      for (const uint64_t size : sizes) {
        const SizeHits wanted = NaiveCache{.capacity = size, .by_bytes = true}.hits(trace), got = all.at(size);
        ASSERT_EQ(wanted.hits, got.hits) << "at size " << size << ", seed " << seed << ", changes " << changes;
        ASSERT_EQ(wanted.hit_bytes, got.hit_bytes) << "at size " << size;
      }
    }
  }
}

TEST(StackDistances, KnowLargeSizesInBytesToOneInAThousand) {
  const FakeTrace trace(random_requests(3, 3000, 50, 0.1), sizes_for(50, 3, 100'000));
  const Replay replay = replay_of(trace);
  const LruHitsByBytes all(replay, {});
  for (uint64_t size = 101'000; size < 3'000'000; size = size * 5 / 4) {
    const uint64_t known = all.known_size(size);
    EXPECT_LE(known, size);
    EXPECT_GE(static_cast<double>(known), static_cast<double>(size) * (1 - 1.0 / 1024));
    EXPECT_EQ(known, all.known_size(known));
    EXPECT_EQ((NaiveCache{.capacity = known, .by_bytes = true}.hits(trace).hits), all.at(known).hits);
    EXPECT_EQ(all.at(known).hits, all.at(size).hits);
  }
}

TEST(StackDistances, KnowTheSmallestSizeForSoManyHits) {
  const FakeTrace trace(random_requests(5, 2000, 60));
  const Replay replay = replay_of(trace);
  const LruHitsByEntries all(replay);
  const uint64_t size = all.size_for(1000);
  EXPECT_GE(all.at(size).hits, 1000u);
  EXPECT_LT(all.at(size - 1).hits, 1000u);
  EXPECT_EQ(0u, all.size_for(0));
  EXPECT_EQ(UINT64_MAX, all.size_for(2001));
}

}  // namespace
}  // namespace hitbench
