#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST(Csv, WritesLargeCountsInFull) {
  Result result = sample::two_caches();
  result.runs[1].backend.memory_bytes = 20'000'000'000'000'000;
  result.runs[1].origin_load.loads_per_expiry = 1.25;
  EXPECT_THAT(report_csv(result, {}), HasSubstr(",20000000000000000,1.25,"));
}

TEST(Csv, HasALineForWholeModifiesWhichAreCountedElsewhere) {
  Result result = sample::two_caches();
  EXPECT_THAT(report_csv(result, {}), Not(HasSubstr(",modify,")));
  RunResult& run = result.runs[1];
  run.modify.response = {.count = 40, .mean_ns = 2e6, .p50_ns = 1'900'000, .max_ns = 3'000'000};
  EXPECT_THAT(report_csv(result, {}), HasSubstr(",00ff,modify,40,2000000,1900000,,,,,3000000,,,,,"));
}

TEST(Csv, EndsInTheRecovery) {
  const std::string text = report_csv(sample::recovered(), {});
  EXPECT_THAT(text, HasSubstr(",2500000000,0,6130,,2000000000,recovered,did_not_get_worse,500000000,0,\r\n"));
  EXPECT_THAT(text, HasSubstr(",,3500000000,5990,,,not_recovered,recovered,,,\r\n"));
}

TEST(Csv, EscapesWhatTerminalsAndEditorsObey) {
  Result result;
  RunResult run = sample::run("a/redis", {});
  run.skipped = "it said \033]0;x\a and \u202egnp.exe\r\nrow 2";
  result.runs = {run};
  EXPECT_THAT(report_csv(result, {}), HasSubstr(",it said \\x1b]0;x\\x07 and \\u202egnp.exe  row 2,false,"));
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
