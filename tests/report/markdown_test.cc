#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

TEST(Markdown, OfTroubledRows) { EXPECT_EQ(report_markdown(sample::troubled(), {}), golden("troubled.md")); }

TEST(Markdown, StartsWithTheMarkerThatWorkflowsLookFor) {
  EXPECT_THAT(report_markdown({}, {}), testing::StartsWith("<!-- hitbench -->\n"));
}

TEST(Markdown, NamesBecomeNoMarkup) {
  Result result;
  result.runs = {sample::run("a|<b>/redis", {})};
  EXPECT_THAT(report_markdown(result, {}), testing::HasSubstr("| a\\|\\<b\\>/redis |"));
}

}  // namespace
}  // namespace hitbench
