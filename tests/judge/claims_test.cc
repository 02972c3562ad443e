#include "judge/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

ClaimResult judged_claim(const Result& result, const std::string& text) {
  return judge_claim(parse_claim(text, sample::names(result), "claim"), rows_of(result));
}

TEST(Claim, HoldsOrFailsWhenTheIntervalOverRoundsAgrees) {
  const Result result = sample::two_caches();
  EXPECT_EQ(judged_claim(result, "cache-aside/redis.read.mean <= 0.2 * none/none.read.mean").verdict,
            ClaimVerdict::holds);
  EXPECT_EQ(judged_claim(result, "cache-aside/redis.read.mean >= cache-aside/memcached.read.mean").verdict,
            ClaimVerdict::fails);
}

TEST(Claim, CannotBeToldWhereTheRoundsDisagree) {
  const ClaimResult claimed =
      judged_claim(sample::two_caches(), "cache-aside/redis.read.p99 < cache-aside/memcached.read.p99");
  EXPECT_EQ(claimed.verdict, ClaimVerdict::inconclusive);
  EXPECT_EQ(claimed.why,
            "cache-aside/redis.read.p99 = 2.40 ms against cache-aside/memcached.read.p99 = 2.41 ms; the rounds do not "
            "agree (95 % interval)");
}

TEST(Claim, OneRoundOfRealTimeCannotTellButVirtualTimeCan) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.rounds.resize(1);
  const std::string claim = "cache-aside/redis.read.mean < none/none.read.mean";
  EXPECT_EQ(judged_claim(result, claim).verdict, ClaimVerdict::not_determined);
  EXPECT_THAT(judged_claim(result, claim).why, HasSubstr("1 round: no interval"));
  for (RunResult& run : result.runs) run.clock = "virtual";
  EXPECT_EQ(judged_claim(result, claim).verdict, ClaimVerdict::holds);
}

TEST(Claim, CountsWithoutRoundsAreFacts) {
  const Result result = sample::troubled();
  EXPECT_EQ(judged_claim(result, "cache-aside/redis.consistency.lost_writes == 0").verdict, ClaimVerdict::fails);
  EXPECT_EQ(judged_claim(result, "cache-aside/redis.consistency.stuck_keys == 0").verdict, ClaimVerdict::holds);
}

TEST(Claim, CannotBeToldOfSkippedOrInvalidRows) {
  const Result result = sample::troubled();
  EXPECT_EQ(judged_claim(result, "cache-aside/libmemcached.read.mean < 1ms").verdict, ClaimVerdict::not_determined);
  EXPECT_EQ(judged_claim(result, "cache-aside/memcached.read.mean < 1h").verdict, ClaimVerdict::not_determined);
}

TEST(Claim, IsReadWithAColonToo) {
  const Result result = sample::two_caches();
  EXPECT_EQ(judged_claim(result, "cache-aside/redis:read.mean <= 0.2 * none/none:read.mean").verdict,
            ClaimVerdict::holds);
  EXPECT_EQ(judged_claim(result, "cache-aside/redis:throughput >= 1k").verdict,
            judged_claim(result, "cache-aside/redis.throughput >= 1000").verdict);
}

TEST(Claims, AreJudgedInTheirOrder) {
  const std::vector<ClaimResult> claims = judge_claims(sample::troubled());
  ASSERT_EQ(claims.size(), 3u);
  EXPECT_EQ(claims[0].verdict, ClaimVerdict::holds);
  EXPECT_EQ(claims[1].verdict, ClaimVerdict::fails);
  EXPECT_EQ(claims[2].verdict, ClaimVerdict::not_determined);
  EXPECT_EQ(claims[1].why, "cache-aside/redis.read.p99 = 2.40 ms against 1.00 ms");
}

}  // namespace
}  // namespace hitbench
