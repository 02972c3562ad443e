#include "judge/thresholds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/report/judged_sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string syntax_error(const std::string& threshold) {
  try {
    static_cast<void>(parse_threshold(threshold, {"none/none", "cache-aside/redis"}));
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.remedy();
  }
  return "no error";
}

TEST(Thresholds, ApplyToEveryRowButTheBaseline) {
  const auto verdicts = sample::verdicts_on(sample::two_caches(), {"read.response.p99<2405us"});
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[0].row, "cache-aside/redis");
  EXPECT_TRUE(verdicts[0].met);
  EXPECT_EQ(verdicts[0].actual, "2.40 ms");
  EXPECT_FALSE(verdicts[1].met);
  EXPECT_TRUE(verdicts[1].measured);
}

TEST(Thresholds, ApplyToTheNamedRowAloneEvenTheBaseline) {
  const auto verdicts =
      sample::verdicts_on(sample::two_caches(), {"none/none:read.p99 < 6ms", "none/none:read.p99<=6ms"});
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[0].row, "none/none");
  EXPECT_FALSE(verdicts[0].met);
  EXPECT_TRUE(verdicts[1].met);
}

TEST(Thresholds, ARowsNameMayContainColonsAndEqualSigns) {
  Result result;
  result.runs = {sample::run("direct/redis://127.0.0.1:6379?app.clients=10", {})};
  const auto verdicts = sample::verdicts_on(result, {"direct/redis://127.0.0.1:6379?app.clients=10:throughput>=1k"});
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_TRUE(verdicts[0].met);
}

TEST(Thresholds, RatiosArePercentagesOrFractions) {
  const auto verdicts = sample::verdicts_on(sample::two_caches(),
                                            {"cache-aside/redis:hit_ratio>91%", "cache-aside/redis:hit_ratio>0.92"});
  EXPECT_TRUE(verdicts[0].met);
  EXPECT_FALSE(verdicts[1].met);
  EXPECT_EQ(verdicts[1].actual, "91.8 %");
}

TEST(Thresholds, MayDependOnOtherRows) {
  const auto verdicts = sample::verdicts_on(
      sample::two_caches(),
      {"cache-aside/redis:read.mean<=0.2*none/none:read.mean", "cache-aside/redis:read.p99 < 2 * read.p50"});
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_TRUE(verdicts[0].met);
  EXPECT_THAT(verdicts[0].actual, HasSubstr(" against 0.2*none/none:read.mean = "));
  EXPECT_TRUE(verdicts[1].measured);
  EXPECT_FALSE(verdicts[1].met);
  EXPECT_EQ(verdicts[1].actual, "2.40 ms against 2 * read.p50 = 176 µs");
}

TEST(Thresholds, OnARowThatCannotBeJudgedCannotBeTold) {
  const Result result = sample::troubled();
  for (const char* other : {"cache-aside/libmemcached", "cache-aside/memcached"}) {
    const auto verdicts =
        sample::verdicts_on(result, {std::string("cache-aside/redis:read.p50<1000*") + other + ":read.p50"});
    ASSERT_EQ(verdicts.size(), 1u);
    EXPECT_FALSE(verdicts[0].measured) << other;
    EXPECT_FALSE(verdicts[0].met) << other;
    EXPECT_THAT(verdicts[0].actual, HasSubstr(std::string("; ") + other + ": row ")) << other;
  }
}

// Of a row that is invalid for its failures only they can be told.
TEST(Thresholds, OnFailuresAreJudgedWhereTooManyFailed) {
  Result result = sample::two_caches();
  result.runs.resize(2);
  RunResult& row = result.runs[1];
  row.reads.failed = 5000;
  set_failures(row);
  row.validity = {.valid = false, .reasons = {{"too-many-failed", "too many failed"}}, .only_failures = true};
  const std::vector<std::string> all = {"failed_share<4%", "failed_share<6%", "reads.failed<=5000", "hit_ratio>1%",
                                        "read.failed.p99<1h"};
  const auto verdicts = sample::verdicts_on(result, all);
  ASSERT_EQ(verdicts.size(), 5u);
  EXPECT_EQ(verdict_word(verdicts[0]), "missed");
  EXPECT_EQ(verdicts[0].actual, "5.0 %");
  EXPECT_EQ(verdict_word(verdicts[1]), "met");
  EXPECT_EQ(verdict_word(verdicts[2]), "met");
  EXPECT_EQ(verdict_word(verdicts[3]), "not determined");
  EXPECT_THAT(verdicts[3].actual, HasSubstr("row is invalid: too many failed"));
  EXPECT_EQ(verdict_word(verdicts[4]), "not determined") << "no time of a failure was kept";
  row.validity.only_failures = false;
  for (const ThresholdVerdict& verdict : sample::verdicts_on(result, all)) EXPECT_FALSE(verdict.measured);
}

TEST(Thresholds, SkippedInvalidAndUnmeasuredRowsAreNeitherMetNorMissed) {
  const Result result = sample::troubled();
  const auto verdicts = sample::verdicts_on(result, {"read.response.p99_9<1h"});
  ASSERT_EQ(verdicts.size(), 3u);
  for (const ThresholdVerdict& verdict : verdicts) {
    EXPECT_FALSE(verdict.measured) << verdict.row;
    EXPECT_FALSE(verdict.met) << verdict.row;
  }
}

TEST(Thresholds, OneThatAppliesToNothingIsNotMet) {
  Result result;
  result.runs = {sample::baseline()};
  const auto verdicts = sample::verdicts_on(result, {"read.p99<1h"});
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_FALSE(verdicts[0].measured);
}

TEST(Thresholds, MistakesNameTheNearestOrAnExample) {
  EXPECT_THAT(syntax_error("read.response.p99"), HasSubstr("<"));
  EXPECT_THAT(syntax_error("read.response.q99<5ms"), HasSubstr("'read.response.q99'"));
  EXPECT_THAT(syntax_error("cache-aside/reddis:read.p99<5ms"), HasSubstr("'cache-aside/redis'"));
  EXPECT_THAT(syntax_error("read.p99<5"), AllOf(HasSubstr("'5'"), HasSubstr("unit")));
  EXPECT_THAT(syntax_error("hit_ratio>5ms"), AllOf(HasSubstr("'5ms'"), HasSubstr("95%")));
  EXPECT_THAT(syntax_error("read.p99<"), AllOf(HasSubstr("read.p99"), HasSubstr("unit")));
  EXPECT_EQ(syntax_error("cache-aside/redis:read.p99<5ms"), "no error");
}

}  // namespace
}  // namespace hitbench
