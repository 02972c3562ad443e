#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "report/report.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Not;

TEST(Csv, HasALineForEachRunAndKindOfOperation) {
  EXPECT_EQ(report_csv(sample::troubled(), {}), golden("troubled.csv"));
}

// The number of fields of each line, of which the first is the header. No field here has a comma inside.
std::vector<std::ptrdiff_t> fields_by_line(const std::string& text) {
  std::vector<std::ptrdiff_t> fields;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) fields.push_back(1 + std::count(line.begin(), line.end(), ','));
  return fields;
}

TEST(Csv, EveryLineHasAsManyFieldsAsTheHeader) {
  Result idle;  // neither skipped nor asked anything
  idle.runs.resize(1);
  for (const Result& result :
       {sample::two_caches(), sample::troubled(), sample::swept(), sample::observed(), sample::recovered(), idle}) {
    const std::vector<std::ptrdiff_t> fields = fields_by_line(report_csv(result, {}));
    EXPECT_GT(fields.size(), 1u);
    EXPECT_THAT(fields, Each(fields.front()));
  }
  const std::vector<std::ptrdiff_t> of_verdict = fields_by_line(report_verdict_csv(sample::full_verdict(), {}));
  EXPECT_THAT(of_verdict, Each(of_verdict.front()));
}

TEST(Csv, ASkippedRowsThresholdStandsInTheLastColumn) {
  Result result;
  result.runs.push_back(sample::run("a/redis", {}));
  result.runs.front().skipped = "no server";
  result.threshold_verdicts = {{.text = "hit_ratio>0.9", .row = "a/redis", .measured = false, .actual = ""}};
  const std::string text = report_csv(result, {});
  EXPECT_THAT(text, testing::EndsWith(",,not determined\r\n"));
  EXPECT_THAT(fields_by_line(text), Each(fields_by_line(text).front()));
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
