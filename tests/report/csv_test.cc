#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

TEST(Csv, HasALineForEachRunAndKindOfOperation) {
  EXPECT_EQ(report_csv(sample::troubled(), {}), golden("troubled.csv"));
}

TEST(Csv, EveryLineHasAsManyFieldsAsTheHeader) {
  const std::string text = report_csv(sample::two_caches(), {});
  const size_t header = text.find("\r\n");
  const auto commas = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(header), ',');
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("\r\n", at);
    EXPECT_EQ(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                         text.begin() + static_cast<std::ptrdiff_t>(end), ','),
              commas);
    at = end + 2;
  }
}

TEST(Csv, EndsInTheRecovery) {
  const std::string text = report_csv(sample::recovered(), {});
  EXPECT_THAT(text, HasSubstr(",2500000000,3500000000,6130,\r\n"));
  EXPECT_THAT(text, HasSubstr(",,,5990,\r\n"));
}

TEST(Csv, QuotesWhatNeedsIt) {
  Result result;
  RunResult run = sample::run("a/redis", {});
  run.skipped = "no \"server\", sorry";
  result.runs = {run};
  EXPECT_THAT(report_csv(result, {}), HasSubstr(",\"no \"\"server\"\", sorry\",false,"));
}

}  // namespace
}  // namespace hitbench
