#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/findings.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<Finding> conclusions(const Result& result) {
  return conclusions_of(groups_of(selected_runs(result, {})), rows_of(result));
}

Finding conclusion(const Result& result) {
  const std::vector<Finding> all = conclusions(result);
  return all.size() == 1 ? all.front() : Finding{.id = "not one", .word = "", .text = ""};
}

// The mean of a row and of its rounds, times this.
void slow_down(RunResult& run, double times) {
  *run.read.response.mean_ns *= times;
  for (RoundResult& round : run.rounds) round.latency_ns["read.response.mean"] *= times;
}

// Means of 2 ms without a cache, 200 and 250 µs with one.
TEST(Conclusion, NamesTheBestCacheAndHowManyTimesQuickerItIs) {
  const Finding found = conclusion(sample::two_caches());
  EXPECT_EQ(found.id, "cache");
  EXPECT_THAT(found.text,
              AllOf(StartsWith("cache-aside/redis is fastest, mean 200 µs, 10 times quicker than "),
                    HasSubstr("(2.00 ms)"), HasSubstr("p99 2.40 ms (6.00 ms without)"), Not(HasSubstr("memcached"))));
}

TEST(Conclusion, WhereEveryCacheIsSlowerThanNoneItSaysNotToCache) {
  Result result = sample::two_caches();
  slow_down(result.runs[0], 0.05);  // 100 µs
  const Finding found = conclusion(result);
  EXPECT_EQ(found.id, "do-not-cache");
  EXPECT_THAT(found.text, AllOf(HasSubstr("cache-aside/redis"), HasSubstr("200 µs"), HasSubstr("2 times as long as"),
                                HasSubstr("(100 µs)"), Not(HasSubstr("fastest"))));
}

// Its mean is as long as the run.
TEST(Conclusion, NothingIsSoManyTimesQuickerThanAnOverloadedOrigin) {
  Result result = sample::two_caches();
  result.runs[0].validity.overloaded = true;
  result.runs[0].validity.offered_ops_s = 2000;
  EXPECT_EQ(conclusion(result).id, "cache");
  EXPECT_EQ(
      conclusion(result).text,
      "cache-aside/redis is fastest and keeps up with 2,000/s (mean 200 µs); without a cache the queue grows; p99 "
      "2.40 ms");
  slow_down(result.runs[2], 0.8);
  EXPECT_EQ(conclusion(result).text,
            "cache-aside/redis, cache-aside/memcached keep up with 2,000/s, at most 1.8 % apart, if at all (means 200 "
            "µs, 200 µs); without a cache the queue grows");
  result.runs[2].validity.overloaded = true;
  EXPECT_EQ(
      conclusion(result).text,
      "cache-aside/redis keeps up with 2,000/s (mean 200 µs); without a cache the queue grows; overloaded as well: "
      "cache-aside/memcached; p99 2.40 ms");
}

// In an open loop as many reads come with a cache as without: 10,000 and 820 loads/s.
TEST(Conclusion, SaysWhatIsTakenOffTheOrigin) {
  Result result = sample::two_caches();
  EXPECT_THAT(conclusion(result).text, Not(HasSubstr("loads")));
  for (RunResult& run : result.runs) run.loop = "open";
  EXPECT_THAT(conclusion(result).text, HasSubstr("; the origin has 91.8 % fewer loads (820/s, 10,000/s without); "));
}

TEST(Conclusion, SaysThatTheHitRatioWasStillToChange) {
  for (const bool pays : {true, false}) {
    for (const std::string id : {"first-misses", "not-steady", "hit-ratio-moved"}) {
      Result result = sample::two_caches();
      if (!pays) slow_down(result.runs[0], 0.05);
      EXPECT_THAT(conclusion(result).text, Not(HasSubstr("still to change")));
      result.runs[1].validity.warnings = {{"first-misses", "of keys that nobody had asked for"}};
      result.runs[1].validity.warnings[0].id = id;
      EXPECT_THAT(conclusion(result).text, HasSubstr("the hit ratio of cache-aside/redis was still to change")) << id;
    }
  }
}

// The rare misses of a cache can outweigh what it costs most reads.
TEST(Conclusion, SaysWhereMostReadsAreSlowerThanWithoutACache) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) {
    run.rounds.clear();
    run.clock = "virtual";
  }
  result.runs[0].read.response.p50_ns = 80'000;
  result.runs[0].read.response.p99_ns = 90'000;
  EXPECT_THAT(conclusion(result).text,
              HasSubstr("; at p50 and p99 none/none is best: 80.0 µs and 90.0 µs against 88.0 µs and 2.40 ms"));
  result.runs[2].read.response.p50_ns = 70'000;  // of the third row
  EXPECT_THAT(conclusion(result).text, HasSubstr("; at p99 none/none is best: 90.0 µs against 2.40 ms"));
}

TEST(Conclusion, ACacheThatIsSlowerThanNoneIsNamedThoughAnotherPays) {
  Result result = sample::two_caches();
  slow_down(result.runs[2], 10);  // 2.5 ms
  EXPECT_THAT(conclusion(result).text, HasSubstr("slower than no cache: cache-aside/memcached"));
}

TEST(Conclusion, ATieIsSaidOnceAndBounded) {
  Result result = sample::two_caches();
  slow_down(result.runs[2], 0.8);
  const Finding found = conclusion(result);
  EXPECT_EQ(found.id, "cache");
  EXPECT_THAT(
      found.text,
      StartsWith("cache-aside/redis, cache-aside/memcached: at most 1.8 % apart, if at all (means 200 µs, 200 µs)"));
}

