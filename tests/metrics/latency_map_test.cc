#include "metrics/latency_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace hitbench {
namespace {

using testing::ElementsAre;

uint64_t sum_of(const LatencyMap& map) {
  uint64_t sum = 0;
  for (const std::vector<uint64_t>& column : map.reads)
    sum += std::accumulate(column.begin(), column.end(), uint64_t{0});
  return sum;
}

TEST(LatencyMap, CountsBySecondAndByTime) {
  SecondTails tails;
  for (int i = 0; i < 5; ++i) tails.record(0, 10);
  tails.record(0, 12);
  tails.record(2, 12);
  const LatencyMap map = latency_map_of(tails);
  EXPECT_THAT(map.begins_s, ElementsAre(0, 1, 2));
  EXPECT_THAT(map.highest_ns, ElementsAre(10, 11, 12));  // values below 64 have a bucket of their own
  EXPECT_THAT(map.reads, ElementsAre(ElementsAre(5, 0, 1), ElementsAre(0, 0, 0), ElementsAre(0, 0, 1)));
}

TEST(LatencyMap, IsBoundedAndLosesNothing) {
  SecondTails tails;
  for (size_t second = 0; second < 1000; ++second) {
    tails.record(second, 100);
    tails.record(second, static_cast<int64_t>(second + 1) * 7'000'000);
  }
  tails.record(999, 7'200'000'000'000);  // beyond an hour
  const LatencyMap map = latency_map_of(tails);
  EXPECT_LE(map.begins_s.size(), kMapColumns);
  EXPECT_LE(map.highest_ns.size(), kMapLevels);
  EXPECT_EQ(map.begins_s[1], 17);
  EXPECT_EQ(map.reads.size(), map.begins_s.size());
  EXPECT_EQ(sum_of(map), 2001u);
  EXPECT_TRUE(std::is_sorted(map.highest_ns.begin(), map.highest_ns.end()));
}

TEST(LatencyMap, OfNothingIsEmpty) { EXPECT_TRUE(latency_map_of({}).reads.empty()); }

}  // namespace
}  // namespace hitbench
