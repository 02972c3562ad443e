#include <gmock/gmock.h>

#include "judge/verdict.h"
#include "report/report.h"
#include "report/verdict_sections.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/golden.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(VerdictTable, OfAGate) { EXPECT_EQ(report_verdict_table(sample::full_verdict(), {}), golden("gate.txt")); }

TEST(VerdictTable, OfACalibrationSaysWhatToUse) {
  Verdict verdict = sample::full_verdict();
  verdict.kind = "calibration";
  verdict.verdict = Word::pass;
  verdict.items.resize(1);
  verdict.items[0].base_low = 79'000;
  verdict.items[0].base_high = 82'000;
  verdict.items[0].note = "use --metric read.response.p50=9%, or 38 pairs for 5 %";
  verdict.tests = 0;
  EXPECT_EQ(report_verdict_table(verdict, {}), golden("calibration.txt"));
}

TEST(VerdictTable, OfExactFiguresHasNoColumnsOfNoise) {
  Verdict verdict = sample::full_verdict();
  verdict.items = {verdict.items[1]};
  verdict.warnings.clear();
  verdict.items[0].change = {};
  verdict.items[0].base = 1;
  verdict.verdict = Word::regressed;
  const std::string text = report_verdict_table(verdict, {});
  EXPECT_THAT(text, HasSubstr("from 0"));
  EXPECT_THAT(text, Not(HasSubstr("pairs")));
  EXPECT_THAT(text, Not(HasSubstr("find")));
}

TEST(VerdictTable, SharesHaveAsManyDigitsAsShowThatTheyDiffer) {
  const auto words = [](double base, double candidate) {
    return item_words({.row = "a",
                       .metric = "hit_ratio",
                       .basis = "points",
                       .better = "higher",
                       .method = "exact",
                       .base = base,
                       .candidate = candidate,
                       .change = candidate - base});
  };
  EXPECT_EQ(words(0.4934, 0.49261), "49.34 %, then 49.26 %: -0.079 points (exact)");
  EXPECT_EQ(words(0.5, 0.499999), "50.0000 %, then 49.9999 %: -0.0001 points (exact)");
  EXPECT_EQ(words(0.5, 0.49), "50.0 %, then 49.0 %: -1.0 points (exact)");
  EXPECT_EQ(words(0.5, 0.5), "50.0 %, then 50.0 %: none (exact)");
}

TEST(VerdictTable, OfWhatCannotBeComparedSaysWhy) {
  Verdict verdict{.kind = "compare", .verdict = Word::invalid};
  verdict.base = "before.json";
  verdict.candidate = "after.json";
  verdict.reasons = {{"unlike-runs", "the two runs are unlike; --force compares them all the same"}};
  verdict.unlike = {"environment.kernel: Linux 6.1 against Linux 6.18"};
  verdict.items.push_back({.row = "direct/redis", .verdict = Word::invalid, .note = "the base was skipped"});
  const std::string text = report_verdict_table(verdict, {});
  EXPECT_THAT(text, HasSubstr("INVALID"));
  EXPECT_THAT(text, HasSubstr("--force"));
  EXPECT_THAT(text, HasSubstr("environment.kernel: Linux 6.1 against Linux 6.18"));
  EXPECT_THAT(text, HasSubstr("the base was skipped"));
}

TEST(VerdictTable, OfAnInterruptedGateSaysSo) {
  Verdict verdict = sample::full_verdict();
  verdict.complete = false;
  EXPECT_THAT(report_verdict_table(verdict, {}), HasSubstr("PARTIAL"));
}

TEST(VerdictTable, IsColouredOnlyIfAsked) {
  EXPECT_THAT(report_verdict_table(sample::full_verdict(), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(report_verdict_table(sample::full_verdict(), {.color = true}), HasSubstr("\033[31mREGRESSED"));
}

TEST(VerdictJson, IsTheVerdictItself) {
  EXPECT_EQ(report_verdict_json(sample::full_verdict(), {}), verdict_to_json(sample::full_verdict()));
}

}  // namespace
}  // namespace hitbench