TEST(Conclusion, IsUndecidedWhereTheRoundsDisagreeWithNoCache) {
  Result result = sample::two_caches();
  result.runs.resize(2);
  slow_down(result.runs[1], 10);  // as slow as without
  result.runs[1].rounds[0].latency_ns["read.response.mean"] *= 1.3;
  const Finding found = conclusion(result);
  EXPECT_EQ(found.id, "worth-open");
  EXPECT_THAT(found.text, HasSubstr("apart, if at all"));
}

TEST(Conclusion, AHundredthIsNoDifferenceEvenInVirtualTime) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) {
    run.clock = "virtual";
    run.rounds.clear();
  }
  result.runs[1].read.response.mean_ns = result.runs[2].read.response.mean_ns = 2.015e6;  // against 2 ms
  EXPECT_EQ(conclusion(result).id, "makes-no-difference");
  result.runs[1].read.response.mean_ns = result.runs[2].read.response.mean_ns = 2.05e6;
  EXPECT_EQ(conclusion(result).id, "do-not-cache");
}

TEST(Conclusion, SaysWhereHardlyAnyReadHit) {
  Result result = sample::two_caches();
  slow_down(result.runs[0], 0.05);
  EXPECT_THAT(conclusion(result).text, Not(HasSubstr("hit")));
  result.runs[1].hit_ratio = 0.005;
  EXPECT_THAT(conclusion(result).text, HasSubstr("; in this run only 0.5 % of its reads hit"));
  slow_down(result.runs[0], 20);
  slow_down(result.runs[1], 10);
  slow_down(result.runs[2], 10);
  EXPECT_THAT(conclusion(result).text, HasSubstr("only 0.5 %")) << conclusion(result).id;
}

TEST(Conclusion, ATimeOfZeroHasNoRatio) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.rounds.clear();
  result.runs[1].read.response.mean_ns = result.runs[2].read.response.mean_ns = 0;
  EXPECT_THAT(conclusion(result).text, AllOf(Not(HasSubstr("inf")), Not(HasSubstr("nan"))));
  result.runs.erase(result.runs.begin());
  EXPECT_EQ(conclusion(result).id, "no-difference");
  result.runs[1].read.response.mean_ns = 5;
  EXPECT_THAT(conclusion(result).text, AllOf(HasSubstr("cache-aside/redis"), Not(HasSubstr("inf"))));
}

TEST(Conclusion, NoP99ThatIsTheMachinesWins) {
  Result result = sample::two_caches();
  result.runs[2].read.response.p99_ns = 1'200'000;
  for (RoundResult& round : result.runs[2].rounds) round.latency_ns["read.response.p99"] *= 1.2 / 2.41;
  result.runs[2].validity.machine_percentiles = {"read.response.p99"};
  EXPECT_THAT(conclusion(result).text, Not(HasSubstr("at p99")));
}

TEST(Conclusion, WithoutARowWithoutACacheItIsAboutWhichOne) {
  Result result = sample::two_caches();
  result.runs.erase(result.runs.begin());
  const Finding found = conclusion(result);
  EXPECT_EQ(found.id, "fastest-row");
  EXPECT_THAT(found.text, AllOf(StartsWith("cache-aside/redis is fastest, mean 200 µs, 20 % quicker than "),
                                HasSubstr("cache-aside/memcached (250 µs)")));
}

TEST(Conclusion, IsNeverAboutAnInvalidRow) {
  Result result = sample::two_caches();
  result.runs[1].validity.valid = false;
  EXPECT_THAT(conclusion(result).text, StartsWith("cache-aside/memcached"));
  result.runs[2].validity.valid = false;
  EXPECT_EQ(conclusion(result).id, "no-answer");
}

TEST(Conclusion, TellsWhichRowIsBestAtP99AndWhatTheBestCosts) {
  Result result = sample::two_caches();
  RunResult& other = result.runs[2];
  other.read.response.p99_ns = 1'200'000;
  for (RoundResult& round : other.rounds) round.latency_ns["read.response.p99"] *= 1.2 / 2.41;
  result.runs[1].backend.memory_bytes = uint64_t{3} << 20;
  result.runs[1].consistency.stale_reads = 1000;  // of 100,000
  EXPECT_THAT(conclusion(result).text, AllOf(HasSubstr("at p99 cache-aside/memcached is best: 1.20 ms against 2.40 ms"),
                                             HasSubstr("takes 3.00 MiB of memory and 1.0 % of its reads were stale")));
  result.runs[1].backend.memory_bytes = 0;  // writes alone cache nothing
  EXPECT_THAT(conclusion(result).text, Not(HasSubstr("memory")));
}

TEST(Conclusion, OfAFewGroupsEachHasItsOwnAndOfManyWhatIsAlikeIsSaidOnce) {
  EXPECT_EQ(conclusions(sample::swept()).size(), 4u);
  EXPECT_THAT(conclusions(sample::swept()).front().text, StartsWith("origin sqlite, app.clients=10: "));
  Result result = sample::swept();
  for (RunResult run : sample::swept().runs) {
    if (!run.sweep || *run.sweep != "app.clients=10" || !run.has_origin()) continue;
    run.sweep = "app.clients=1000";
    run.name.replace(run.name.find('?'), std::string::npos, "?app.clients=1000");
    result.runs.push_back(run);
  }
  const std::vector<Finding> found = conclusions(result);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found.front().text, StartsWith("at 6 of 6 points; the first: origin sqlite, app.clients=10: "));
}

}  // namespace
}  // namespace hitbench
