#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "report/findings.h"
#include "report/report.h"
#include "tests/report/finding_matcher.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

FindMaxResult searched(std::vector<LoadStep> steps) {
  return {.promise = "read.p99<1ms",
          .row = "r",
          .metric = "read.p99",
          .limit = 1e6,
          .ops_s = {},
          .cannot_tell = "",
          .steps = std::move(steps)};
}

const LoadStep kTooFew{.offered_ops_s = 500, .measured = false, .unclear = kNoValue, .why = "not measured"};
const LoadStep kBroken{.offered_ops_s = 1000, .value = 3e6, .why = "3.00 ms"};

TEST(LoadFinding, SaysDownToWhichRateNoneKeepsThePromise) {
  const auto about = AllOf(HasSubstr("read.p99<1ms on r "), HasSubstr("2 measurements"), HasSubstr("3.00 ms"));
  EXPECT_THAT(load_finding(searched({kBroken, kBroken})),
              finding("no-rate", "", AllOf(about, Not(HasSubstr("1,000/s")))));
  EXPECT_THAT(load_finding(searched({kBroken, kTooFew})), finding("no-rate", "", AllOf(about, HasSubstr("1,000/s"))));
}

TEST(LoadFinding, ThatCannotBeToldIsNotThatNoRateKeepsIt) {
  FindMaxResult found = searched({kTooFew});
  found.cannot_tell = "too few";
  EXPECT_THAT(load_finding(found),
              finding("highest-rate-inconclusive", "",
                      AllOf(HasSubstr(" r meets read.p99<1ms"), HasSubstr("1 measurement)"), EndsWith(": too few"))));
  EXPECT_EQ(load_finding(found).tone, Finding::Tone::doubtful);
}

TEST(LoadFinding, ARunThatIsInvalidHasNotBrokenThePromise) {
  FindMaxResult found = searched({{.offered_ops_s = 400, .value = 9e5, .kept = true}, kTooFew});
  found.ops_s = 400;
  EXPECT_THAT(load_finding(found), finding("highest-rate", "",
                                           AllOf(HasSubstr(" r meets read.p99<1ms"), HasSubstr("2 measurements"),
                                                 HasSubstr("at 500/s"), HasSubstr(": not measured"))));
}

// The row without a cache is at a rate that it keeps, whatever rate that is.
TEST(Carried, StandsForNeedAndWorthOfRowsThatWereSearched) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.loop = "open";
  for (const RunResult& run : result.runs) {
    result.find_max.push_back(searched({kBroken}));
    result.find_max.back().row = run.name;
  }
  result.find_max[0].ops_s = 1980;
  result.find_max[1].ops_s = 12'300;
  for (const std::string& text : {report_table(result, {.width = 200}), report_markdown(result, {})}) {
    for (const char* carried : {"1,980/s (none/none)", "12,300/s (cache-aside/redis)", "(cache-aside/memcached)"}) {
      EXPECT_THAT(text, HasSubstr(carried));
    }
    for (const char* word : {"mean vs", "needed", "pays", "Fastest"}) EXPECT_THAT(text, Not(HasSubstr(word)));
  }
  result.find_max[1].cannot_tell = result.find_max[2].cannot_tell = "too few";
  EXPECT_THAT(report_table(result, {}), Not(HasSubstr("carried")));
}

TEST(LoadSection, SaysWhatIsLeftOfTheLimitAndWhereItTurns) {
  FindMaxResult found =
      searched({{.offered_ops_s = 1000, .value = 4e5, .headroom = 0.6, .kept = true},
                {.offered_ops_s = 4000, .value = 3e6, .headroom = -2, .overloaded = true},
                {.offered_ops_s = 2000, .value = 12e5, .headroom = -0.2},
                {.offered_ops_s = 2000, .value = 12e5, .headroom = -0.2, .measured = false, .unclear = kMachine},
                {.offered_ops_s = 2500, .value = 12e5, .headroom = -0.2, .measured = false, .unclear = kInvalidRun},
                {.offered_ops_s = 3000, .value = 12e5, .headroom = -0.2, .measured = false},
                {.offered_ops_s = 3500, .measured = false}});
  found.first_breach_ops_s = 2000;
  found.rollover_ops_s = 4000;
  found.steps.push_back(kTooFew);
  const Section section = load_section(found);
  std::vector<std::string> ends;
  for (const auto& row : section.grid.rows)
    ends.push_back(cell_text(row[row.size() - 2]) + " | " + cell_text(row.back()));
  EXPECT_EQ(ends,
            (std::vector<std::string>{"- | inconclusive (no value)", "+60 % | yes", "-20 % | first breach",
                                      "-20 % | inconclusive (machine)", "-20 % | inconclusive (invalid run)",
                                      "-20 % | inconclusive", "- | inconclusive", "-200 % | throughput rolls over"}));
}

TEST(LoadSection, FarAboveALimitThatMustBeExceededIsRoom) {
  const Section section = load_section(searched({{.offered_ops_s = 1000, .value = 20e6, .headroom = 19, .kept = true},
                                                 {.offered_ops_s = 2000, .value = 20e6, .headroom = -19}}));
  EXPECT_EQ(cell_text(section.grid.rows[0][section.grid.rows[0].size() - 2]), ">1000 %");
  EXPECT_EQ(cell_text(section.grid.rows[1][section.grid.rows[1].size() - 2]), "far over");
}

}  // namespace
}  // namespace hitbench
