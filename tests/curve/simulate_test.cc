#include "curve/simulate.h"

#include <gtest/gtest.h>

#include "tests/curve/fake_trace.h"
#include "tests/curve/naive_cache.h"

namespace hitbench {
namespace {

SizeHits simulated(const FakeTrace& trace, const SimulatedCache& cache) {
  const Replay replay = replay_of(trace);
  NaiveLru policy({.capacity = cache.capacity, .nodes = replay.keys});
  return simulate(replay, cache, policy);
}

TEST(Simulate, CountsWhatANaiveCacheCounts) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const double changes : {0.0, 0.2}) {
      const FakeTrace trace(random_requests(seed, 2000, 60, changes));
      for (const uint64_t size : std::initializer_list<uint64_t>{1, 5, 30, 60, 100}) {
        EXPECT_EQ(NaiveCache{.capacity = size}.hits(trace).hits, simulated(trace, {.capacity = size, .ttl = {}}).hits);
      }
    }
  }
}

TEST(Simulate, LetsEntriesEndWhenTheirTimeHasPassedSinceTheFill) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const double changes : {0.0, 0.2}) {
      const FakeTrace trace(random_requests(seed, 2000, 60, changes));
      for (const uint32_t ttl : {1u, 10u, 100u, 5000u}) {
        for (const uint64_t size : std::initializer_list<uint64_t>{1, 5, 30, 60}) {
          EXPECT_EQ((NaiveCache{.capacity = size, .by_bytes = false, .ttl = ttl}.hits(trace).hits),
                    simulated(trace, {.capacity = size, .ttl = ttl}).hits)
              << "ttl " << ttl << ", size " << size;
        }
      }
    }
  }
}

TEST(Simulate, CountsBytesAndLeavesOutWhatIsLargerThanTheCache) {
  std::vector<uint32_t> sizes;
  for (uint32_t key = 0; key < 40; ++key) sizes.push_back(key * 3);
  const FakeTrace trace(random_requests(4, 3000, 40, 0.1), sizes);
  for (const uint64_t size : std::initializer_list<uint64_t>{20, 60, 500, 3000}) {
    const SizeHits wanted = NaiveCache{.capacity = size, .by_bytes = true}.hits(trace);
    const SizeHits got = simulated(trace, {.capacity = size, .by_bytes = true, .ttl = {}});
    EXPECT_EQ(wanted.hits, got.hits) << size;
    EXPECT_EQ(wanted.hit_bytes, got.hit_bytes) << size;
  }
}

TEST(Simulate, NeverStoresARowThatDoesNotExist) {
  const FakeTrace trace({{.key = 0, .absent = true}, {.key = 0, .absent = true}, {.key = 0}, {.key = 0}});
  EXPECT_EQ(1u, simulated(trace, {.capacity = 10, .ttl = {}}).hits);
}

}  // namespace
}  // namespace hitbench
