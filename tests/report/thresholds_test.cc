#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/report.h"
#include "tests/report/judged_sample.h"

namespace hitbench {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

Result judged() { return sample::judged(sample::two_caches(), {"read.p99<2405us"}); }

TEST(Thresholds, StandInTheTable) {
  EXPECT_THAT(report_table(judged(), {}), HasSubstr("Thresholds\n"
                                                    "  met  read.p99<2405us on cache-aside/redis: 2.40 ms\n"
                                                    "  MISSED  read.p99<2405us on cache-aside/memcached: 2.41 ms\n"));
}

TEST(Thresholds, StandAboveTheTablesInMarkdown) {
  EXPECT_THAT(report_markdown(judged(), {}),
              HasSubstr("**Thresholds**\n\n"
                        "- **met** read.p99\\<2405us on cache-aside/redis: 2.40 ms\n"
                        "- **MISSED** read.p99\\<2405us on cache-aside/memcached: 2.41 ms\n"
                        "\n**Trust**"));
}

TEST(Thresholds, AreTheLastColumnInCsvTheWorstOfARow) {
  const std::string met_and_missed =
      report_csv(sample::judged(sample::two_caches(), {"read.p99<1h", "read.p99<2405us", "read.p99<2h"}), {});
  EXPECT_THAT(met_and_missed, ContainsRegex("\nnone/none,[^\n]*,\r\n"));
  EXPECT_THAT(met_and_missed, ContainsRegex("\ncache-aside/redis,[^\n]*,met\r\n"));
  EXPECT_THAT(met_and_missed, ContainsRegex("\ncache-aside/memcached,[^\n]*,missed\r\n"));
  EXPECT_THAT(report_csv(sample::judged_and_troubled(), {}),
              ContainsRegex("\ncache-aside/libmemcached,[^\n]*,not determined\r\n"));
}

TEST(Thresholds, OfOtherRowsAreLeftOutWhereRowsAreSelected) {
  const Result read = result_from_json(report_json(judged(), {.rows = {"cache-aside/redis"}}), "test");
  ASSERT_EQ(read.threshold_verdicts.size(), 1u);
  EXPECT_EQ(read.threshold_verdicts[0].row, "cache-aside/redis");
  EXPECT_TRUE(read.threshold_verdicts[0].met);
}

}  // namespace
}  // namespace hitbench
