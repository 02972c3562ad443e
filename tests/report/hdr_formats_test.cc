// What HdrHistogram's own tools read. golden/spectrum.hgrm is what HdrHistogram.java 2.1.11 makes of the spectrum.hlog
// alongside it (HistogramLogReader; outputPercentileDistribution at 1e6, with six decimals): it reads our log, and our
// spectrum is its own. Two ties in the twelfth decimal of a percentile are as printf rounds them, not as Java does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/summary.h"
#include "report/report.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

// A long tail, and a value that stands alone at its end.
Histogram values() {
  Histogram histogram;
  for (int64_t i = 1; i <= 20'000; ++i) histogram.record(20'000 + 3 * i + (i % 100 == 0 ? 1000 * i : 0));
  histogram.record(100'000'000);
  return histogram;
}

Result one_distribution() {
  Result result;
  RunResult run = sample::run("cache-aside/redis", {});
  run.read = {};
  run.read.response = summarize(values());
  result.runs = {run};
  return result;
}

TEST(HdrFormats, TheLogHoldsEveryDistributionUnderItsName) {
  EXPECT_EQ(report_hlog(one_distribution(), {}), golden("spectrum.hlog"));
  Result more = one_distribution();
  more.runs.push_back(more.runs.front());
  more.runs[1].name = "cache-aside/a name, swept?x=1";
  more.runs[1].write.service = more.runs[1].modify.response = more.runs[1].read.response;
  const std::string text = report_hlog(more, {});
  EXPECT_THAT(text, HasSubstr("\nTag=cache-aside/a_name__swept?x=1/write.service,0.000,10.000,"));
  EXPECT_THAT(text, HasSubstr("?x=1/modify.response,0.000,10.000,"));
  EXPECT_THAT(report_hlog(more, {.rows = {"cache-aside/redis"}}), Not(HasSubstr("a_name")));
}

TEST(HdrFormats, TheLogBeginsWhenTheRunDid) {
  Result dated = one_distribution();
  dated.environment_json = R"({"started_unix_s": 1750000000.25})";
  EXPECT_THAT(report_hlog(dated, {}), HasSubstr("\n#[StartTime: 1750000000.250 (seconds since epoch)]\n"));
}

TEST(HdrFormats, TheSpectrumIsHdrHistograms) {
  EXPECT_EQ(report_hgrm(one_distribution(), {}), "#[cache-aside/redis/read.response, ms]\n" + golden("spectrum.hgrm"));
}

TEST(HdrFormats, ASpectrumOfOneValueHasTwoLines) {
  Result result = one_distribution();
  Histogram one;
  one.record(1000);
  result.runs[0].read.response = summarize(one);
  EXPECT_THAT(report_hgrm(result, {}), HasSubstr("\n    0.001000 0.000000000000          1           1.00\n"
                                                 "    0.001000 1.000000000000          1\n#[Mean"));
}

TEST(HdrFormats, AnInvalidRowSaysSo) {
  Result result = one_distribution();
  result.runs[0].validity = {.valid = false, .reasons = {{"server-away", "a second\nof failures"}}};
  EXPECT_THAT(report_hgrm(result, {}), HasSubstr("read.response, ms]\n#[INVALID: a second"));
  EXPECT_THAT(report_hlog(result, {}), HasSubstr("\n#[INVALID: a second"));
  EXPECT_THAT(report_hlog(result, {}), Not(HasSubstr("\nof failures")));
}

TEST(HdrFormats, OfNothingAreEmpty) {
  EXPECT_EQ(report_hgrm({}, {}), "");
  EXPECT_THAT(report_hlog({}, {}), Not(HasSubstr("Tag=")));
}

}  // namespace
}  // namespace hitbench
