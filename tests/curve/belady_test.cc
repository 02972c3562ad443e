#include "curve/belady.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/curve/fake_trace.h"
#include "tests/curve/naive_cache.h"

namespace hitbench {
namespace {

// The most hits that any choice of victims leads to, by trying all.
uint64_t most_hits(std::span<const CompactRequest> requests, size_t capacity, std::set<uint32_t> held = {}) {
  if (requests.empty()) return 0;
  const CompactRequest& request = requests.front();
  const auto rest = requests.subspan(1);
  switch (step_of(request)) {
    case ReplayStep::nothing:
      return most_hits(rest, capacity, held);
    case ReplayStep::absent:
    case ReplayStep::invalidate:
      held.erase(request.key);
      return most_hits(rest, capacity, held);
    case ReplayStep::read:
      break;
  }
  if (held.contains(request.key)) return 1 + most_hits(rest, capacity, held);
  std::set<uint32_t> with = held;
  with.insert(request.key);
  if (with.size() <= capacity) return most_hits(rest, capacity, with);
  uint64_t most = 0;
  for (const uint32_t victim : held) {
    std::set<uint32_t> after = with;
    after.erase(victim);
    most = std::max(most, most_hits(rest, capacity, after));
  }
  return most;
}

uint64_t belady_hits(const FakeTrace& trace, uint64_t size) {
  const Replay replay = replay_of(trace);
  return belady(replay, next_uses(replay), size).hits;
}

TEST(Belady, HasTheMostHitsThatAnyChoiceOfVictimsLeadsTo) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const FakeTrace trace(random_requests(seed, 14, 6, seed % 2 == 0 ? 0.25 : 0));
    for (uint64_t size = 1; size <= 4; ++size) {
      EXPECT_EQ(most_hits(trace.requests(), size), belady_hits(trace, size)) << "seed " << seed << ", size " << size;
    }
  }
}

TEST(Belady, IsNeverBelowLru) {
  const FakeTrace trace(random_requests(1, 3000, 80, 0.1));
  const Replay replay = replay_of(trace);
  const LruHitsByEntries lru(replay);
  for (uint64_t size = 0; size <= 80; ++size) EXPECT_GE(belady_hits(trace, size), lru.at(size).hits) << size;
}

TEST(Belady, ReachesTheCeilingWhereNothingIsEvicted) {
  const FakeTrace trace(random_requests(2, 3000, 80, 0.3));
  const Replay replay = replay_of(trace);
  EXPECT_EQ(ceiling_of(replay, std::nullopt).hits, belady_hits(trace, 80));
}

}  // namespace
}  // namespace hitbench
