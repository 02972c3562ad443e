#include "judge/compare.h"

#include <gmock/gmock.h>

#include "metrics/summary.h"
#include "tests/metrics/doubt_matchers.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const CompareOptions kOptions{.base = "before.json", .candidate = "after.json", .metrics = {}};

// One row, whose rounds scatter by 2 % around this p50.
Result with_p50(int64_t p50_ns) {
  Result result = sample::two_caches();
  RunResult run = sample::run("cache-aside/redis", {.p50_ns = p50_ns, .hits = 91'800, .misses = 8200});
  sample::add_rounds(run, {1.00, 1.02, 0.98, 1.01, 0.99});
  result.runs = {run};
  return result;
}

Result in_virtual_time(uint64_t misses) {
  Result result = sample::two_caches();
  result.runs = {sample::run("cache-aside/memory", {.hits = 100'000 - misses, .misses = misses})};
  result.runs[0].clock = "virtual";
  return result;
}

const VerdictItem& item(const Verdict& verdict, std::string_view metric) {
  for (const VerdictItem& each : verdict.items) {
    if (each.metric == metric) return each;
  }
  ADD_FAILURE() << "no item " << metric;
  return verdict.items.front();
}

TEST(Compare, TimesAreAtMostSuspect) {
  const Verdict verdict = compare_results(with_p50(1'000'000), with_p50(3'000'000), kOptions);
  EXPECT_EQ(item(verdict, "read.response.p50").verdict, Word::suspect);
  EXPECT_NEAR(*item(verdict, "read.response.p50").change, 2, 0.1);
  EXPECT_EQ(verdict.verdict, Word::suspect);
  EXPECT_EQ(exit_code_of(verdict, {}), 0);
  EXPECT_EQ(exit_code_of(verdict, {.strict = true}), 3);
  EXPECT_THAT(verdict.warnings, testing::ElementsAre(doubt("not-interleaved")));
}

TEST(Compare, PassesWhereNothingChanged) {
  const Verdict verdict = compare_results(with_p50(1'000'000), with_p50(1'001'000), kOptions);
  EXPECT_EQ(item(verdict, "read.response.p50").verdict, Word::pass);
  const Verdict better = compare_results(with_p50(1'000'000), with_p50(500'000), kOptions);
  EXPECT_EQ(item(better, "read.response.p50").verdict, Word::pass);
  EXPECT_EQ(item(better, "read.response.p50").note, "looks better");
}

TEST(Compare, CountersInVirtualTimeAreExact) {
  const Verdict worse = compare_results(in_virtual_time(8000), in_virtual_time(9000), kOptions);
  EXPECT_EQ(worse.verdict, Word::regressed);
  EXPECT_EQ(item(worse, "hit_ratio").verdict, Word::regressed);
  EXPECT_EQ(exit_code_of(worse, {}), 3);
  EXPECT_EQ(compare_results(in_virtual_time(8000), in_virtual_time(8000), kOptions).verdict, Word::pass);
}

TEST(Compare, ExactCountersNeedTheSameOperations) {
  Result other = in_virtual_time(8000);
  other.runs[0].stream_checksum = "0bad";
  const Verdict verdict = compare_results(in_virtual_time(8000), other, kOptions);
  EXPECT_EQ(verdict.verdict, Word::invalid);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("00ff against 0bad"));
  EXPECT_EQ(exit_code_of(verdict, {}), 4);
}

TEST(Compare, RefusesUnlikeRunsUnlessForced) {
  Result candidate = with_p50(1'000'000);
  candidate.runs[0].client_model = "thread";
  Verdict verdict = compare_results(with_p50(1'000'000), candidate, kOptions);
  EXPECT_EQ(exit_code_of(verdict, {}), 4);
  EXPECT_THAT(verdict.unlike, testing::ElementsAre(HasSubstr("client_model: fiber against thread")));
  EXPECT_THAT(verdict.items, IsEmpty());
  CompareOptions forced = kOptions;
  forced.force = true;
  verdict = compare_results(with_p50(1'000'000), candidate, forced);
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_THAT(verdict.unlike, testing::SizeIs(1));
}

TEST(Compare, AnInvalidOrSkippedRowIsNoVerdict) {
  Result broken = with_p50(1'000'000);
  broken.runs[0].validity = {.valid = false, .reasons = {{"server-away", "a server was away"}}};
  Verdict verdict = compare_results(with_p50(1'000'000), broken, kOptions);
  EXPECT_EQ(verdict.verdict, Word::invalid);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("a server was away"));
  Result skipped = with_p50(1'000'000);
  skipped.runs[0].skipped = "no redis-server";
  EXPECT_EQ(compare_results(skipped, with_p50(1'000'000), kOptions).verdict, Word::invalid);
  verdict = compare_results(skipped, skipped, kOptions);
  EXPECT_EQ(verdict.verdict, Word::invalid) << "nothing was compared";
  EXPECT_THAT(verdict.warnings, testing::ElementsAre(doubt("row-not-run", HasSubstr("no redis-server"))));
}

TEST(Compare, WhatTheRowsWarnOfIsSaidWithTheirSide) {
  Result base = in_virtual_time(8000), candidate = in_virtual_time(8000);
  candidate.runs[0].validity.warnings = {{"not-steady", "not steady after 12 s; wait longer"},
                                         {"not-steady", "not steady after 30.5 s; wait longer"}};
  EXPECT_THAT(
      compare_results(base, candidate, kOptions).warnings,
      testing::ElementsAre(doubt("not-steady", "cache-aside/memory, candidate: not steady after 12 s; wait longer")));
  EXPECT_THAT(
      compare_results(candidate, base, kOptions).warnings,
      testing::ElementsAre(doubt("not-steady", "cache-aside/memory, base: not steady after 12 s; wait longer")));
}

TEST(Compare, FewRoundsSayNothing) {
  Result few = with_p50(1'000'000);
  few.runs[0].rounds.resize(2);
  const Verdict verdict = compare_results(few, few, kOptions);
  EXPECT_EQ(item(verdict, "read.response.p50").verdict, Word::inconclusive);
  EXPECT_EQ(exit_code_of(verdict, {}), 0);
  EXPECT_EQ(exit_code_of(verdict, {.fail_on_inconclusive = true}), 5);
}

TEST(Compare, JudgesOnlyTheNamedMetrics) {
  CompareOptions named = kOptions;
  named.metrics = {parse_criterion("read.response.p99=50%")};
  const Verdict verdict = compare_results(with_p50(1'000'000), with_p50(9'000'000), named);
  ASSERT_EQ(verdict.items.size(), 1u);
  EXPECT_EQ(verdict.items[0].delta, 0.5);
  EXPECT_EQ(verdict.verdict, Word::pass);
}

// So many of the 100,000 operations failed; with `valid` because the scenario asks for it.
Result failing(uint64_t failed, bool valid, const std::string& clock = "real") {
  Result result = with_p50(1'000'000);
  RunResult& run = result.runs[0];
  run.clock = clock;
  run.reads = {.fresh_hit = 100'000 - failed, .failed = failed};
  run.hit_ratio = 1;
  set_failures(run);
  if (!valid)
    run.validity = {.valid = false, .reasons = {{"too-many-failed", "too many failed"}}, .only_failures = true};
  return result;
}

TEST(Compare, ACandidateThatFailsMoreIsWorseWhateverElseItDoes) {
  for (const bool valid : {true, false}) {
    const Verdict verdict = compare_results(with_p50(1'000'000), failing(5000, valid), kOptions);
    EXPECT_EQ(exit_code_of(verdict, {}), 3);
    ASSERT_EQ(verdict.items.size(), 1u) << "hit_ratio is not told";
    EXPECT_EQ(verdict.items[0].metric, "failed_share");
    EXPECT_NEAR(*verdict.items[0].change, 0.05, 1e-9);
    EXPECT_THAT(verdict.items[0].note, HasSubstr("nothing else of the row is judged"));
  }
}

TEST(Compare, ABaseThatFailsTooMuchIsNone) {
  const Verdict verdict = compare_results(failing(5000, false), failing(9000, false), kOptions);
  EXPECT_EQ(exit_code_of(verdict, {}), 4);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("the base is invalid: too many failed"));
}

TEST(Compare, SharesOfFailuresThatDifferByChanceAreTheSame) {
  const auto word = [](uint64_t base, uint64_t candidate, const std::string& clock) {
    const Verdict verdict = compare_results(failing(base, true, clock), failing(candidate, true, clock), kOptions);
    return item(verdict, "failed_share").verdict;
  };
  EXPECT_EQ(word(0, 90, "real"), Word::pass) << "0.09 %";
  EXPECT_EQ(word(0, 101, "real"), Word::regressed);
  EXPECT_EQ(word(30'000, 31'500, "real"), Word::pass);
  EXPECT_EQ(word(30'000, 31'700, "real"), Word::regressed);
  EXPECT_EQ(word(5000, 3000, "real"), Word::improved);
  EXPECT_EQ(word(30'000, 30'001, "virtual"), Word::regressed);
}

// A fault's failures are one clump: how long a server is away differs from run to run.
TEST(Compare, MoreFailuresOfAFaultAreNoMoreThanSuspect) {
  const auto faulty = [](uint64_t failed, Maybe<uint64_t> asked) {
    Result result = failing(failed, true);
    result.runs[0].failed_as_asked = asked;
    result.runs[0].recovery.origin_loads_peak_s = 100;
    return result;
  };
  const Verdict more = compare_results(faulty(5000, 5000), faulty(6000, 6000), kOptions);
  EXPECT_EQ(item(more, "failed_share").verdict, Word::suspect);
  EXPECT_NEAR(*item(more, "failed_share").change, 0.01, 1e-9);
  EXPECT_THAT(item(more, "failed_share").note, HasSubstr("those of a fault come together"));
  EXPECT_GT(more.items.size(), 1u) << "the others are judged";
  EXPECT_EQ(exit_code_of(more, {}), 0);
  EXPECT_EQ(exit_code_of(more, {.strict = true}), 3);
  EXPECT_EQ(compare_results(faulty(5000, {}), faulty(6000, {}), kOptions).verdict, Word::suspect) << "older files";
  const Verdict less = compare_results(faulty(6000, 6000), faulty(5000, 5000), kOptions);
  EXPECT_EQ(item(less, "failed_share").verdict, Word::pass);
  EXPECT_EQ(compare_results(faulty(5000, 5000), faulty(5200, 4990), kOptions).verdict, Word::regressed)
      << "210 beyond the fault's";
}

TEST(Compare, FailuresThatAreNamedCountFromTheNamedChangeOn) {
  const auto word = [](const std::string& named, uint64_t candidate, const std::string& clock) {
    CompareOptions options = kOptions;
    options.metrics = {parse_criterion(named)};
    const Verdict verdict = compare_results(failing(5000, true, clock), failing(candidate, true, clock), options);
    EXPECT_EQ(verdict.items.size(), 1u);
    return verdict.items.at(0).verdict;
  };
  for (const char* clock : {"real", "virtual"}) {
    EXPECT_EQ(word("failed_share", 6000, clock), Word::regressed) << clock;
    EXPECT_EQ(word("failed_share=50%", 6000, clock), Word::pass) << clock;
    EXPECT_EQ(word("failed_share=50%", 9000, clock), Word::regressed) << clock;
  }
}

TEST(Compare, FewerFailuresByChanceAreNoImprovement) {
  Result base = failing(3, true), candidate = failing(0, true);
  base.runs[0].operations = candidate.runs[0].operations = 1000;  // 0.3 %, which three operations more or less are
  EXPECT_EQ(item(compare_results(base, candidate, kOptions), "failed_share").verdict, Word::pass);
}

// A base that is asked to fail, and a candidate that fails less but by itself.
TEST(Compare, ACandidateThatFailsTooMuchButNotMoreIsInvalid) {
  EXPECT_EQ(compare_results(failing(5000, true), failing(4000, false), kOptions).verdict, Word::invalid);
}

TEST(Compare, FailuresComeBeforeOperationsThatDiffer) {
  Result candidate = failing(5000, true, "virtual");
  candidate.runs[0].stream_checksum = "0bad";
  EXPECT_EQ(compare_results(in_virtual_time(8000), candidate, kOptions).verdict, Word::invalid) << "another row";
  Result base = failing(0, true, "virtual");
  EXPECT_EQ(compare_results(base, candidate, kOptions).verdict, Word::regressed);
}

Result paced(double pace, const std::string& clock) {
  Result result = failing(0, true, clock);
  result.runs[0].pace = pace;
  result.runs[0].validity.overloaded = pace < 0.99;
  return result;
}

// Times that were taken at different times prove nothing; virtual time does.
TEST(Compare, ACandidateThatFallsBehindIsSuspectAndInVirtualTimeWorse) {
  const Verdict real = compare_results(paced(1, "real"), paced(0.7, "real"), kOptions);
  ASSERT_EQ(real.items.size(), 1u);
  EXPECT_EQ(real.items[0].metric, "pace");
  EXPECT_EQ(real.verdict, Word::suspect);
  EXPECT_EQ(compare_results(paced(1, "virtual"), paced(0.7, "virtual"), kOptions).verdict, Word::regressed);
}

TEST(Compare, WhereNeitherSideKeepsTheRateTheCandidateMayBeWorseStill) {
  const Verdict worse = compare_results(paced(0.9, "virtual"), paced(0.7, "virtual"), kOptions);
  ASSERT_EQ(worse.items.size(), 1u);
  EXPECT_EQ(worse.items[0].metric, "pace");
  EXPECT_EQ(worse.verdict, Word::regressed);
  EXPECT_NEAR(*worse.items[0].change, -0.2, 1e-9);
  EXPECT_THAT(worse.items[0].note, HasSubstr("keeps less of it than the base"));
  EXPECT_EQ(compare_results(paced(0.9, "real"), paced(0.7, "real"), kOptions).verdict, Word::suspect);
}

TEST(Compare, WhereASideIsBehindOnlyItsPaceIsTold) {
  const auto pace_of = [](double base, double candidate, const char* clock) {
    const Verdict verdict = compare_results(paced(base, clock), paced(candidate, clock), kOptions);
    EXPECT_EQ(verdict.items.size(), 1u) << base << clock;
    EXPECT_EQ(verdict.items.at(0).metric, "pace");
    return verdict.items.at(0);
  };
  EXPECT_EQ(pace_of(0.7, 0.7, "real").verdict, Word::pass);
  EXPECT_EQ(pace_of(0.7, 0.9, "real").verdict, Word::pass);
  EXPECT_EQ(pace_of(0.7, 0.9, "virtual").verdict, Word::improved);
  EXPECT_THAT(pace_of(0.7, 0.9, "real").note, HasSubstr("looks better; neither side keeps the offered rate; nothing"));
  EXPECT_THAT(pace_of(0.7, 1, "virtual").note, HasSubstr("the base cannot keep the offered rate, which the candidate"));
}

TEST(Compare, WhatTheUserNamedIsNoPassBehindABacklog) {
  CompareOptions asked = kOptions;
  asked.metrics = {parse_criterion("hit_ratio=1%"), parse_criterion("pace=5%")};
  for (const char* clock : {"real", "virtual"}) {
    const Verdict verdict = compare_results(paced(0.7, clock), paced(0.7, clock), asked);
    EXPECT_EQ(verdict.verdict, Word::inconclusive) << clock;
    ASSERT_EQ(verdict.items.size(), 2u) << clock;
    EXPECT_EQ(verdict.items[0].verdict, Word::pass) << clock;
    EXPECT_EQ(verdict.items[1].metric, "hit_ratio");
    EXPECT_EQ(verdict.items[1].verdict, Word::inconclusive) << clock;
    EXPECT_THAT(verdict.items[1].note, HasSubstr("neither side keeps the offered rate"));
  }
}

TEST(Compare, ABaseThatIsBehindExcusesNoOtherOperations) {
  Result candidate = paced(1, "virtual");
  candidate.runs[0].stream_checksum = "0bad";
  EXPECT_EQ(compare_results(paced(0.7, "virtual"), candidate, kOptions).verdict, Word::invalid);
}

TEST(Compare, NoPaceAtAllIsTheWorst) {
  for (const double base : {1.0, 0.5}) {
    const Verdict verdict = compare_results(paced(base, "virtual"), paced(0, "virtual"), kOptions);
    ASSERT_EQ(verdict.items.size(), 1u) << base;
    EXPECT_EQ(verdict.items[0].metric, "pace") << base;
    EXPECT_EQ(verdict.verdict, Word::regressed) << base;
    EXPECT_EQ(verdict.items[0].candidate, 0.0) << base;
    EXPECT_NEAR(*verdict.items[0].change, -base, 1e-9);
  }
  EXPECT_EQ(compare_results(paced(0, "virtual"), paced(0, "virtual"), kOptions).items.at(0).metric, "pace");
}

}  // namespace
}  // namespace hitbench
