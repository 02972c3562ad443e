#include "judge/measured_row.h"

#include <gtest/gtest.h>

#include "tests/report/sample.h"

namespace hitbench {
namespace {

TEST(MeasuredRows, CountsOfARoundAreScaledToTheWholeRun) {
  const Result result = sample::two_caches();
  const std::vector<MeasuredRow> rows = rows_of(result);
  EXPECT_EQ(find_row(rows, "cache-aside/redis")->by_round("origin_load.loads").at(0), 8200);
}

TEST(MeasuredRows, AMetricOfARoundMayBeSpelledShort) {
  const Result result = sample::two_caches();
  const std::vector<MeasuredRow> rows = rows_of(result);
  EXPECT_EQ(find_row(rows, "cache-aside/redis")->by_round("read.p50").at(0), 88'000);
  EXPECT_EQ(find_row(rows, "cache-aside/redis")->by_round("latency.read.response.p50_ns").at(0), 88'000);
}

TEST(MeasuredRows, TheBaselineIsTheRowWithoutACacheWhateverOthersAreCalled) {
  Result result = sample::two_caches();
  RunResult &baseline = result.runs[0], &called_none = result.runs[1];
  baseline.name = "uncached/none", baseline.strategy = "uncached";
  called_none.name = "none/none", called_none.strategy = called_none.cache = "none";
  EXPECT_TRUE(is_baseline(baseline));
  EXPECT_FALSE(is_baseline(called_none));
  const std::vector<MeasuredRow> rows = rows_of(result);
  for (const RunResult& run : result.runs) EXPECT_EQ(baseline_of(rows, run)->name, "uncached/none") << run.name;
}

}  // namespace
}  // namespace hitbench
