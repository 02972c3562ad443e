#include "engine/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RowPlan row_of(const std::string& members) {
  return plan_of(changed(R"({"strategies": [{"type": "cache-aside", "ttl": "none"}], "caches": ["memory"],
                            "warmup": {"operations": 0}})",
                         members))
      .at(0);
}

// A second of 1,000 reads for each percentage.
RunResult run_of(const std::vector<int>& percentages) {
  RunResult run;
  uint64_t hits = 0;
  for (const int percent : percentages) {
    const auto hit = static_cast<uint64_t>(10 * percent);
    run.series.push_back({.operations = 1000, .reads = 1000, .hits = hit});
    hits += hit;
  }
  const uint64_t reads = 1000 * percentages.size();
  run.reads = {.fresh_hit = hits, .miss = reads - hits};
  run.hit_ratio = static_cast<double>(hits) / static_cast<double>(reads);
  run.duration_ns = static_cast<int64_t>(percentages.size()) * 1'000'000'000;
  return run;
}

std::vector<Doubt> warnings(RunResult run, const std::string& members = R"("seed": 1)") {
  warn_of_drift(row_of(members), run);
  return run.validity.warnings;
}

const std::vector<int> kClimbs = {47, 50, 53, 56, 59, 62, 65, 68};

TEST(Drift, IsAHitRatioThatClimbsFromHalfToHalf) {
  EXPECT_THAT(warnings(run_of(kClimbs)),
              ElementsAre(doubt("hit-ratio-moved",
                                AllOf(HasSubstr("51.5 %"), HasSubstr("63.5 %"), HasSubstr("\"until\": \"steady\"")))));
}

TEST(Drift, IsSeenInAllSeconds) {
  EXPECT_THAT(warnings(run_of({80, 80, 80, 80, 80, 80, 80, 90, 90, 90, 90, 90, 90, 90, 90})),
              ElementsAre(doubt("hit-ratio-moved", AllOf(HasSubstr("80.0 %"), HasSubstr("90.0 %")))));
}

TEST(Drift, OfAWarmupThatWaitedForTheRatioWantsAHigherLimit) {
  RunResult run = run_of(kClimbs);
  run.warmup.steady = false;
  EXPECT_THAT(warnings(run), ElementsAre(doubt("hit-ratio-moved", HasSubstr("\"limit\""))));
}

TEST(Drift, IsNoSwingingToAndFro) {
  EXPECT_THAT(warnings(run_of({60, 90, 60, 90, 60, 90, 60, 96})), IsEmpty()) << "halves of 75 and 76.5 %";
  EXPECT_THAT(warnings(run_of({80, 80, 80, 80, 80, 80, 80, 80})), IsEmpty());
}

// Everything expires after half the time and comes back: within the second half the ratio climbs from 28 to 88 %.
TEST(Drift, IsAFallThatIsMadeGoodAgain) {
  EXPECT_THAT(warnings(run_of({100, 100, 100, 100, 28, 58, 78, 88})),
              ElementsAre(doubt("hit-ratio-moved", AllOf(HasSubstr("100.0 %"), HasSubstr("63.0 %")))));
}

