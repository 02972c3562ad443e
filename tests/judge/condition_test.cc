#include "judge/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string> kConditionRows = {"none/none", "cache-aside/redis",
                                                 "direct/redis://[::1]:6379?app.clients=10"};

Condition parsed(const std::string& text) { return parse_condition(text, kConditionRows, "condition"); }

std::string condition_error(const std::string& text) {
  try {
    parsed(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    return std::string(error.what()) + " | " + error.remedy();
  }
  return "no error";
}

TEST(Condition, KnowsItsRowMetricUnitLimitAndText) {
  const Condition condition = parsed("cache-aside/redis:read.response.p99 <= 5ms");
  EXPECT_EQ(condition.text, "cache-aside/redis:read.response.p99 <= 5ms");
  EXPECT_EQ(condition.row, "cache-aside/redis");
  EXPECT_EQ(condition.metric, "read.response.p99");
  EXPECT_EQ(condition.left->unit, Unit::time);
  EXPECT_EQ(condition.op, "<=");
  EXPECT_TRUE(condition.is_upper());
  EXPECT_EQ(condition.limit, 5e6);
}

TEST(Condition, MayNameNoRow) {
  const Condition condition = parsed("hit_ratio>95%");
  EXPECT_EQ(condition.row, "");
  EXPECT_DOUBLE_EQ(condition.limit.value(), 0.95);
  EXPECT_FALSE(condition.is_upper());
}

TEST(Condition, ARowIsFollowedByAColonOrADot) {
  for (const char* text : {"none/none:read.p99<1ms", "none/none.read.p99<1ms", "none/none : read.p99 < 1ms"}) {
    EXPECT_EQ(parsed(text).row, "none/none") << text;
    EXPECT_EQ(parsed(text).metric, "read.p99") << text;
  }
  EXPECT_EQ(parsed("direct/redis://[::1]:6379?app.clients=10:throughput==1k").row, kConditionRows[2]);
}

TEST(Condition, HasTheUnitsOfItsMetric) {
  EXPECT_EQ(parsed("throughput>=1k").limit, 1000);
  EXPECT_EQ(parsed("backend.memory_bytes<64MiB").limit, 64.0 * 1024 * 1024);
  EXPECT_EQ(parsed("read.p99>0").limit, 0);
  EXPECT_EQ(parsed("read.p99 < 1.5 ms").limit, 1.5e6);
}

TEST(Condition, ComparesWithAnExpressionToo) {
  const Condition condition = parsed("read.mean < 0.1 * none/none:read.mean");
  EXPECT_FALSE(condition.limit) << "it depends on what is measured";
  EXPECT_EQ(parsed("read.mean < 2 * 5ms").limit, 1e7);
  EXPECT_THAT(condition_error("read.mean < 0.1 * none/none:hit_ratio"), HasSubstr("one is a time"));
  EXPECT_THAT(condition_error("read.mean < 0.1 * none/nine:read.mean"), HasSubstr("'none/none'"));
  EXPECT_THAT(condition_error("read.mean < 5ms < 6ms"), StartsWith("condition: "));
}

TEST(Condition, AMetricWithoutARowIsOfTheRowThatIsJudged) {
  const Result result = sample::two_caches();
  const Condition condition = parsed("read.p99 < 100 * read.p50").on("cache-aside/redis");
  EXPECT_EQ(evaluate(*condition.right, rows_of(result)).number, 8.8e6);
  EXPECT_EQ(parsed("none/none:read.p99 < read.p50").on("cache-aside/redis").right->row, "none/none");
}

TEST(Condition, ErrorsBeginWithThePlaceAndNameTheNearest) {
  EXPECT_THAT(condition_error("read.p99"), AllOf(StartsWith("condition: "), HasSubstr("<")));
  EXPECT_THAT(condition_error("read.q99<1ms"), AllOf(StartsWith("condition: "), HasSubstr("'read.q99'")));
  EXPECT_THAT(condition_error("cache-aside/reddis:read.p99<5ms"), HasSubstr("'cache-aside/redis'"));
  for (const char* share : {"throughput>5%", "throughput>95 %"}) {
    EXPECT_THAT(condition_error(share), AllOf(HasSubstr("throughput"), HasSubstr("a number")));
  }
  EXPECT_THAT(condition_error("backend.memory_bytes<5 %"), AllOf(HasSubstr("'5 %'"), HasSubstr("64MiB")));
  EXPECT_THAT(condition_error("hit_ratio>nan"), AllOf(HasSubstr("'nan'"), HasSubstr("95%"), HasSubstr("0.95")));
  EXPECT_THAT(condition_error("read.p99 > -5ms"), AllOf(HasSubstr("'-5ms'"), HasSubstr("read.p99")));
  EXPECT_THAT(condition_error("throughput>5 ms"), AllOf(HasSubstr("'5 ms'"), HasSubstr("throughput")));
}

}  // namespace
}  // namespace hitbench
