// Real traces against hits that others have counted: libCacheSim's for LRU and Belady, exactly.
#include "tests/cache/memory/traces.h"

#include <gtest/gtest.h>

#include "curve/belady.h"
#include "curve/stack_distances.h"

namespace hitbench {
namespace {

struct KnownHits {
  uint64_t entries, lru, belady;
};

class CurveTraces : public NeedsTraces {
 protected:
  static void expect_hits(const std::string& file, const std::vector<KnownHits>& known) {
    const DenseTrace& trace = trace_named(file);
    std::vector<CompactRequest> requests;
    requests.reserve(trace.requests.size());
    for (const uint32_t key : trace.requests) requests.push_back({.key = key});
    Replay replay;
    replay.requests = requests;
    replay.keys = trace.keys;
    const LruHitsByEntries lru(replay);
    const std::vector<uint32_t> uses = next_uses(replay);
    for (const KnownHits& one : known) {
      EXPECT_EQ(one.lru, lru.at(one.entries).hits) << file << ", " << one.entries << " entries";
      EXPECT_EQ(one.belady, belady(replay, uses, one.entries).hits) << file << ", " << one.entries << " entries";
    }
  }
};

TEST_F(CurveTraces, OfADatabaseHaveTheKnownHits) {
  expect_hits("OLTP.lis.zst", {{1000, 300122, 490093},
                               {2000, 388235, 552149},
                               {5000, 490443, 624076},
                               {10000, 554906, 667490},
                               {15000, 590851, 686870}});
}

TEST_F(CurveTraces, OfAnOrmHaveTheKnownHits) {
  expect_hits("orm-busy.trace.xz", {{763, 3851698, 4141226}, {7634, 4400364, 4665374}});
}

}  // namespace
}  // namespace hitbench