TEST(Drift, IsSeldomSeenWhereNothingButNoiseIs) {
  const RowPlan row = row_of(R"("seed": 1)");
  for (const int length : {4, 5, 6, 7, 8}) {
    Rng rng(7);
    int alarms = 0;
    for (int i = 0; i < 2000; ++i) {
      std::vector<int> percentages;
      for (int second = 0; second < length; ++second) {
        int percent = 40;
        for (int draw = 0; draw < 12; ++draw) percent += static_cast<int>(rng.below(5));  // 64 in the mean, +- 5
        percentages.push_back(percent);
      }
      RunResult run = run_of(percentages);
      for (SecondResult& second : run.series) {
        second.reads *= 1000;
        second.hits = second.hits * 1000 + rng.below(10'000);  // no two alike
      }
      warn_of_drift(row, run);
      alarms += run.validity.warnings.empty() ? 0 : 1;
    }
    EXPECT_LT(alarms, 60) << "of 2000, of " << length << " s";
  }
}

TEST(Drift, OfLessThanAPointIsNone) {
  RunResult run = run_of({80, 80, 80, 80, 81, 81, 80, 81});
  for (SecondResult& second : run.series) second.reads *= 1000, second.hits *= 1000;
  EXPECT_THAT(warnings(run), IsEmpty()) << "0.75 points, however sure";
}

TEST(Drift, OfAShortRunOrOfFaultsIsNotTold) {
  EXPECT_THAT(warnings(run_of({40, 80})), IsEmpty());
  EXPECT_THAT(warnings(run_of(kClimbs), R"("faults": [{"at": "1s", "target": "origin", "action": "fail", "for": "1s"}],
                                           "measure": {"duration": "8s"})"),
              IsEmpty());
  EXPECT_THAT(warnings(run_of(kClimbs), R"("strategies": ["none"])"), IsEmpty());
}

TEST(Drift, IsFirstMissesThatDominate) {
  RunResult run = run_of({80, 80, 80, 80});
  run.misses.first = 600;
  EXPECT_THAT(warnings(run), ElementsAre(doubt("first-misses", HasSubstr("75 %"))));
  run.misses.first = 400;
  EXPECT_THAT(warnings(run), IsEmpty()) << "half of them";
  run = run_of({100, 100, 100, 99});
  run.misses.first = 10;
  EXPECT_THAT(warnings(run), IsEmpty()) << "0.25 % of the reads";
  run = run_of({80, 80, 80, 80});
  run.misses.first = 600;
  EXPECT_THAT(warnings(run, R"("workload": {"absent": 0.2})"), IsEmpty()) << "absent keys are never stored";
}

// To load beforehand what is evicted or expires only leads to the next warning.
TEST(Drift, OfFirstMissesIsMendedByLoadingOnlyWhereThatLasts) {
  RunResult run = run_of({80, 80, 80, 80});
  run.misses.first = 600;
  const auto loading = doubt("first-misses", HasSubstr("\"warmup\": {\"preload\": true}"));
  const auto steady = doubt("first-misses", HasSubstr("\"warmup\": {\"until\": \"steady\"}"));
  const std::string lasts = R"("caches": [{"type": "memory", "entries": 100000}])";  // one for each key
  EXPECT_THAT(warnings(run, lasts), ElementsAre(loading));
  EXPECT_THAT(warnings(run, R"("caches": [{"type": "memory", "entries": 1000}])"), ElementsAre(steady));
  EXPECT_THAT(warnings(run, lasts + R"(, "strategies": [{"type": "cache-aside", "ttl": "2s"}])"), ElementsAre(steady));
  run.backend.evictions = 5;
  EXPECT_THAT(warnings(run, lasts), ElementsAre(steady));
  run.warmup.steady = false;
  EXPECT_THAT(warnings(run, lasts), ElementsAre(doubt("first-misses", HasSubstr("\"limit\""))));
}

// 100,000 keys, 1,000 reads/s: in a minute hardly any key is asked for twice.
TEST(Drift, IsATtlThatIsLongerThanWhatWasSeen) {
  const std::string minute = R"("strategies": [{"type": "cache-aside", "ttl": "60s"}])";
  EXPECT_THAT(warnings(run_of({100, 100, 100, 100}), minute),
              ElementsAre(doubt("long-ttl", AllOf(HasSubstr("live 1min"), HasSubstr("for 4")))));
  RunResult warm = run_of({100, 100, 100, 100});
  warm.warmup.duration_ns = 57'000'000'000;
  EXPECT_THAT(warnings(warm, minute), IsEmpty()) << "61 s in all";
  RunResult busy = run_of({100, 100, 100, 100});
  busy.reads.fresh_hit = 1'400'000;  // 21 million reads within a TTL: 0.48 % of them expire
  EXPECT_THAT(warnings(busy, minute), IsEmpty());
  busy.reads.fresh_hit = 1'300'000;
  EXPECT_THAT(warnings(busy, minute), ElementsAre(doubt("long-ttl")));
  RunResult told = run_of({100, 100, 100, 100});
  told.warmup.steady = false;
  EXPECT_THAT(warnings(told, minute), IsEmpty()) << "the warm-up's own warning says so";
  EXPECT_THAT(warnings(run_of({100, 100, 100, 100})), IsEmpty()) << "no TTL";
}

// 20 s of 20 s are hits but for the last one: 95 %, where the long run has 83 %.
TEST(Drift, IsWhatWasLoadedAtOnceAndWatchedForLessThanTwoTtls) {
  const auto row = [](const std::string& ttl) {
    return R"("strategies": [{"type": "cache-aside", "ttl": ")" + ttl +
           R"("}], "warmup": {"preload": true}, "workload": {"keys": {"distribution": "uniform", "count": 2000}})";
  };
  std::vector<int> late(19, 100);
  late.push_back(5);
  EXPECT_THAT(warnings(run_of(late), row("19s")),
              ElementsAre(doubt("loaded-at-once", AllOf(HasSubstr("live 19s"), HasSubstr("for 20"),
                                                        HasSubstr("\"until\": \"steady\""), HasSubstr("for 38s")))));
  EXPECT_THAT(warnings(run_of(late), row("11s")), ElementsAre(doubt("loaded-at-once")));
  EXPECT_THAT(warnings(run_of(late), row("10s")), IsEmpty()) << "two TTLs";
  EXPECT_THAT(warnings(run_of(late), row("30s")), ElementsAre(doubt("loaded-at-once", HasSubstr("live 30s"))));
  RunResult known = run_of(late);
  known.warmup.steady = true;
  EXPECT_THAT(warnings(known, row("19s")), IsEmpty());
  known.warmup.steady = false;
  EXPECT_THAT(warnings(known, row("19s")), IsEmpty()) << "the warm-up's own warning says so";
}

// What expires one by one, or never, only has to be watched for one TTL.
TEST(Drift, OfWhatWasLoadedAtOnceIsOnlyToldWhereItExpiresTogether) {
  const auto told = [](const std::string& strategy, const std::string& preload, int length) {
    return warnings(run_of(std::vector<int>(static_cast<size_t>(length), 95)),
                    R"("strategies": [{"ttl": "19s", )" + strategy + R"(}], "warmup": {"preload": )" + preload +
                        R"(}, "workload": {"keys": {"distribution": "uniform", "count": 2000}})");
  };
  const std::string plain = R"("type": "cache-aside")";
  const auto together = ElementsAre(doubt("loaded-at-once", HasSubstr("live 19s")));
  EXPECT_THAT(told(plain, "true", 20), together);
  EXPECT_THAT(told(plain, "0.5", 20), together);
  const std::string jitter = plain + R"(, "ttl_jitter": 0.1)";
  const std::string refresh = plain + R"(, "refresh": {"stale_while": "5s"})";
  const std::string preloads[] = {"0.4", "true", "true"};
  const std::string strategies[] = {plain, jitter, refresh};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(told(strategies[i], preloads[i], 20), IsEmpty()) << strategies[i] << " " << preloads[i];
    EXPECT_THAT(told(strategies[i], preloads[i], 18), ElementsAre(doubt("long-ttl")))
        << strategies[i] << " " << preloads[i];
  }
  EXPECT_THAT(told(R"("type": "direct")", "true", 20), IsEmpty()) << "no origin: it never comes back";
}

}  // namespace
}  // namespace hitbench
