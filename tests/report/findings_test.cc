#include "report/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/histogram.h"
#include "metrics/summary.h"
#include "tests/report/finding_matcher.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct Findings {
  std::vector<Finding> fastest, worth;
};

Findings findings_of(const Result& result) {
  const std::vector<MeasuredRow> rows = rows_of(result);
  const Group group = groups_of(selected_runs(result, {})).front();
  return {fastest_of(group, rows), worth_of(group, rows)};
}

RunResult loaded(uint64_t keys, int64_t duration_ns, double rate) {
  RunResult run;
  run.loading = {.keys = keys, .failed = 0, .duration_ns = duration_ns, .throughput_ops_s = rate};
  return run;
}

TEST(MethodWords, TellHowTheCachesWereLoaded) {
  const RunResult one = loaded(100'000, 1'200'000'000, 83'333.3), other = loaded(200'000, 4'000'000'000, 50'000), none;
  EXPECT_EQ(method_words({&none}), "");
  EXPECT_EQ(method_words({&one, &none}), "100,000 keys loaded beforehand in 1.20 s (83,333/s)");
  EXPECT_EQ(method_words({&one, &other}),
            "100,000 to 200,000 keys loaded beforehand in 1.20 s to 4.00 s (50,000 to 83,333/s)");
  const RunResult slow = loaded(100'000, 4'200'000'000'000, 23.8);
  EXPECT_EQ(method_words({&slow}), "100,000 keys loaded beforehand in 70.0 min (24/s)");
}

// h* = (g + s) / (O + s) with g = 80 µs, O = 2 ms, s = 2.2 ms - 80 µs - 2 ms = 120 µs: 200 / 2120.
TEST(BreakEven, FollowsTheFormula) {
  EXPECT_NEAR(*break_even({.hit_ns = 80e3, .miss_ns = 2.2e6, .load_ns = 2e6}, 2e6), 200.0 / 2120, 1e-12);
}

TEST(BreakEven, AFillThatSeemsToCostLessThanNothingIsFree) {
  EXPECT_NEAR(*break_even({.hit_ns = 80e3, .miss_ns = 1e6, .load_ns = 2e6}, 2e6), 0.04, 1e-12);
}

TEST(BreakEven, NeedsAHit) { EXPECT_FALSE(break_even({.hit_ns = {}, .miss_ns = 1e6, .load_ns = 1e6}, 2e6)); }

TEST(Fastest, IsNamedOnlyWhereTheIntervalExcludesZero) {
  EXPECT_THAT(findings_of(sample::two_caches()).fastest[0], finding("fastest", "cache-aside/redis"));
  Result close = sample::two_caches();
  *close.runs[2].read.response.mean_ns *= 0.8;
  for (RoundResult& round : close.runs[2].rounds) round.latency_ns["read.response.mean"] *= 0.8;
  EXPECT_THAT(
      findings_of(close).fastest,
      ElementsAre(finding("fastest-not-determined", "", HasSubstr("cache-aside/redis, cache-aside/memcached")),
                  finding("fastest-against", "cache-aside/redis against cache-aside/memcached: ", HasSubstr("1.8 %")),
                  finding("fastest-against", "cache-aside/redis against none/none: ", HasSubstr("90 %"))));
}

TEST(Fastest, CannotBeNamedAfterOneRound) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.rounds.resize(1);
  const Findings findings = findings_of(result);
  EXPECT_EQ(findings.fastest[0].id, "fastest-not-determined");
  EXPECT_THAT(findings.fastest[1].text, HasSubstr("1 round:"));
  EXPECT_EQ(findings.worth[0].id, "seems-to-pay");
}

TEST(Fastest, IsNotARowThatHasNoOriginWhereOthersHaveOne) {
  const std::vector<Finding> fastest = findings_of(sample::swept()).fastest;
  EXPECT_THAT(fastest, ElementsAre(finding("fastest", "cache-aside/memory/sqlite"), finding("fastest-against", "")))
      << "direct/memory is quicker, and loads nothing";
}

TEST(Fastest, IsTheRowWithoutACacheWhereThatIsFastest) {
  Result result = sample::two_caches();
  *result.runs[0].read.response.mean_ns /= 20;
  for (RoundResult& round : result.runs[0].rounds) round.latency_ns["read.response.mean"] /= 20;
  EXPECT_THAT(findings_of(result).fastest.front(), finding("fastest", "none/none"));
}

