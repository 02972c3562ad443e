// A verdict in the formats that other programs read; verdict_table_test.cc has the one for people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/report.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/golden.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Verdict unlike() {
  Verdict verdict{.kind = "compare", .verdict = Word::invalid, .exit_code = 4};
  verdict.base = "before.json";
  verdict.candidate = "after.json";
  verdict.reasons = {{"unlike-runs", "the two runs are unlike; --force compares them all the same"}};
  verdict.unlike = {"environment.kernel: Linux 6.1 against Linux 6.18"};
  verdict.items.push_back({.row = "direct/redis", .verdict = Word::invalid, .note = "the base was skipped"});
  return verdict;
}

Verdict suspect(int exit_code) {
  Verdict verdict = sample::full_verdict();
  verdict.kind = "compare";
  verdict.verdict = verdict.items[0].verdict = Word::suspect;
  verdict.exit_code = exit_code;
  return verdict;
}

TEST(VerdictMarkdown, OfAGate) { EXPECT_EQ(report_verdict_markdown(sample::full_verdict(), {}), golden("gate.md")); }

TEST(VerdictMarkdown, SaysWhyNothingCanBeSaid) {
  const std::string text = report_verdict_markdown(unlike(), {});
  EXPECT_THAT(text, StartsWith("<!-- hitbench:compare -->\n### INVALID\n"));
  EXPECT_THAT(text, HasSubstr("- the two runs are unlike; --force"));
  EXPECT_THAT(text, HasSubstr("Unlike:\n\n- environment.kernel: Linux 6.1 against Linux 6.18\n"));
  EXPECT_THAT(text, HasSubstr("- **INVALID** the base was skipped\n"));
}

TEST(VerdictMarkdown, OfAnInterruptedGateSaysSo) {
  Verdict verdict = sample::full_verdict();
  verdict.complete = false;
  EXPECT_THAT(report_verdict_markdown(verdict, {}), HasSubstr("**PARTIAL**"));
}

TEST(VerdictCsv, HasALineForEachMetric) {
  EXPECT_EQ(report_verdict_csv(sample::full_verdict(), {}), golden("gate.csv"));
}

TEST(VerdictJunit, OfAGate) { EXPECT_EQ(report_verdict_junit(sample::full_verdict(), {}), golden("gate.junit.xml")); }

TEST(VerdictJunit, WhatCannotBeSaidIsAnError) {
  const std::string text = report_verdict_junit(unlike(), {});
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"compare\" tests=\"1\" failures=\"0\" errors=\"1\""));
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"direct/redis\" tests=\"1\" failures=\"0\" errors=\"1\""));
}

TEST(VerdictJunit, AnInterruptedGateIsAnError) {
  Verdict verdict = sample::full_verdict();
  verdict.complete = false;
  EXPECT_THAT(report_verdict_junit(verdict, {}), HasSubstr("name=\"is complete\""));
}

TEST(VerdictJunit, ASuspicionFailsOnlyWhereTheCommandDid) {
  EXPECT_THAT(report_verdict_junit(suspect(0), {}), HasSubstr("failures=\"0\" errors=\"0\" skipped=\"2\""));
  EXPECT_THAT(report_verdict_junit(suspect(3), {}), HasSubstr("failures=\"1\" errors=\"0\" skipped=\"1\""));
}

TEST(VerdictGitHub, OfAGate) {
  EXPECT_EQ(
      report_verdict_github(sample::full_verdict(), {}),
      "::error title=hitbench%3A REGRESSED::cache-aside/redis read.response.p50: 80.4 µs, then 99.5 µs: "
      "+24 [+15, +31] %25\n"
      "::warning title=hitbench%3A warning::1 of 25 pairs were disturbed\n"
      "::notice title=hitbench%3A gate::REGRESSED: cache-aside/redis read.response.p50; differs: server of redis: "
      "redis 7.0.15 → redis 7.2.4\n");
}

TEST(VerdictGitHub, AnnotatesWhatCannotBeSaidAndWhatIsSuspect) {
  EXPECT_THAT(report_verdict_github(unlike(), {}),
              HasSubstr("::error title=hitbench%3A INVALID::direct/redis: the base"));
  EXPECT_THAT(report_verdict_github(unlike(), {}), HasSubstr("::error title=hitbench%3A unlike::environment.kernel"));
  EXPECT_THAT(report_verdict_github(suspect(0), {}), HasSubstr("::warning title=hitbench%3A SUSPECT::cache-aside"));
}

TEST(VerdictGitHub, ACalibrationHasOneSide) {
  Verdict verdict = sample::full_verdict();
  verdict.kind = "calibration";
  verdict.verdict = Word::pass;
  for (VerdictItem& item : verdict.items) {
    item.verdict = Word::pass;
    item.candidate = item.base;
    item.change.reset();
  }
  EXPECT_THAT(report_verdict_junit(verdict, {}), HasSubstr("pass: 80.4 µs<"));
  EXPECT_THAT(report_verdict_github(verdict, {}), Not(HasSubstr("::error")));
}

