#include "judge/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "judge/expression_parser.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string value(const Result& result, const std::string& text) {
  return words_of(*parse_comparison(text, sample::names(result), "answer").left, rows_of(result));
}
std::string value(const std::string& text) { return value(sample::two_caches(), text); }

std::string parse_error(const std::string& text,
                        const std::vector<std::string>& rows = {"none/none", "cache-aside/redis"}) {
  try {
    parse_comparison(text, rows, "answer");
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    return std::string(error.what()) + " | " + error.remedy();
  }
  return "no error";
}

TEST(Expression, ComputesWithTheUsualPrecedence) {
  EXPECT_EQ(value("1 + 2 * 3"), "7");
  EXPECT_EQ(value("(1 + 2) × 3"), "9");
  EXPECT_EQ(value("10 − 4 − 3"), "3");
  EXPECT_EQ(value("12 ÷ 4 / 2"), "1.5");
  EXPECT_EQ(value("-2 * -3"), "6");
}

TEST(Expression, KeepsUnits) {
  EXPECT_EQ(value("5ms"), "5.00 ms");
  EXPECT_EQ(value("1.5µs * 2"), "3.00 µs");
  EXPECT_EQ(value("50% * 10ms"), "5.00 ms");
  EXPECT_EQ(value("10ms / 5ms"), "2");
  EXPECT_EQ(value("90%"), "90.0 %");
}

TEST(Expression, CountsAndSizesHaveTheUnitsOfScenarios) {
  EXPECT_EQ(value("2k"), "2,000");
  EXPECT_EQ(value("64MiB"), "64.0 MiB");
  EXPECT_EQ(value("5m"), "5.00 min");
}

TEST(Expression, ReadsMetricsOfRows) {
  EXPECT_EQ(value("cache-aside/redis.read.p50"), "88.0 µs");
  EXPECT_EQ(value("cache-aside/redis.read.p99.9"), "4.80 ms");
  EXPECT_EQ(value("cache-aside/redis.hit_ratio"), "91.8 %");
  EXPECT_EQ(value("none/none.origin_load.loads - cache-aside/redis.origin_load.loads"), "91,800");
  EXPECT_EQ(value("none/none.read.mean/cache-aside/redis.read.mean"), "10");
}

TEST(Expression, ReadsMetricsBehindAColonToo) {
  EXPECT_EQ(value("cache-aside/redis:read.p50"), "88.0 µs");
  EXPECT_EQ(value("none/none:read.mean/cache-aside/redis.read.mean"), "10");
  EXPECT_EQ(value("difference cache-aside/memcached:read.mean cache-aside/redis:read.mean"),
            "20 % lower (95 % interval 19 to 21 %)");
  EXPECT_THAT(parse_error("cache-aside/reddis:read.p50"), HasSubstr("'cache-aside/redis'"));
  EXPECT_THAT(parse_error("cache-aside/redis:read.q99"), HasSubstr("'read.q99'"));
}

TEST(Expression, NamesTheRowOfEachMetric) { EXPECT_THAT(parse_error("read.p50"), HasSubstr("'read.p50'")); }

TEST(Expression, TheLongestRowNameThatFitsWins) {
  Result result;
  result.runs = {sample::run("a/b", {.mean_ns = 1e6}), sample::run("a/b?app.clients=1.5", {.mean_ns = 2e6}),
                 sample::run("a/b?app.clients=1", {.mean_ns = 3e6})};
  EXPECT_EQ(value(result, "a/b?app.clients=1.5.read.mean"), "2.00 ms");
  EXPECT_EQ(value(result, "a/b?app.clients=1.read.mean"), "3.00 ms");
  EXPECT_EQ(value(result, "a/b.read.mean"), "1.00 ms");
}

TEST(Expression, DifferencesCarryTheirInterval) {
  EXPECT_EQ(value("difference cache-aside/memcached.read.mean cache-aside/redis.read.mean"),
            "20 % lower (95 % interval 19 to 21 %)");
  EXPECT_EQ(value("difference cache-aside/redis.read.p99 cache-aside/memcached.read.p99"),
            "at most 2.2 % apart, if at all");
}

TEST(Expression, ErrorsNameThePlaceAndTheNearestName) {
  EXPECT_THAT(parse_error("cache-aside/reddis.read.p50"),
              AllOf(StartsWith("answer: "), HasSubstr("'cache-aside/reddis'"), HasSubstr("'cache-aside/redis'")));
  EXPECT_THAT(parse_error("cache-aside/redis.read.q99"), HasSubstr("'read.q99'"));
  EXPECT_THAT(parse_error("cache-aside/redis.hit_ration"), HasSubstr("hit_ratio"));
  EXPECT_THAT(parse_error("1 +"), HasSubstr("at the end"));
  EXPECT_THAT(parse_error("(1"), HasSubstr("closing parenthesis"));
  EXPECT_THAT(parse_error("1 2"), HasSubstr("'2'"));
  EXPECT_THAT(parse_error("5parsecs"), HasSubstr("'5parsecs'"));
  EXPECT_THAT(parse_error("difference none/none.read.p50 cache-aside/redis.read.p99"),
              HasSubstr("one metric in two rows"));
}

TEST(Expression, TimesAreNotComparedWithBareNumbers) {
  EXPECT_THAT(parse_error("cache-aside/redis.read.p99 < 5"), HasSubstr("5ms"));
  EXPECT_THAT(parse_error("5ms * 5ms"), HasSubstr("two times"));
  EXPECT_EQ(parse_error("cache-aside/redis.read.p99 > 0"), "no error");
}

TEST(Expression, DeepNestingIsRefusedRatherThanExhaustingTheStack) {
  EXPECT_THAT(parse_error(std::string(100'000, '(')), HasSubstr("nested too deeply"));
  EXPECT_THAT(parse_error(std::string(100'000, '-')), HasSubstr("nested too deeply"));
}

TEST(Expression, WhatWasNotMeasuredSaysSoInPlace) {
  const Result result = sample::troubled();
  EXPECT_THAT(value(result, "cache-aside/libmemcached.read.mean"),
              HasSubstr("not measured (row was skipped: memcached"));
  EXPECT_EQ(value(result, "cache-aside/redis.read.p99_9"), "not measured (too few samples)");
  EXPECT_EQ(value(result, "cache-aside/memcached.read.p50"), "91.0 µs");
  EXPECT_EQ(value("1 / 0"), "not defined (division by 0)");
}

}  // namespace
}  // namespace hitbench
