#include "cache/memory/window_climber.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace hitbench {
namespace {

constexpr uint64_t kCapacity = 1000;

// The share after each of so many samples, of which the n-th has the hit ratio ratio(share, n).
template <class Ratio>
std::vector<uint64_t> shares(int samples, Ratio ratio) {
  WindowClimber climber(kCapacity);
  std::vector<uint64_t> shares;
  for (int n = 0; n < samples; ++n) {
    const auto hits = static_cast<uint64_t>(ratio(static_cast<double>(climber.share()) / kCapacity, n) * 10000);
    for (uint64_t i = 0; i < 10 * kCapacity; ++i) climber.request(i < hits, kCapacity);
    shares.push_back(climber.share());
  }
  return shares;
}

TEST(WindowClimber, StandsWhileTheCacheWarmsUpAndThenGoesUp) {
  const std::vector<uint64_t> share = shares(4, [](double, int n) { return n / 10.0; });
  EXPECT_EQ(share, (std::vector<uint64_t>{10, 10, 41, 71}));
}

TEST(WindowClimber, GoesToWhereTheHitRatioIsBest) {
  for (const double best : {0.05, 0.3, 0.8}) {
    const std::vector<uint64_t> share =
        shares(300, [&](double window, int) { return 0.9 - 0.5 * std::abs(window - best); });
    EXPECT_NEAR(static_cast<double>(share.back()) / kCapacity, best, 0.05);
  }
}

TEST(WindowClimber, StaysBetweenOneAndNinetyNinePercent) {
  for (const double slope : {0.4, -0.4}) {
    const std::vector<uint64_t> share = shares(200, [&](double window, int) { return 0.5 + slope * window; });
    for (const uint64_t each : share) {
      EXPECT_GE(each, 10u);
      EXPECT_LE(each, 990u);
    }
    EXPECT_NEAR(static_cast<double>(share.back()), slope > 0 ? 990 : 10, 40);
  }
}

// For 100 samples of the one and then of the other, where five points between them start the steps anew.
TEST(WindowClimber, StartsAnewWhenTheHitRatioChanges) {
  const std::vector<uint64_t> share = shares(500, [](double window, int n) {
    return n < 250 ? 0.5 - 0.3 * std::abs(window - 0.1) : 0.8 - 0.3 * std::abs(window - 0.7);
  });
  EXPECT_NEAR(static_cast<double>(share[249]), 100, 40);
  EXPECT_NEAR(static_cast<double>(share[499]), 700, 40);
}

TEST(WindowClimber, KeepsOneEntryInACacheOfOne) {
  WindowClimber climber(1);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(climber.request(i % 3 == 0, 1));
  EXPECT_EQ(climber.share(), 1u);
}

}  // namespace
}  // namespace hitbench