TEST(VerdictGoogleBenchmark, EachSlotIsARepetitionOfItsSide) {
  Verdict verdict = sample::full_verdict();
  verdict.slots = {{.side = "candidate", .values = {{"a/redis: read.response.p50", 300}, {"a/redis: throughput", 1e6}}},
                   {.side = "base", .values = {{"a/redis: read.response.p50", 100}, {"a/redis: hit_ratio", 0.5}}},
                   {.side = "base", .values = {{"a/redis: read.response.p50", 200}}},
                   {.side = "candidate", .failure = "crashed"}};
  const auto report = nlohmann::json::parse(report_verdict_google_benchmark(verdict, {}));
  std::vector<std::string> seen;
  for (const auto& entry : report["benchmarks"]) {
    seen.push_back(entry["name"].get<std::string>() + " " + entry["repetition_index"].dump() + "/" +
                   entry["repetitions"].dump() + " " + entry["real_time"].dump());
  }
  EXPECT_THAT(seen, testing::ElementsAre("candidate/a/redis/read.response.p50 0/1 300.0",
                                         "candidate/a/redis/time_per_operation 0/1 1000.0",
                                         "base/a/redis/read.response.p50 0/2 100.0",
                                         "base/a/redis/read.response.p50 1/2 200.0"));
}

// Whoever reads only one of the formats learns what differs, and why that says nothing.
TEST(Verdict, EveryFormatTellsWhatDiffersThatItWasNotExercisedAndWhatToMistrust) {
  Verdict verdict = sample::full_verdict();
  verdict.verdict = Word::invalid;
  verdict.differences = {"strategies.0.ttl: 1h → 10min"};
  verdict.reasons = {
      {"not-exercised", "not-exercised: strategies.0.ttl: 1h → 10min: no read met an expired entry on either side"}};
  const std::vector<std::string> texts = {report_verdict_table(verdict, {}),
                                          report_verdict_markdown(verdict, {}),
                                          report_verdict_json(verdict, {}),
                                          report_verdict_csv(verdict, {}),
                                          report_verdict_junit(verdict, {}),
                                          report_verdict_github(verdict, {}),
                                          report_verdict_google_benchmark(verdict, {})};
  for (const std::string& text : texts) {
    EXPECT_THAT(text, HasSubstr("not-exercised"));
    EXPECT_THAT(text, HasSubstr("strategies.0.ttl: 1h → 10min"));
    EXPECT_THAT(text, HasSubstr("1 of 25 pairs were disturbed"));
  }
}

TEST(Verdict, ThatNothingDiffersIsToldOnlyWhereTwoResultsWereCompared) {
  Verdict verdict = sample::full_verdict();
  verdict.differences.clear();
  EXPECT_THAT(report_verdict_table(verdict, {}), Not(HasSubstr("differs"))) << "the base gave no result";
  verdict.slots[1].failure.reset();
  const std::string nothing = "nothing that the results record";
  EXPECT_THAT(report_verdict_table(verdict, {}), HasSubstr(nothing));
  auto document = nlohmann::ordered_json::parse(verdict_to_json(verdict));
  const auto read = [&] { return report_verdict_table(verdict_from_json(document.dump(), "old.json"), {}); };
  EXPECT_THAT(read(), HasSubstr(nothing));
  document.erase("differences");
  EXPECT_THAT(read(), Not(HasSubstr("differs"))) << "older versions did not look";
}

// What older versions wrote: a hit ratio's change as that of its misses.
TEST(Verdict, OlderOnesAreReadInPoints) {
  Verdict verdict = sample::full_verdict();
  verdict.items[1].basis = "misses";
  verdict.items[1].base = 0.873;
  verdict.items[1].candidate = 0.753;
  verdict.items[1].change = 0.94;
  verdict.items[1].delta = 0.05;
  verdict.items.push_back({.row = "cache-aside/redis",
                           .metric = "failed_share",
                           .basis = "value",
                           .method = "unpaired",
                           .base = 0.01,
                           .candidate = 0.03,
                           .delta = 0.05});
  verdict.items.push_back({.row = "none/none", .basis = "", .verdict = Word::invalid});
  verdict.items.push_back({.row = "a/b", .metric = "of.tomorrow", .basis = "value", .base = 1, .delta = 0.05});
  const Verdict read = verdict_from_json(verdict_to_json(verdict), "old.json");
  EXPECT_EQ(read.items[1].basis, "points");
  EXPECT_NEAR(*read.items[1].change, -0.12, 1e-9);
  EXPECT_NEAR(read.items[1].delta, 0.05 * 0.127, 1e-9) << "of the misses";
  EXPECT_EQ(read.items[3].basis, "points");
  EXPECT_NEAR(*read.items[3].change, 0.02, 1e-9);
  EXPECT_NEAR(read.items[3].delta, 0.05 * (0.01 + 0.02), 1e-9) << "of the share and 2 %";
  EXPECT_EQ(read.items[4].basis, "");
  EXPECT_EQ(read.items[5].basis, "value");
  EXPECT_EQ(read.items[5].delta, 0.05);
}

}  // namespace
}  // namespace hitbench
