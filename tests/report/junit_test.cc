#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/judged_sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, OfTroubledRows) {
  EXPECT_EQ(report_junit(sample::judged_and_troubled(), {}), golden("troubled.junit.xml"));
}

TEST(Junit, AFailedRowIsAnErrorAndOneThatCouldNotRunHereIsSkipped) {
  Result result = sample::two_caches();
  result.runs[1].skipped = "the server refused";
  result.runs[1].validity.valid = false;
  result.runs[2].skipped = "no server here";
  const std::string text = report_junit(result, {});
  EXPECT_THAT(text, HasSubstr("<error type=\"invalid\" message=\"row failed: the server refused\">"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"row was skipped: no server here\"/>"));
}

TEST(Junit, AThresholdThatAppliesToNothingIsAnError) {
  Result result;
  result.runs = {sample::baseline()};
  EXPECT_THAT(report_junit(sample::judged(result, {"read.p99<1h"}), {}),
              HasSubstr("<testsuite name=\"thresholds\" tests=\"1\" failures=\"0\" errors=\"1\""));
}

TEST(Junit, MayBeLimitedToRows) {
  const std::string text = report_junit(sample::judged_and_troubled(), {.rows = {"none/none"}});
  EXPECT_THAT(text, HasSubstr("name=\"none/none\""));
  EXPECT_THAT(text, Not(HasSubstr("cache-aside")));
}

TEST(Junit, NamesBecomeNoMarkup) {
  Result result;
  result.runs = {sample::run("a\"<&>\x01\xef\xbf\xbf/redis", {})};
  EXPECT_THAT(report_junit(result, {}), HasSubstr("<testsuite name=\"a&quot;&lt;&amp;&gt;\\x01\\uffff/redis\""));
}

}  // namespace
}  // namespace hitbench
