#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "report/findings.h"
#include "report/report.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

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
  const Finding all = load_finding(searched({kBroken, kBroken}));
  EXPECT_EQ(all.id, "no-rate");
  EXPECT_EQ(all.word + " " + all.text, "no rate meets read.p99<1ms on r (2 measurements; at the lowest: 3.00 ms)");
  const Finding some = load_finding(searched({kBroken, kTooFew}));
  EXPECT_EQ(some.word + " " + some.text,
            "no rate from 1,000/s on meets read.p99<1ms on r (2 measurements; at the lowest: 3.00 ms)");
}

TEST(LoadFinding, ThatCannotBeToldIsNotThatNoRateKeepsIt) {
  FindMaxResult found = searched({kTooFew});
  found.cannot_tell = "too few";
  const Finding finding = load_finding(found);
  EXPECT_EQ(finding.word + " " + finding.text,
            "inconclusive at which rate r meets read.p99<1ms (1 measurement): too few");
  EXPECT_EQ(finding.id, "highest-rate-inconclusive");
  EXPECT_EQ(finding.tone, Finding::Tone::doubtful);
}

TEST(LoadFinding, ARunThatIsInvalidHasNotBrokenThePromise) {
  FindMaxResult found = searched({{.offered_ops_s = 400, .value = 9e5, .kept = true}, kTooFew});
  found.ops_s = 400;
  EXPECT_EQ(load_finding(found).id, "highest-rate");
  EXPECT_EQ(
      load_finding(found).text,
      "is the highest rate at which r meets read.p99<1ms (2 measurements; at 500/s it is inconclusive: not measured)");
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
    EXPECT_THAT(text, HasSubstr("without a cache 1,980/s (none/none), with it 12,300/s (cache-aside/redis), no rate "
                                "(cache-aside/memcached)"));
    for (const char* word : {"vs no", "needed", "pays", "Fastest"}) EXPECT_THAT(text, Not(HasSubstr(word)));
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
