#include "cache/memory/frequency_sketch.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "base/rng.h"

namespace hitbench {
namespace {

void count(FrequencySketch& sketch, uint64_t key, int times) {
  for (int i = 0; i < times; ++i) sketch.count(key);
}

TEST(FrequencySketch, CountsUpToFifteen) {
  FrequencySketch sketch(100);
  sketch.hold(100);
  EXPECT_EQ(sketch.estimate(7), 0u);
  count(sketch, 7, 3);
  EXPECT_EQ(sketch.estimate(7), 3u);
  count(sketch, 7, 30);
  EXPECT_EQ(sketch.estimate(7), FrequencySketch::kMost);
}

// As many keys as it is for, of one to four uses: none is too low, 1 % is too high.
TEST(FrequencySketch, IsNeverTooLowAndSeldomTooHigh) {
  constexpr uint64_t kKeys = 4096;
  FrequencySketch sketch(kKeys);
  sketch.hold(kKeys);
  for (uint64_t key = 0; key < kKeys; ++key) count(sketch, key, static_cast<int>(1 + key % 4));
  uint64_t too_high = 0;
  for (uint64_t key = 0; key < kKeys; ++key) {
    EXPECT_GE(sketch.estimate(key), 1 + key % 4);
    if (sketch.estimate(key) > 1 + key % 4) ++too_high;
  }
  EXPECT_LT(too_high, kKeys / 100);
}

TEST(FrequencySketch, HalvesAllAfterTenCountsAnEntry) {
  FrequencySketch sketch(1000);
  sketch.hold(10);
  count(sketch, 1, 9);
  for (uint64_t key = 2; key < 92; ++key) sketch.count(key);
  EXPECT_EQ(sketch.estimate(1), 9u);
  sketch.count(92);
  EXPECT_EQ(sketch.estimate(1), 4u);
  EXPECT_EQ(sketch.estimate(92), 0u);
}

TEST(FrequencySketch, CountsAnewInALargerTable) {
  FrequencySketch sketch(8);
  count(sketch, 1, 5);
  sketch.hold(8);
  EXPECT_EQ(sketch.estimate(1), 5u);
  sketch.hold(9);
  EXPECT_EQ(sketch.estimate(1), 0u);
  count(sketch, 1, 2);
  EXPECT_EQ(sketch.estimate(1), 2u);
}

}  // namespace
}  // namespace hitbench