TEST(Fastest, IsNeverAnInvalidRow) {
  Result result = sample::two_caches();
  result.runs[1].validity.valid = false;
  const std::vector<Finding> fastest = findings_of(result).fastest;
  EXPECT_THAT(fastest, ElementsAre(finding("fastest", "cache-aside/memcached"), finding("fastest-against", ""),
                                   finding("not-compared", "cache-aside/redis: ")))
      << "nobody is passed over";
}

TEST(Fastest, NamesARowThatFailedToRun) {
  Result result = sample::two_caches();
  result.runs[1].skipped = "the server refused";
  result.runs[1].validity.valid = false;
  const Findings findings = findings_of(result);
  EXPECT_THAT(findings.fastest, Contains(finding("not-compared", "cache-aside/redis: ", EndsWith(" failed"))));
  EXPECT_THAT(findings.worth, ElementsAre(finding("pays", "cache-aside/memcached: "),
                                          finding("worth-not-compared", "cache-aside/redis: ", EndsWith(" failed"))));
}

TEST(Fastest, NamesAllRowsWhereNoneMayWin) {
  Result result = sample::two_caches();
  result.runs[1].reads.failed = result.runs[2].reads.failed = 50'000;
  EXPECT_EQ(findings_of(result).fastest.size(), 2u);
  for (const Finding& finding : findings_of(result).fastest) EXPECT_EQ(finding.id, "not-compared");
}

TEST(Fastest, IsNeverARowWhoseReadsFail) {
  Result result = sample::two_caches();
  result.runs[1].reads.failed = 100;  // of 100,000 and these
  EXPECT_EQ(findings_of(result).fastest[0].id, "fastest");
  result.runs[1].reads.failed = 101;
  const Findings findings = findings_of(result);
  EXPECT_THAT(findings.fastest, Contains(finding("not-compared", "cache-aside/redis: 0.1 % of its reads")));
  EXPECT_THAT(findings.worth, ElementsAre(finding("pays", "cache-aside/memcached: "),
                                          finding("worth-not-compared", "cache-aside/redis: 0.1 % of its reads")))
      << "and nobody is passed over";
}

TEST(Worth, IsNotJudgedAgainstABaselineThatFails) {
  Result result = sample::two_caches();
  result.runs[0].reads.failed = 2000;
  const std::vector<Finding> worth = findings_of(result).worth;
  ASSERT_EQ(worth.size(), 2u);
  for (const Finding& finding : worth) {
    EXPECT_EQ(finding.id, "worth-not-compared");
    EXPECT_THAT(finding.text, HasSubstr("none/none, 2.0 % of its reads"));
  }
}

TEST(Worth, SaysWhichRowIsInvalid) {
  Result result = sample::two_caches();
  result.runs[2].validity.valid = false;
  EXPECT_THAT(findings_of(result).worth.at(1), finding("worth-not-compared", "cache-aside/memcached: "));
}

TEST(Worth, CannotBeToldWhereTheRoundsDisagree) {
  Result result = sample::two_caches();
  RunResult& row = result.runs[1];
  double factor = 20;
  for (RoundResult& round : row.rounds) round.latency_ns["read.response.mean"] *= factor = 28 - factor;
  for (const Finding& finding : findings_of(result).worth) {
    if (finding.text.find(row.name) == std::string::npos) continue;
    EXPECT_EQ(finding.id, "worth-not-determined");
  }
}

TEST(WorkloadWords, ShowWhatIsSweptAndTheSizeOfValues) {
  Result result;
  result.scenario_json = R"({"rounds": 2, "measure": {"duration": "1500ms"}, "sweep": {"app.clients": [1, 1000]},
      "workload": {"keys": {"distribution": "uniform", "count": 10},
                   "value_bytes": {"distribution": "fixed", "bytes": 100}}, "app": {"clients": 1}})";
  EXPECT_EQ(workload_words(result), "uniform over 10 keys, 100 B values; 1/1,000 clients; 2 rounds of 750 ms per row");
}

TEST(WorkloadWords, HaveTheTtlThatAllStrategiesShare) {
  const auto words = [](const std::string& rest) {
    Result result;
    result.scenario_json = R"({"app": {"clients": 5}, )" + rest + "}";
    return workload_words(result);
  };
  const std::string none = R"("strategies": [{"type": "none"}, {"type": "cache-aside", "ttl": ")";
  EXPECT_EQ(words(none + R"(1min"}])"), "5 clients; TTL 1min");
  EXPECT_EQ(words(none + R"(1min"}, {"ttl": "1min"}])"), "5 clients; TTL 1min");
  EXPECT_EQ(words(none + R"(1min"}, {"ttl": "2min"}])"), "5 clients");
  EXPECT_EQ(words(none + R"(none"}])"), "5 clients; no TTL");
  EXPECT_EQ(words(none + R"(1min"}], "sweep": {"strategies.1.ttl": ["1s", "2s"]})"), "5 clients");
  EXPECT_EQ(words(R"("strategy": {"ttl": "10s"})"), "5 clients; TTL 10s");
  EXPECT_EQ(words(R"("strategies": [5, "x", null])"), "5 clients");
}

