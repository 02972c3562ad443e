#include "metrics/histogram.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace hitbench {
namespace {

// Both made by hdr-histogram-js 3.0.1 (1 ns to 3.6e12 ns, 64-bit counts; 3 digits, and 2 below).
constexpr const char* kForeign =
    "HISTFAAAAD14nJNpmSzMwMAgzsDAwMjAwMDMAAGMDAzMbgY7FjDA+EwsP+XZWP7yMz13vsA/Oz5leT3f4+2MTADw9guj";
constexpr const char* kForeignTwoDigits = "HISTFAAAACJ4nJNpmSzMwMDAxMDAwAilGSBsZjeDHQsYYHxOJgBMSgMq";

Histogram of_the_foreign_values() {
  Histogram histogram;
  for (const int64_t value : {int64_t{0}, int64_t{2048}, int64_t{2049}, int64_t{4096}, Histogram::kHighestNs}) {
    histogram.record(value);
  }
  histogram.record(1, 2);
  histogram.record(2047, 3);
  histogram.record(81234, 1000);
  histogram.record(5'000'000, 50);
  histogram.record(1'234'567'890, 7);
  return histogram;
}

void expect_the_foreign_percentiles(const Histogram& histogram) {
  EXPECT_EQ(histogram.count(), 1067u);
  EXPECT_EQ(histogram.quantile(0.000001), 0);
  EXPECT_EQ(histogram.quantile(0.5), 81'279);
  EXPECT_EQ(histogram.quantile(0.95), 5'001'215);
  EXPECT_EQ(histogram.quantile(0.99), 5'001'215);
  EXPECT_EQ(histogram.quantile(0.999), 1'235'222'527);
  EXPECT_EQ(histogram.min(), 0);
  // 3.6e12 has 42 bits, so its bucket is 2^31 wide: 1676 * 2^31 to 1677 * 2^31 - 1.
  EXPECT_EQ(histogram.max(), 3'601'330'077'695);
}

TEST(Histogram, PlacesValuesByThePublishedFormula) {
  // bucket = 64 - clz(v | 2047) - 11; index = ((bucket + 1) << 10) + (v >> bucket) - 1024, worked out by hand.
  EXPECT_EQ(Histogram::index_of(0), 0u);
  EXPECT_EQ(Histogram::index_of(1), 1u);
  EXPECT_EQ(Histogram::index_of(2047), 2047u);
  EXPECT_EQ(Histogram::index_of(2048), 2048u);  // 2 << 10, + 1024, - 1024
  EXPECT_EQ(Histogram::index_of(2049), 2048u);
  EXPECT_EQ(Histogram::index_of(2050), 2049u);
  EXPECT_EQ(Histogram::index_of(4095), 3071u);
  EXPECT_EQ(Histogram::index_of(4096), 3072u);         // 3 << 10, + 1024, - 1024
  EXPECT_EQ(Histogram::index_of(81'234), 7413u);       // bucket 6: 7 << 10, + 1269, - 1024
  EXPECT_EQ(Histogram::index_of(1'000'000), 11'169u);  // bucket 9: 10 << 10, + 1953, - 1024
}

TEST(Histogram, KnowsTheRangeThatABucketStandsFor) {
  EXPECT_EQ(Histogram::lowest_of(2047), 2047);
  EXPECT_EQ(Histogram::highest_of(2047), 2047);
  EXPECT_EQ(Histogram::lowest_of(2048), 2048);
  EXPECT_EQ(Histogram::highest_of(2048), 2049);
  EXPECT_EQ(Histogram::lowest_of(3072), 4096);
  EXPECT_EQ(Histogram::highest_of(3072), 4099);
  for (size_t i = 1; i < Histogram::kBuckets; ++i) {
    ASSERT_EQ(Histogram::lowest_of(i), Histogram::highest_of(i - 1) + 1) << i;
  }
  EXPECT_GT(Histogram::highest_of(Histogram::kBuckets - 1), Histogram::kHighestNs);
}

TEST(Histogram, AgreesWithAnotherImplementationOnPercentiles) {
  expect_the_foreign_percentiles(of_the_foreign_values());
}

TEST(Histogram, WritesWhatAnotherImplementationWrites) {
  // Deflated bytes depend on the compressor, so what lies within is compared: the same buckets, the same header.
  const std::string text = of_the_foreign_values().encode_v2();
  EXPECT_THAT(text, testing::StartsWith("HISTFAAA"));
  const Histogram foreign = Histogram::decode_v2(kForeign), own = Histogram::decode_v2(text);
  for (size_t i = 0; i < Histogram::kBuckets; ++i) ASSERT_EQ(own.count_at(i), foreign.count_at(i)) << i;
}

TEST(Histogram, ReadsWhatAnotherImplementationWrote) {
  const Histogram histogram = Histogram::decode_v2(kForeign);
  expect_the_foreign_percentiles(histogram);
  EXPECT_NEAR(histogram.mean(), 3'382'596'480.122774, 1e6);  // its own mean, of clamped middles
}

TEST(Histogram, SurvivesItsOwnEncoding) {
  Rng rng(7);
  Histogram histogram;
  for (int i = 0; i < 10'000; ++i)
    histogram.record(static_cast<int64_t>(std::exp(rng.uniform() * 28)), 1 + rng.below(300));
  const Histogram back = Histogram::decode_v2(histogram.encode_v2());
  EXPECT_EQ(back.count(), histogram.count());
  for (size_t i = 0; i < Histogram::kBuckets; ++i) ASSERT_EQ(back.count_at(i), histogram.count_at(i)) << i;
  EXPECT_NEAR(back.mean() / histogram.mean(), 1, 1e-3);
  const Histogram empty = Histogram::decode_v2(Histogram().encode_v2());
  EXPECT_EQ(empty.count(), 0u);
}

TEST(Histogram, EncodesCountsOfEverySize) {
  Histogram histogram;
  for (int bits = 0; bits < 60; ++bits) histogram.record(bits * 3, uint64_t{1} << bits);
  const Histogram back = Histogram::decode_v2(histogram.encode_v2());
  for (int bits = 0; bits < 60; ++bits) EXPECT_EQ(back.count_at(static_cast<size_t>(bits * 3)), uint64_t{1} << bits);
}

TEST(Histogram, RefusesTextThatIsNoHistogram) {
  const std::string whole = kForeign;
  EXPECT_THROW(Histogram::decode_v2(""), Error);
  EXPECT_THROW(Histogram::decode_v2("HISTFAAA"), Error);
  EXPECT_THROW(Histogram::decode_v2("not base64 at all!"), Error);
  EXPECT_THROW(Histogram::decode_v2(kForeignTwoDigits), Error);
  for (size_t length = 0; length < whole.size(); length += 5) {
    EXPECT_THROW(Histogram::decode_v2(whole.substr(0, length)), Error) << length;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    try {
      Histogram::decode_v2(damaged);  // refused, or a histogram: never anything else
    } catch (const Error& error) {
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

TEST(Histogram, ClampsAndCountsWhatLiesOutside) {
  Histogram histogram;
  histogram.record(-5);
  histogram.record(Histogram::kHighestNs + 1);
  histogram.record(Histogram::kHighestNs * 2, 3);
  histogram.record(Histogram::kHighestNs);
  EXPECT_EQ(histogram.count(), 6u);
  EXPECT_EQ(histogram.out_of_range(), 5u);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_DOUBLE_EQ(histogram.mean(), 3.6e12 * 5 / 6);
}

TEST(Histogram, SaysNothingOfNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile(0.5), 0);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.mean(), 0);
}

TEST(Histogram, TakesTheNearestRank) {
  Histogram histogram;
  for (int i = 1; i <= 10; ++i) histogram.record(i);
  EXPECT_EQ(histogram.quantile(0), 1);
  EXPECT_EQ(histogram.quantile(0.1), 1);
  EXPECT_EQ(histogram.quantile(0.11), 2);
  EXPECT_EQ(histogram.quantile(0.5), 5);
  EXPECT_EQ(histogram.quantile(0.51), 6);
  EXPECT_EQ(histogram.quantile(0.99), 10);
  EXPECT_EQ(histogram.quantile(1), 10);
}

TEST(Histogram, ErrsByAtMostAThousandth) {
  Rng rng(42);
  Histogram histogram;
  std::vector<int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<int64_t>(std::exp(rng.uniform() * 28.9)));  // 1 ns to an hour, even in the logarithm
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const int64_t value : values) sum += static_cast<double>(value);
  EXPECT_NEAR(histogram.mean() * 20'000 / sum, 1, 1e-12);
  for (int permille = 1; permille <= 1000; ++permille) {
    const auto exact = static_cast<double>(values[static_cast<size_t>(permille) * 20 - 1]);
    const auto told = static_cast<double>(histogram.quantile(permille / 1000.0));
    ASSERT_GE(told, exact * 0.999) << permille;
    ASSERT_LE(told, exact * 1.001) << permille;
  }
}

std::vector<uint64_t> buckets(const Histogram& histogram) {
  std::vector<uint64_t> counts;
  for (size_t i = 0; i < Histogram::kBuckets; ++i) counts.push_back(histogram.count_at(i));
  return counts;
}

TEST(Histogram, MergesInAnyOrder) {
  Rng rng(3);
  Histogram parts[3], whole, empty;
  for (int i = 0; i < 3000; ++i) {
    const auto value = static_cast<int64_t>(rng.below(5'000'000'000'000)) - 1000;  // some out of range
    parts[i % 3].record(value);
    whole.record(value);
  }
  Histogram left = parts[0], right = parts[1];
  left.merge(parts[1]);
  left.merge(parts[2]);
  right.merge(parts[2]);
  right.merge(parts[0]);
  right.merge(empty);
  empty.merge(whole);
  for (const Histogram* merged : {&left, &right, &empty}) {
    EXPECT_EQ(buckets(*merged), buckets(whole));
    EXPECT_EQ(merged->count(), 3000u);
    EXPECT_EQ(merged->out_of_range(), whole.out_of_range());
    EXPECT_DOUBLE_EQ(merged->mean(), whole.mean());
  }
  EXPECT_GT(whole.out_of_range(), 0u);
}

TEST(Histogram, CrossesAPipeInFewBytes) {
  Histogram histogram;
  histogram.record(100, 5);
  histogram.record(2'000'000'000, 1'000'000'000);
  histogram.record(-1);
  std::string bytes = "before";
  histogram.append_bytes(bytes);
  EXPECT_LT(bytes.size(), 60u);
  bytes += "after";
  std::string_view rest = std::string_view(bytes).substr(6);
  const Histogram back = Histogram::take_bytes(rest);
  EXPECT_EQ(rest, "after");
  EXPECT_EQ(buckets(back), buckets(histogram));
  EXPECT_EQ(back.out_of_range(), 1u);
  EXPECT_DOUBLE_EQ(back.mean(), histogram.mean());
}

// Of 32 buckets between two powers of two, 81,920 to 83,967 is one.
TEST(Histogram, CoarsenedHasAsManyValuesAtMostAThirtySecondHigher) {
  for (int64_t ns = 1; ns <= Histogram::kHighestNs; ns += 1 + ns / 7) {
    Histogram histogram;
    histogram.record(ns, 3);
    const Histogram coarse = histogram.coarsened();
    EXPECT_EQ(coarse.count(), 3u);
    EXPECT_GE(coarse.max(), ns);
    EXPECT_LE(32 * (coarse.min() - ns), ns);
  }
  Histogram histogram;
  for (const int64_t ns : {63, 81'919, 81'920, 83'967}) histogram.record(ns);
  histogram.record(Histogram::kHighestNs, 5);
  const Histogram coarse = histogram.coarsened();
  EXPECT_EQ(coarse.quantile(0.1), 63);
  EXPECT_EQ(coarse.quantile(0.2), 81'919);
  EXPECT_EQ(coarse.quantile(0.3), 83'967);
  EXPECT_EQ(coarse.quantile(0.4), 83'967);
  EXPECT_EQ(coarse.count_at(Histogram::index_of(Histogram::kHighestNs)), 5u);
  EXPECT_EQ(coarse.count(), 9u);
  EXPECT_EQ(Histogram().coarsened().count(), 0u);
}

}  // namespace
}  // namespace hitbench
