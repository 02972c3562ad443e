// What the memory cache does about entries that have expired and that nobody asks for.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/cache/memory/memory_fixture.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

struct Inflow {
  Duration every, ttl;
};

class MemorySwept : public Memory, public testing::WithParamInterface<Inflow> {};

// Of keys that come once and are never asked for, those that are alive are rate times TTL; the rest has gone, but for a
// part that the sweep has not come to yet.
TEST_P(MemorySwept, HoldsLittleMoreThanWhatIsAlive) {
  const Duration every = GetParam().every, ttl = GetParam().ttl;
  open(memory_params({{"entries", int64_t{1'000'000}}, {"latency", Duration(0)}}));
  const auto alive = static_cast<uint64_t>(ttl / every);
  uint64_t most = 0;
  run([&] {
    for (uint64_t i = 0; i < 12 * alive; ++i) {
      set(key_text(i), "a value", ttl);
      const uint64_t entries = cache->usage()->entries;
      if (i >= 4 * alive) {
        most = std::max(most, entries);
        ASSERT_GE(entries, alive) << i;
      }
      loop->sleep_until(loop->now() + every);
    }
  });
  EXPECT_LE(most, alive + alive / 5 + 20);
  EXPECT_EQ(cache->usage()->evictions, 0u);
}

INSTANTIATE_TEST_SUITE_P(, MemorySwept,
                         testing::Values(Inflow{10us, 100ms}, Inflow{100us, 20ms}, Inflow{1ms, 2s}, Inflow{100ms, 2s},
                                         Inflow{20us, 1s}),
                         [](const auto& tested) { return "Every" + std::to_string(tested.param.every / 1us) + "us"; });

// Hits alone sweep, too; what does not expire stays.
TEST_F(Memory, IsSweptByHitsOfWhatCanExpire) {
  open(memory_params({{"latency", Duration(1us)}}));
  run([&] {
    for (uint64_t i = 0; i < 5000; ++i) set(key_text(i), "v", 1ms);
    for (uint64_t i = 5000; i < 6000; ++i) set(key_text(i), "v");
    set("read", "v", 1h);
    loop->sleep_until(loop->now() + 10ms);
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(hits("read"));
    }
    EXPECT_EQ(cache->usage()->entries, 1001u);
    EXPECT_TRUE(hits(key_text(5000)));
  });
}

TEST_F(Memory, TellsWhatWasSweptAwayFromWhatWasEvicted) {
  open(memory_params({{"entries", int64_t{100}}, {"latency", Duration(1us)}}));
  const auto remains = [&](uint64_t id) {
    EXPECT_FALSE(hits(key_text(id)));
    return call.remains;
  };
  run([&] {
    for (uint64_t i = 0; i < 150; ++i) set(key_text(i), "v", 1s);  // evicts the first fifty
    loop->sleep_until(loop->now() + 2s);
    for (int i = 0; i < 200; ++i) set("other", "v", 1h);
    EXPECT_EQ(cache->usage()->entries, 1u);
    EXPECT_EQ(remains(10), Remains::nothing);
    EXPECT_EQ(remains(120), Remains::expired);
    set(key_text(120), "v", 1h);
    cache->erase({0, key_text(120)}, call);
    EXPECT_EQ(remains(120), Remains::nothing);
  });
}

}  // namespace
}  // namespace hitbench