TEST(WorkloadWords, SayThatTimeIsSimulated) {
  Result result;
  result.scenario_json = R"({"clock": "virtual", "rounds": 1, "measure": {"duration": "1min"}, "app": {"clients": 5}})";
  EXPECT_EQ(workload_words(result), "5 clients; simulated (virtual time), 1 round of 60.0 s per row");
}

TEST(WorkloadWords, SayWhichValuesAnEnvelopeMakesLarger) {
  const auto words = [](const std::string& values) {
    Result result;
    result.scenario_json = R"({"workload": {"value_bytes": )" + values + "}}";
    return workload_words(result);
  };
  EXPECT_EQ(words(R"({"distribution": "fixed", "bytes": 3})"), "3 B values (40 B at least with an envelope)");
  EXPECT_EQ(words(R"({"distribution": "fixed", "bytes": 40})"), "40 B values");
  EXPECT_EQ(words(R"({"distribution": "uniform", "min": 39, "max": 99})"),
            "uniform value sizes (40 B at least with an envelope)");
  EXPECT_EQ(words(R"({"distribution": "facebook-etc"})"), "facebook-etc value sizes (40 B at least with an envelope)");
  EXPECT_EQ(words(R"({"distribution": "list", "sizes": {"2000": 1, "39": 9}})"),
            "list value sizes (40 B at least with an envelope)");
  EXPECT_EQ(words(R"({"distribution": "list", "sizes": {"2KiB": 1, "40": 9}})"), "list value sizes");
}

// The values of a swept field stand with their rows; those of the first point are no more than that.
TEST(WorkloadWords, LeaveOutWhatIsSweptAndHasNoWord) {
  const auto words = [](const std::string& sweep) {
    Result result;
    result.scenario_json = R"({"workload": {"keys": {"distribution": "uniform", "count": 10},
      "mix": {"read": 1}, "value_bytes": 100}, "sweep": )" +
                           sweep + "}";
    return workload_words(result);
  };
  EXPECT_EQ(words(R"({"workload.mix": [{"read": 1}, {"read": 0.5, "write": 0.5}]})"),
            "uniform over 10 keys, 100 B values");
  EXPECT_EQ(words(R"({"workload.value_bytes": [100, {"distribution": "lognormal"}]})"),
            "uniform over 10 keys, 100 % reads");
  EXPECT_EQ(words(R"({"workload.value_bytes": [100, 200]})"), "uniform over 10 keys, 100 % reads, 100/200 B values");
}

TEST(WorkloadWords, TellKeysOfWritesAndAShareThatIsLoadedFirst) {
  const auto words = [](const std::string& preload, const std::string& more) {
    Result result;
    result.scenario_json = R"({"warmup": {"preload": )" + preload + R"(}, "workload": {
        "keys": {"distribution": "uniform", "count": 10},
        "write_keys": {"distribution": "zipf", "theta": 0.99, "count": null}, "mix": {"read": 1}})" +
                           more + "}";
    return workload_words(result);
  };
  const std::string keys = "uniform over 10 keys, zipf 0.99 keys for writes and deletes, 100 % reads";
  EXPECT_EQ(words("false", ""), keys);
  EXPECT_EQ(words("true", ""), keys) << "the line of the method says how many were loaded";
  EXPECT_EQ(words("0.125", ""), keys + "; 12.5 % of the keys loaded first");
  EXPECT_EQ(words("0", ""), keys + "; 0 % of the keys loaded first");
  EXPECT_EQ(words("0.5", R"(, "sweep": {"warmup.preload": [0.5, 0.8]})"), keys + "; keys loaded first: 0.5/0.8");
  EXPECT_EQ(words("false", R"(, "sweep": {"warmup.preload": [false, 0.125, true]})"),
            keys + "; keys loaded first: false/0.125/true");
}

TEST(Worth, ACacheSlowerThanTheOriginDoesNotPay) {
  Result result = sample::two_caches();
  RunResult& row = result.runs[1];
  row.read.response.mean_ns = 3e6;
  row.costs.hit_ns = 2.5e6;
  for (RoundResult& round : row.rounds) round.latency_ns["read.response.mean"] *= 15;
  const std::vector<Finding> worth = findings_of(result).worth;
  const Finding& last = worth.back();  // slowest last
  EXPECT_THAT(last, finding("does-not-pay", "cache-aside/redis: ", Not(HasSubstr("break-even")))) << "none would pay";
}

