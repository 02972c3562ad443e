#include "curve/replay.h"

#include <gtest/gtest.h>

#include "tests/curve/fake_trace.h"
#include "tests/curve/naive_cache.h"

namespace hitbench {
namespace {

TEST(Replay, TellsWhyAReadMissesInACacheOfUnlimitedSize) {
  const FakeTrace trace({{.key = 0, .time = 0},
                         {.key = 0, .time = 9},
                         {.key = 0, .time = 10},
                         {.key = 1, .time = 10},
                         {.key = 1, .operation = TraceOperation::write, .time = 11},
                         {.key = 1, .time = 12},
                         {.key = 2, .time = 12, .absent = true},
                         {.key = 1, .operation = TraceOperation::fill, .time = 13}});
  const Ceiling ceiling = ceiling_of(replay_of(trace), 10);
  EXPECT_EQ(6u, ceiling.reads);
  EXPECT_EQ(1u, ceiling.hits);
  EXPECT_EQ(2u, ceiling.first);
  EXPECT_EQ(1u, ceiling.expired);
  EXPECT_EQ(1u, ceiling.invalidated);
  EXPECT_EQ(1u, ceiling.absent);
  EXPECT_EQ(2u, ceiling.entries);
}

TEST(Replay, CountsEveryReadOnceAndAgreesWithACacheThatNeverEvicts) {
  const FakeTrace trace(random_requests(3, 3000, 50, 0.3));
  for (const std::optional<uint64_t> ttl : {std::optional<uint64_t>(), std::optional<uint64_t>(20)}) {
    const Ceiling ceiling = ceiling_of(replay_of(trace), ttl);
    EXPECT_EQ(ceiling.reads, ceiling.hits + ceiling.first + ceiling.expired + ceiling.invalidated + ceiling.absent);
    NaiveCache cache{.capacity = 50, .by_bytes = false, .ttl = {}};
    if (ttl) cache.ttl = static_cast<uint32_t>(*ttl);
    EXPECT_EQ(cache.hits(trace).hits, ceiling.hits);
  }
}

TEST(Replay, GivesKeysOfUnknownSizeTheMeanOfTheOthers) {
  const FakeTrace trace({{.key = 0}, {.key = 1}, {.key = 2}, {.key = 3, .absent = true}}, {10, 20});
  const Replay replay = replay_of(trace);
  EXPECT_EQ((std::vector<uint32_t>{13, 23, 18, 18}), replay.sizes.bytes);
  EXPECT_EQ(1u, replay.sizes.unknown);
  EXPECT_FALSE(replay.sizes.equal);
}

TEST(Replay, KnowsNoSizesWhereTheTraceHasNone) {
  const FakeTrace trace(std::vector<uint32_t>{0, 1, 0});
  EXPECT_TRUE(replay_of(trace).sizes.bytes.empty());
  EXPECT_TRUE(replay_of(trace).sizes.equal);
}

TEST(Replay, RoundsATtlUpToTheTracesUnit) {
  EXPECT_EQ(60u, ttl_ticks(std::chrono::minutes(1), std::chrono::seconds(1)));
  EXPECT_EQ(1u, ttl_ticks(std::chrono::milliseconds(1), std::chrono::seconds(1)));
}

TEST(Replay, ErasesEntriesWhereTheTracesLastSetSaysThatTheyEnd) {
  const FakeTrace trace({{.key = 0, .operation = TraceOperation::fill, .time = 0, .ttl = 5},
                         {.key = 0, .operation = TraceOperation::write, .time = 3, .ttl = 4},
                         {.key = 0, .time = 6},
                         {.key = 0, .time = 7},
                         {.key = 0, .operation = TraceOperation::fill, .time = 8},
                         {.key = 0, .time = 100}});
  const std::vector<CompactRequest> all = with_expiries(trace);
  ASSERT_EQ(7u, all.size());
  EXPECT_EQ(TraceOperation::erase, all[3].operation());
  EXPECT_EQ(7u, all[3].time);
}

}  // namespace
}  // namespace hitbench
