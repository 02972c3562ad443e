#include <gmock/gmock.h>

#include "tests/workload/chi_square.h"
#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

TEST(UniformKeys, DrawsEveryKeyEquallyOften) {
  const auto keys = make_uniform_keys({}, 100, {});
  EXPECT_DOUBLE_EQ(keys->probability(0), 0.01);
  EXPECT_DOUBLE_EQ(keys->probability(99), 0.01);
  EXPECT_EQ(keys->probability(100), 0);
  EXPECT_LT(chi_square(*keys, *keys, 100, 0), kCritical);
}

TEST(HotspotKeys, GivesTheHotKeysTheirShare) {
  const auto keys = make_hotspot_keys(params({{"hot_keys", int64_t{20}}, {"hot_share", 0.8}}), 1000, {});
  EXPECT_DOUBLE_EQ(keys->probability(0), 0.04);
  EXPECT_DOUBLE_EQ(keys->probability(19), 0.04);
  EXPECT_DOUBLE_EQ(keys->probability(20), 0.2 / 980);
  EXPECT_LT(chi_square(*keys, *keys, 1000, 0), kCritical);
}

TEST(HotspotKeys, HeatsOneKeyInAHundredUnlessTold) {
  const auto keys = make_hotspot_keys(params({{"hot_keys", std::monostate{}}, {"hot_share", 0.5}}), 1000, {});
  EXPECT_DOUBLE_EQ(keys->probability(9), 0.05);
  EXPECT_DOUBLE_EQ(keys->probability(10), 0.5 / 990);
  const auto one = make_hotspot_keys(params({{"hot_keys", std::monostate{}}, {"hot_share", 0.5}}), 1, {});
  EXPECT_DOUBLE_EQ(one->probability(0), 1);
}

TEST(HotspotKeys, RefusesMoreHotKeysThanKeys) {
  EXPECT_THAT(refusal([] {
                make_hotspot_keys(params({{"hot_keys", int64_t{5}}, {"hot_share", 0.8}}), 4, {});
              }),
              HasSubstr("workload.keys.hot_keys"));
}

TEST(SequentialKeys, GoRoundInOrder) {
  const auto keys = make_sequential_keys({}, 3, {});
  Rng rng(1);
  EXPECT_EQ(keys->next(rng, 0, 3), 0U);
  EXPECT_EQ(keys->next(rng, 2, 3), 2U);
  EXPECT_EQ(keys->next(rng, 3, 3), 0U);
  const auto hundred = make_sequential_keys({}, 100, {});
  EXPECT_LT(chi_square(*hundred, *hundred, 100, 0), 1e-9);
}

TEST(LatestKeys, FollowZipfsLawFromTheNewestKeyBack) {
  const auto latest = make_latest_keys(params({{"theta", 0.99}}), 100, {});
  const auto zipf = make_zipf_keys(params({{"theta", 0.99}}), 100, {});
  EXPECT_DOUBLE_EQ(latest->probability(99), zipf->probability(0));
  EXPECT_DOUBLE_EQ(latest->probability(0), zipf->probability(99));
  EXPECT_LT(chi_square(*latest, *latest, 100, 0), kCritical);
}

TEST(LatestKeys, MoveOnWithTheNewestKey) {
  const auto keys = make_latest_keys(params({{"theta", 0.99}}), 100, {});
  Rng before(1), after(1);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(keys->next(before, 0, 100) + 50, keys->next(after, 0, 150));
}

}  // namespace
}  // namespace hitbench