// The slowest 1 % of all reads are the slowest half of the loads where 2 % load, and the slowest tenth where 10 % do.
TEST(Worth, P99IsAQuantileOfTheLoadsOrThatOfHits) {
  Histogram loads;
  for (int i = 1; i <= 2000; ++i) loads.record(i * 6000);  // up to 12 ms
  const auto words = [&](const ReadsResult& reads, int64_t p99_ns) {
    Result result = sample::two_caches();
    RunResult& row = result.runs[1];
    row.reads = reads;
    row.read.response.p99_ns = p99_ns;
    row.loaded = summarize(loads);
    return findings_of(result).worth[0].text;
  };
  EXPECT_THAT(words({.fresh_hit = 99'600, .miss = 400}, 1'000'000),
              AllOf(HasSubstr("p99"), HasSubstr("0.4 %"), Not(HasSubstr("p99 is the p"))));
  EXPECT_THAT(words({.fresh_hit = 98'000, .miss = 2000}, 6'000'000),
              AllOf(HasSubstr("2.0 %"), EndsWith("p50 of the loads (6.00 ms)")));
  EXPECT_THAT(words({.fresh_hit = 18'000, .coalesced = 500, .miss = 1500}, 10'800'000),
              AllOf(HasSubstr("10.0 %"), EndsWith("p90 of the loads (10.8 ms)")));
  EXPECT_THAT(words({.fresh_hit = 98'000, .miss = 2000}, 9'000'000), HasSubstr("p50 of the loads (6.00 ms) or more"));
}

TEST(Worth, ARowWhoseAnswersAreNeitherFreshNorMissesIsToldOf) {
  for (const ReadsResult& reads : {ReadsResult{.stale_hit = 100'000}, ReadsResult{.null_hit = 100'000}}) {
    Result result = sample::two_caches();
    result.runs[1].reads = reads;
    EXPECT_THAT(findings_of(result).worth.at(0),
                finding("pays", "cache-aside/redis: ", AllOf(HasSubstr("p99"), HasSubstr("none of the reads"))));
  }
}

TEST(Worth, OfAnOlderResultTheLoadsAreNotKnown) {
  Result result = sample::two_caches();
  EXPECT_THAT(findings_of(result).worth[0].text, AllOf(HasSubstr("8.2 %"), EndsWith("p88 of the loads")));
}

// g = 80 µs, s = 2.2 ms - 80 µs - 2 ms = 120 µs; O = 20 s of queueing, and 2 ms as the row's own loads.
TEST(Worth, OfABreakEvenAgainstAnOverloadedOriginItIsSaid) {
  Result result = sample::two_caches();
  result.runs[0].validity.overloaded = true;
  EXPECT_THAT(findings_of(result).worth.at(0).text,
              AllOf(HasSubstr("overloaded"), HasSubstr("none/none"), HasSubstr("91.8 %"), HasSubstr("break-even 9.4 %"),
                    HasSubstr("9.4 % against loads of 2.00 ms")));
  result.runs[0].read.response.mean_ns = 20e9;
  EXPECT_THAT(findings_of(result).worth.at(0).text,
              AllOf(HasSubstr("break-even 0.001 %"), HasSubstr("9.4 % against loads of 2.00 ms")));
  const Group group = groups_of(selected_runs(result, {})).front();
  EXPECT_EQ(cell_text(row_label(result.runs[0], group)), "none/none (overloaded)");
}

TEST(Worth, CannotBeToldOfTwoRowsThatAreOverloaded) {
  Result result = sample::two_caches();
  result.runs[0].validity.overloaded = result.runs[1].validity.overloaded = true;
  const std::vector<Finding> worth = findings_of(result).worth;
  EXPECT_THAT(worth, ElementsAre(finding("worth-not-compared", "cache-aside/redis: ",
                                         AllOf(HasSubstr("none/none"), HasSubstr("(workload.arrivals.rate)"))),
                                 finding("pays", "cache-aside/memcached: ")))
      << "this one kept its rate";
}

// A closed loop keeps no rate, but it may fill the origin's queue: of 2 ms a read waits 0.9 and 1.1.
TEST(Worth, OfABreakEvenAgainstAnOriginWithAQueueItIsSaid) {
  Result result = sample::two_caches();
  OriginLoad& load = result.runs[0].origin_load;
  result.runs[0].read.response.mean_ns = 2e6;
  load.loads = 1000;
  load.stores = 0;
  load.queued = 500;
  load.queue_wait_mean_ns = 1'800'000;
  EXPECT_THAT(findings_of(result).worth.at(0).text, Not(HasSubstr("overloaded")));
  load.queue_wait_mean_ns = 2'200'000;
  EXPECT_THAT(findings_of(result).worth.at(0).text, AllOf(HasSubstr("overloaded"), HasSubstr("none/none")));
}

TEST(Worth, IsNotAskedWithoutABaseline) {
  Result result = sample::two_caches();
  result.runs.erase(result.runs.begin());
  EXPECT_TRUE(findings_of(result).worth.empty());
}

TEST(Doubts, EqualWarningsOfSeveralRowsAreToldOnce) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.validity.warnings = {{"slow-clock", "noisy"}};
  const std::vector<Finding> doubts = doubts_of(selected_runs(result, {}));
  EXPECT_THAT(doubts, ElementsAre(finding("slow-clock", "none/none, cache-aside/redis, cache-aside/memcached: noisy")));
  const std::vector<Finding> brief = doubts_of(selected_runs(result, {}), 2);
  EXPECT_THAT(brief, ElementsAre(finding("slow-clock", "none/none, cache-aside/redis and 1 more: noisy")));
}

TEST(Doubts, ARowThatFailedIsToldFromOneThatCouldNotRunHere) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.skipped = "no answer";
  result.runs.back().validity.valid = false;
  const std::vector<Finding> doubts = doubts_of(selected_runs(result, {}));
  EXPECT_THAT(doubts, ElementsAre(finding("row-failed", "cache-aside/memcached: no answer"),
                                  finding("row-not-run", "none/none, cache-aside/redis: no answer")));
}

std::vector<std::string> ids_of_doubts(const Result& result) {
  std::vector<std::string> ids;
  for (const Finding& finding : doubts_of(selected_runs(result, {}))) ids.push_back(finding.id);
  return ids;
}

TEST(Doubts, AreInvalidRowsFirstAndOfEachKindTheMostSerious) {
  Result result = sample::two_caches();
  RunResult &first = result.runs[0], &second = result.runs[1];
  first.validity.warnings = {{"keys-left", "3 keys"}, {"few-hits", "almost nothing hit"}};
  first.server_messages = {{.text = "OOM", .count = 2, .remedy = ""}};
  first.complete = false;
  second.validity = {.valid = false,
                     .reasons = {{"began-late", "reads"}, {"corrupt-values", "1 value"}},
                     .warnings = {{"slow-clock", "hpet"}}};
  EXPECT_THAT(ids_of_doubts(result), ElementsAre("corrupt-values", "began-late", "slow-clock", "server-refused",
                                                 "few-hits", "rounds-unfinished", "keys-left"));
}

TEST(Doubts, OfAnOlderVersionHaveNoIdsOfTheirOwnAndComeLast) {
  Result result = sample::two_caches();
  Doubt nameless;
  nameless.text = "as it was said then";
  result.runs[0].validity.warnings = {nameless, {"keys-left", "3 keys"}};
  result.runs[1].validity = {.valid = false, .reasons = {nameless, {"began-late", "reads"}}};
  result.runs[2].validity.valid = false;
  EXPECT_THAT(ids_of_doubts(result), ElementsAre("began-late", "row-invalid", "row-invalid", "keys-left", "warning"));
}

TEST(Context, TheSharesOfAMixHaveTheSameDigitsAndAddUp) {
  const auto words = [](const std::string& mix) {
    Result result;
    result.scenario_json = R"({"workload": {"mix": )" + mix + "}}";
    return workload_words(result);
  };
  EXPECT_EQ(words(R"({"read": 0.968, "write": 0.032})"), "96.8 % reads, 3.2 % writes");
  EXPECT_EQ(words(R"({"read": 0.95, "write": 0.05, "delete": 0})"), "95 % reads, 5 % writes");
  EXPECT_EQ(words(R"({"read": 0.9995, "modify": 0.0005})"), "99.95 % reads, 0.05 % modifies");
  EXPECT_EQ(words(R"({"read": 1})"), "100 % reads");
}

TEST(Context, MissingScenarioAndEnvironmentAreLeftOut) {
  EXPECT_EQ(workload_words({}), "");
  EXPECT_EQ(environment_words({}), "");
  Result odd;
  odd.scenario_json = R"({"workload": [1], "app": null, "rounds": "x"})";
  EXPECT_EQ(workload_words(odd), "");
}

}  // namespace
}  // namespace hitbench
