#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/judged_sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(GitHub, OfTroubledRows) {
  EXPECT_EQ(report_github(sample::judged_and_troubled(), {}), golden("troubled.github.txt"));
}

TEST(GitHub, SaysNothingOfAResultInWhichNothingIsToBeSaid) { EXPECT_EQ(report_github(sample::two_caches(), {}), ""); }

TEST(GitHub, TextIsNoCommand) {
  Result result = sample::two_caches();
  result.answer = "100 %\n::error::gotcha";
  EXPECT_EQ(report_github(result, {}), "::notice title=hitbench%3A answer::100 %25 ::error::gotcha\n");
}

TEST(GitHub, CountsWhatGitHubWouldDropSilently) {
  const Result result = sample::judged(sample::two_caches(), std::vector<std::string>(6, "read.p99<1ms"));
  const std::string text = report_github(result, {});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, HasSubstr("::and 3 more\n"));
  EXPECT_THAT(text, StartsWith("::error title=hitbench%3A threshold MISSED::read.p99<1ms on cache-aside/redis: "));
}

}  // namespace
}  // namespace hitbench
