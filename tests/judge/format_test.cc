#include "judge/format.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace hitbench {
namespace {

TEST(Format, ValuesAreWrittenWithTheirUnit) {
  EXPECT_EQ(format_value(2.4e6, unit_of("read.response.p99")), "2.40 ms");
  EXPECT_EQ(format_value(0.918, unit_of("hit_ratio")), "91.8 %");
  EXPECT_EQ(format_value(12345, unit_of("origin_load.loads")), "12,345");
  EXPECT_EQ(format_value(64.0 * 1024 * 1024, unit_of("backend.memory_bytes")), "64.0 MiB");
  EXPECT_EQ(format_value(64.0 * 1024 * 1024, unit_of("backend.rss_bytes")), "64.0 MiB");
  EXPECT_EQ(format_value(0.25, unit_of("validity.server_kept_waiting")), "25.0 %");
  EXPECT_EQ(format_value(1.523, Unit::number), "1.52");
}

// A histogram ends at an hour: what it holds there may be any longer time.
TEST(Format, TimesBeyondAHistogramAreNotToldAsItsLimit) {
  for (const char* path : {"read.p99", "write.service.p50", "modify.response.max", "observer.p99", "loaded.p50"}) {
    EXPECT_EQ(format_metric(3.6e12, path), ">60 min") << path;
    EXPECT_EQ(format_metric(3.6e12 + 1e9, path), ">60 min") << path;
    EXPECT_EQ(format_metric(3.54e12, path), "59.0 min") << path;
  }
}

TEST(Format, TimesThatNoHistogramHoldsHaveNoLimit) {
  for (const char* path : {"loading.duration", "recovery.outage", "consistency.max_staleness"}) {
    EXPECT_EQ(format_metric(4.2e12, path), "70.0 min") << path;
  }
  EXPECT_EQ(format_value(4.2e12, Unit::time), "70.0 min");
  EXPECT_EQ(format_metric(0.918, "hit_ratio"), "91.8 %");
}

TEST(Format, DifferencesAreToldInWords) {
  const auto words = [](double ratio, double low, double high) {
    return difference_words({.ratio = ratio, .interval = Interval{low, high}, .rounds = 5}, false);
  };
  EXPECT_EQ(words(0.77, 0.74, 0.80), "23 % lower (95 % interval 20 to 26 %)");
  EXPECT_EQ(words(1.05, 1.02, 1.08), "5 % higher (95 % interval 2 to 8 %)");
  EXPECT_EQ(words(3.4, 3.1, 3.72), "3.4 times as high (95 % interval 3.1 to 3.7)");
  EXPECT_EQ(words(0.99, 0.97, 1.04), "at most 4 % apart, if at all");
  EXPECT_EQ(words(1, 1, 1), "equal");
  EXPECT_EQ(words(0.0004, 0.0001, 0.001), "99.9 % lower (95 % interval 99.9 to 99.9 %)");  // nothing is 100 % lower
  EXPECT_EQ(words(0.5, 0.1, 2.1), "not comparable, the rounds scatter too widely");
}

TEST(Format, WithoutEnoughRoundsThereIsNoInterval) {
  EXPECT_EQ(difference_words({.ratio = 0.77, .interval = {}, .rounds = 1}, false), "23 % lower (1 round: no interval)");
  EXPECT_EQ(difference_words({.ratio = 0.77, .interval = {}, .rounds = 2}, false),
            "23 % lower (2 rounds: no interval)");
  EXPECT_EQ(difference_words({.ratio = 0.77, .interval = {}, .rounds = 1}, true), "23 % lower");
}

TEST(Format, AnUnknownMetricIsRefused) { EXPECT_THROW(unit_of("read.response.q99"), Error); }

TEST(Change, HasASignAndItsInterval) {
  EXPECT_EQ(format_change(0.017, Interval{-0.026, 0.056}), "+1.7 [-2.6, +5.6] %");
  EXPECT_EQ(format_change(0.238, {}), "+24 %");
  EXPECT_EQ(format_change(0, {}), "0 %");
  EXPECT_EQ(format_change(-0.00001, {}), "0 %");
  EXPECT_EQ(format_change(-0.9983, {}), "-99.8 %") << "something is left";
  EXPECT_EQ(format_change(-1, {}), "-100 %");
}

TEST(Format, ARangeIsFromTheLowestToTheHighest) {
  EXPECT_EQ(format_range({3e6, 1e6, 2e6}, format_time), "1.00 ms to 3.00 ms");
  EXPECT_EQ(format_range({1e6, 1.0001e6}, format_time), "1.00 ms");
}

TEST(Format, ZerosBehindThePointTellNothing) {
  EXPECT_EQ(without_zeros("2.00 ms"), "2 ms");
  EXPECT_EQ(without_zeros("1.50 KiB"), "1.5 KiB");
  EXPECT_EQ(without_zeros("91.0 %"), "91 %");
  EXPECT_EQ(without_zeros("100 ms"), "100 ms");
  EXPECT_EQ(without_zeros("1.0"), "1");
}

}  // namespace
}  // namespace hitbench
