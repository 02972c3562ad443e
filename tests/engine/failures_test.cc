// Which failures a scenario asks for: seconds by hand, a hundred operations each.
#include "engine/failures.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Seconds of reads with so many hits and failures each.
std::vector<Second> seconds_of(size_t count, uint64_t hits = 90) {
  std::vector<Second> series(count);
  for (Second& second : series) second = {.operations = 100, .hits = hits, .reads = 100};
  return series;
}

void fail(std::vector<Second>& series, size_t from, size_t to, uint64_t failed, uint64_t hits = 0) {
  for (size_t i = from; i < to; ++i) {
    series[i].failed = series[i].failed_reads = failed;
    series[i].hits = hits;
  }
}

Fault killed(Duration at, Duration lasts) { return {.at = at, .action = Fault::Action::kill, .lasts = lasts}; }

TEST(Failures, WithoutAFaultOnlyThoseOfTheOriginsErrorsAreAskedFor) {
  std::vector<Second> series = seconds_of(3);
  fail(series, 0, 2, 30);
  series[1].injected = 20;
  EXPECT_EQ(failures_as_asked(series, {}, seconds(1)), 20u);
}

TEST(Failures, AFaultAnswersForThemUntilHitsAreBack) {
  std::vector<Second> series = seconds_of(20);
  fail(series, 5, 8, 100);     // the cache is away
  fail(series, 8, 11, 7, 50);  // and is filled again
  fail(series, 4, 5, 1, 89);
  fail(series, 15, 16, 3, 87);
  EXPECT_EQ(failures_as_asked(series, {killed(milliseconds(5200), seconds(3))}, milliseconds(100)), 321u);
}

TEST(Failures, HitsThatNeverReturnAreTheFaultsDoingToTheEnd) {
  std::vector<Second> series = seconds_of(20);
  fail(series, 5, 20, 10, 80);
  EXPECT_EQ(failures_as_asked(series, {killed(seconds(5), Duration{0})}, Duration{0}), 150u) << "80 are below 81";
  fail(series, 5, 20, 10, 81);
  EXPECT_EQ(failures_as_asked(series, {killed(seconds(5), Duration{0})}, Duration{0}), 10u);
}

TEST(Failures, AFaultUntilTheEndAnswersForAll) {
  std::vector<Second> series = seconds_of(8);
  fail(series, 1, 8, 10, 90);
  EXPECT_EQ(failures_as_asked(series, {killed(seconds(5), kForever)}, Duration{0}), 30u);
}

// A stopped origin costs no hits. Who asked it last has given up a timeout later.
TEST(Failures, WhatBeganInTheFaultMayFailAfterIt) {
  std::vector<Second> series = seconds_of(12);
  fail(series, 5, 12, 10, 90);
  EXPECT_EQ(failures_as_asked(series, {killed(seconds(5), seconds(2))}, seconds(1)), 40u) << "5, 6, 7 and 8";
}

TEST(Failures, WithNothingBeforeTheFaultNobodyKnowsWhatIsBack) {
  std::vector<Second> series = seconds_of(6);
  fail(series, 0, 6, 10, 90);
  EXPECT_EQ(failures_as_asked(series, {killed(milliseconds(900), seconds(1))}, Duration{0}), 60u);
}

TEST(Failures, WhereNothingHitsAnswersMustBeBack) {
  std::vector<Second> series = seconds_of(12, 0);
  fail(series, 5, 9, 11);
  fail(series, 9, 12, 9);
  EXPECT_EQ(failures_as_asked(series, {killed(seconds(5), Duration{0})}, Duration{0}), 44u);
}

TEST(Failures, EachFaultAnswersForItsOwn) {
  std::vector<Second> series = seconds_of(16);
  fail(series, 4, 5, 10);
  fail(series, 8, 9, 10, 89);
  fail(series, 12, 13, 10);
  const std::vector<Fault> faults{killed(seconds(12), Duration{0}), killed(seconds(4), Duration{0})};
  EXPECT_EQ(failures_as_asked(series, faults, Duration{0}), 20u);
}

TEST(Failures, OneOperationInAThousandMayFail) {
  RunResult result;
  result.operations = 2000;
  result.failed_operations = 2;
  EXPECT_EQ(why_too_many_failed(result), "");
  result.failed_operations = 3;
  EXPECT_EQ(why_too_many_failed(result).substr(0, 37), "3 of 2,000 operations failed: 0.15 %,");
  result.failed_operations = 1998;
  EXPECT_EQ(why_too_many_failed(result).substr(0, 40), "1,998 of 2,000 operations failed: 99.9 %") << "not 1e+02";
  result.failed_operations = 800;
  result.failed_as_asked = 798;
  EXPECT_EQ(why_too_many_failed(result), "");
  result.failed_as_asked = 700;
  EXPECT_EQ(why_too_many_failed(result).substr(0, 76),
            "100 of 2,000 operations failed, beyond the 700 that the scenario asks for: 5");
}

}  // namespace
}  // namespace hitbench
