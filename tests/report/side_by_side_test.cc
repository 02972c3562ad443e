#include <gmock/gmock.h>

#include "report/report.h"
#include "report/sections.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> line(const Section& section, const std::string& metric) {
  std::vector<std::string> texts;
  for (const std::vector<Cell>& cells : section.grid.rows) {
    if (cells.front().text != metric) continue;
    for (const Cell& cell : cells) texts.push_back(cell_text(cell));
  }
  return texts;
}

TEST(SideBySide, ShowsTwoRowsWithTheIntervalOverTheirRounds) {
  const Result result = sample::two_caches();
  const auto two = side_by_side(result, {.rows = {"none/none", "cache-aside/redis"}});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->title, "cache-aside/redis against none/none");
  // Every round of both rows is the whole run's times the same factor, so the rounds agree exactly.
  EXPECT_THAT(line(*two, "read.response.mean"),
              ElementsAre("read.response.mean", "2.00 ms", "200 µs", "-90 [-90, -90] %"));
  const auto caches = side_by_side(result, {.rows = {"cache-aside/redis", "cache-aside/memcached"}});
  // The logarithms of 1.25 * {1.01, 1.00/1.02, 0.99/0.98, 1.02/1.01, 0.98/0.99}: mean 0.2231, standard error 0.0060,
  // t = 2.776.
  EXPECT_EQ(line(*caches, "read.response.mean").back(), "+25 [+23, +27] %");
}

TEST(SideBySide, IsForTwoRowsThatRan) {
  const Result result = sample::troubled();
  EXPECT_FALSE(side_by_side(result, {.rows = {"none/none"}}));
  EXPECT_FALSE(side_by_side(result, {.rows = {"none/none", "none/none"}}));
  EXPECT_FALSE(side_by_side(result, {.rows = {"none/none", "cache-aside/libmemcached"}})) << "skipped";
  EXPECT_FALSE(side_by_side(result, {}));
}

TEST(SideBySide, StandsInTablesAndMarkdown) {
  const ReportStyle style{.rows = {"none/none", "cache-aside/redis"}};
  EXPECT_THAT(report_table(sample::two_caches(), style), HasSubstr("cache-aside/redis against none/none\n"));
  EXPECT_THAT(report_markdown(sample::two_caches(), style), HasSubstr("**cache-aside/redis against none/none**"));
  EXPECT_THAT(report_table(sample::two_caches(), {}), Not(HasSubstr("difference [95 %]")));
}

}  // namespace
}  // namespace hitbench
