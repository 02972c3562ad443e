#include "metrics/second_tails.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hitbench {
namespace {

std::string bytes_of(const SecondTails& tails) {
  std::string bytes;
  tails.append_bytes(bytes);
  return bytes;
}

TEST(SecondTails, KeepsEverySecondApart) {
  SecondTails tails;
  for (int i = 0; i < 100; ++i) tails.record(0, 50);
  for (int i = 0; i < 7; ++i) tails.record(2, 1'000'000);
  tails.record(0, 60);  // a late one
  tails.record(2, 20);
  ASSERT_EQ(tails.size(), 3u);
  EXPECT_EQ(tails.at(0).count(), 101u);
  EXPECT_EQ(tails.at(0).quantile(0.99), 50);
  EXPECT_EQ(tails.at(0).quantile(1), 60);
  EXPECT_EQ(tails.at(1).count(), 0u);
  EXPECT_EQ(tails.at(2).count(), 8u);
  EXPECT_NEAR(static_cast<double>(tails.at(2).quantile(1)), 1e6, 0.032 * 1e6);
  EXPECT_EQ(tails.at(2).quantile(0.1), 20);
  EXPECT_EQ(tails.at(3).count(), 0u);
}

TEST(SecondTails, OfSeveralProcessesAndRoundsAreThoseOfOne) {
  std::mt19937_64 random(1);
  SecondTails whole;
  std::vector<SecondTails> parts(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto ns = static_cast<int64_t>(random() % 5'000'000);
    whole.record(static_cast<size_t>(i / 4000), ns);
    parts[random() % parts.size()].record(static_cast<size_t>(i / 4000), ns);
  }
  SecondTails merged;
  for (const SecondTails& part : parts) {
    const std::string bytes = bytes_of(part);
    std::string_view left = bytes;
    merged.merge(SecondTails::take_bytes(left));
    EXPECT_TRUE(left.empty());
  }
  EXPECT_EQ(merged.size(), 5u);
  EXPECT_EQ(bytes_of(merged), bytes_of(whole));
  merged.merge(SecondTails{});
  EXPECT_EQ(bytes_of(merged), bytes_of(whole));
}

// Half of all between 200 and 400 us, and a long tail: what a busy server shows.
TEST(SecondTails, AnHourTakesLessThanTwoMebibytes) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> latency(std::log(280e3), 0.5);
  SecondTails tails;
  for (size_t second = 0; second < 3600; ++second) {
    for (int i = 0; i < 2000; ++i) tails.record(second, static_cast<int64_t>(latency(random)));
  }
  const size_t strings = 3600 * sizeof(std::string);
  EXPECT_LT(bytes_of(tails).size() + strings, size_t{2} << 20);
  EXPECT_GT(bytes_of(tails).size(), 3600u * 100) << "there is something in it";
}

TEST(CoarseHistogram, BucketsAreAtMostAThirtySecondWide) {
  for (int64_t ns = 1; ns < Histogram::kHighestNs; ns += 1 + ns / 7) {
    const int64_t highest = CoarseHistogram::highest_of(CoarseHistogram::index_of(ns));
    EXPECT_GE(highest, ns);
    EXPECT_LE(32 * (highest - ns), ns);
    EXPECT_EQ(CoarseHistogram::index_of(highest), CoarseHistogram::index_of(ns));
    EXPECT_EQ(CoarseHistogram::index_of(highest + 1), CoarseHistogram::index_of(ns) + 1);
  }
}

TEST(CoarseHistogram, PutsWhatIsBeyondAnHourIntoItsLastBucket) {
  CoarseHistogram histogram;
  histogram.record(2 * Histogram::kHighestNs);
  EXPECT_EQ(histogram.count(), 1u);
  EXPECT_GE(histogram.quantile(1), Histogram::kHighestNs);
}

}  // namespace
}  // namespace hitbench
