#include "judge/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

TEST(Answer, IsFilledInWithWordsAndFigures) {
  Result result = sample::two_caches();
  result.answer = "p50 {cache-aside/redis.read.p50} against {cache-aside/memcached.read.p50}, {1 < 2}.";
  EXPECT_EQ(fill_answer(result), "p50 88.0 µs against 91.0 µs, yes.");
}

TEST(Answer, SaysOnceWhichOfItsRowsAreNotToBeTrusted) {
  Result result = sample::troubled();
  result.answer = "{cache-aside/memcached.read.p50}, {cache-aside/memcached.read.p50}.";
  EXPECT_THAT(fill_answer(result), testing::StartsWith("91.0 µs (invalid), 91.0 µs (invalid). (cache-aside/memcached: "
                                                       "row is invalid"));
  EXPECT_THAT(fill_answer(result), testing::Not(testing::HasSubstr("; cache-aside/memcached")));
}

TEST(Answer, SaysWhetherAConditionHolds) {
  Result result = sample::two_caches();
  result.answer =
      "{cache-aside/redis:read.mean < none/none:read.mean} {cache-aside/redis.read.p99 < "
      "cache-aside/memcached.read.p99}";
  EXPECT_EQ(fill_answer(result), "yes inconclusive");
}

TEST(Answer, WithoutBracesStaysAsItIs) {
  Result result;
  result.answer = "42";
  EXPECT_EQ(fill_answer(result), "42");
}

TEST(Answer, IsCheckedBeforeAnythingRuns) {
  const std::vector<std::string> rows{"cache-aside/redis"};
  EXPECT_NO_THROW(
      check_answer_syntax("{cache-aside/redis.read.p50}", {{"says", "cache-aside/redis.read.p50 < 1ms"}}, rows));
  EXPECT_THROW(check_answer_syntax("{cache-aside/redis.read.p50", {}, rows), Error);
  EXPECT_THROW(check_answer_syntax("{cache-aside/memory.read.p50}", {}, rows), Error);
  EXPECT_THROW(check_answer_syntax("", {{"says", "cache-aside/redis.read.p50"}}, rows), Error);
}

}  // namespace
}  // namespace hitbench
