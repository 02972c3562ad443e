// Whatever a user or a server wrote is data in every format: it computes nothing, marks up nothing and moves no cursor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/report.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kHostile = "=1+1\033[2J<script>alert(1)</script>\n::error::no\u202e,\"|`&";

Result hostile() {
  Result result = sample::troubled();
  result.question = kHostile;
  for (RunResult& run : result.runs) {
    run.name = run.strategy = run.cache = run.origin = kHostile + run.name;
    run.validity.warnings = {{"client-bound", kHostile}};
    run.server_messages = {{.text = kHostile, .count = 1, .remedy = kHostile}};
    run.backend.version = kHostile;
    run.backend.key_prefix = kHostile;
    run.backend.key_ttl_ns = 1;
  }
  result.runs[2].validity.reasons = {{"loop-stalled", kHostile}};
  result.runs[3].skipped = kHostile;
  result.claims.clear();  // they name rows
  result.answer.clear();
  ThresholdVerdict verdict;
  verdict.text = verdict.row = verdict.actual = kHostile;
  result.threshold_verdicts = {verdict};
  return result;
}

using Print = std::string (*)(const Result&, const ReportStyle&);

TEST(Hostile, NoFormatPassesOnControlCharactersOrReorderingMarks) {
  for (const Print print : {report_table, report_markdown, report_csv, report_junit, report_github,
                            report_google_benchmark, report_benchmark_action, report_html, report_json}) {
    const std::string text = print(hostile(), {.details = true});
    EXPECT_THAT(text, Not(HasSubstr("\033"))) << text;
    if (print != report_json && print != report_google_benchmark && print != report_benchmark_action) {
      EXPECT_THAT(text, Not(HasSubstr("\u202e"))) << text;
    }
  }
}

TEST(Hostile, MarkupIsText) {
  EXPECT_THAT(report_junit(hostile(), {}), Not(HasSubstr("<script>")));
  EXPECT_THAT(report_markdown(hostile(), {}), Not(HasSubstr("<script>")));
}

TEST(Hostile, NoLineOfOursIsACommandToGitHub) {
  std::istringstream lines(report_github(hostile(), {}));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("::error title=") || line.starts_with("::warning title=") ||
                line.starts_with("::notice title="))
        << line;
  }
}

TEST(Hostile, NoFieldOfACsvIsAFormula) {
  const std::string text = report_csv(hostile(), {});
  EXPECT_THAT(text, Not(HasSubstr("\n=")));
  EXPECT_THAT(text, Not(HasSubstr(",=")));
  EXPECT_THAT(text, Not(HasSubstr(",\"=")));
  EXPECT_THAT(text, HasSubstr("\"'=1+1"));
}

TEST(Hostile, ANegativeNumberIsNoFormula) {
  Result result = sample::two_caches();
  result.runs[1].origin_load.loads_per_expiry = -1.5;
  EXPECT_THAT(report_csv(result, {}), HasSubstr(",-1.5,"));
}

}  // namespace
}  // namespace hitbench
