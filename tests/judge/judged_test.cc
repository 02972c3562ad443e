#include "judge/judged.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

std::vector<std::string> names(const std::vector<Judged>& judged) {
  std::vector<std::string> all;
  for (const Judged& each : judged) all.push_back(each.metric);
  return all;
}

std::string refusal(const std::string& text) {
  try {
    parse_judged(text);
  } catch (const Error& error) {
    return std::string(error.what()) + " / " + error.remedy();
  }
  return "accepted";
}

TEST(JudgedMetrics, AreThoseThatARunHas) {
  EXPECT_THAT(
      names(judged_by_default(sample::redis(), Mode::statistical)),
      testing::ElementsAre("throughput", "read.response.p50", "read.response.p99", "hit_ratio", "origin_load.loads"));
  EXPECT_THAT(names(judged_by_default(sample::redis(), Mode::exact)), testing::Contains("reads.miss"));
}

TEST(JudgedMetrics, TakeServiceTimeWhereThroughputIsGiven) {
  RunResult run = sample::redis();
  run.loop = "open";
  EXPECT_THAT(names(judged_by_default(run, Mode::statistical)), testing::Contains("read.service.mean"));
  EXPECT_THAT(names(judged_by_default(run, Mode::statistical)), testing::Not(testing::Contains("throughput")));
}

TEST(JudgedMetrics, CountersCountExactlyFromTheFirstOneOn) {
  for (const Judged& judged : judged_by_default(sample::redis(), Mode::exact)) {
    const bool timed = judged.kind == Judged::Kind::time || judged.kind == Judged::Kind::throughput;
    EXPECT_EQ(judged.exact_delta > 0, timed) << judged.metric;
  }
}

TEST(JudgedMetrics, AreNamedLikeThresholds) {
  const Judged tail = parse_judged("read.p99=20%");
  EXPECT_EQ(tail.metric, "read.response.p99");
  EXPECT_EQ(tail.delta, 0.20);
  EXPECT_EQ(tail.exact_delta, 0.20);
  EXPECT_TRUE(tail.tail);
  for (const char* name : {"read.p95", "read.p97.5", "read.p99.99", "write.max"}) {
    EXPECT_TRUE(parse_judged(name).tail) << name;
  }
  for (const char* name : {"read.p50", "read.p75", "read.p9", "read.p94.9", "read.mean", "loading.throughput"}) {
    EXPECT_FALSE(parse_judged(name).tail) << name;
  }
  EXPECT_TRUE(parse_judged("loading.throughput").higher_is_better());
  EXPECT_EQ(parse_judged("hit_ratio").kind, Judged::Kind::hit_ratio);
  EXPECT_EQ(parse_judged("hit_ratio").exact_delta, 0);
  EXPECT_EQ(parse_judged("consistency.stale_reads").kind, Judged::Kind::count);
  EXPECT_EQ(parse_judged("origin_load.peak_concurrent_loads_per_key").kind, Judged::Kind::other);
  EXPECT_EQ(parse_judged("backend.memory_bytes").kind, Judged::Kind::other);
}

TEST(JudgedMetrics, RefuseWhatCannotBeJudged) {
  EXPECT_THAT(refusal("read.response.q99"), HasSubstr("read.response.p99"));
  EXPECT_THAT(refusal("operations"), HasSubstr("neither better nor worse"));
  EXPECT_THAT(refusal("read.response.count"), HasSubstr("neither better nor worse"));
  EXPECT_THAT(refusal("hit_ratio=5"), HasSubstr("hit_ratio=5%"));
  EXPECT_THAT(refusal("hit_ratio=-5%"), HasSubstr("hit_ratio=5%"));
}

// 98 instead of 99 % hits doubles the load on the origin.
TEST(JudgedMetrics, HitRatiosAreComparedAsMisses) {
  RunResult run = sample::redis();
  run.hit_ratio = 0.99;
  const Judged judged = parse_judged("hit_ratio");
  EXPECT_NEAR(*cost_of(run, judged, Mode::exact), 0.01, 1e-12);
  EXPECT_NEAR(*cost_of(run, judged, Mode::statistical), 0.011, 1e-12);
  EXPECT_EQ(basis_of(judged, Mode::exact), "points") << "and told in points";
}

TEST(JudgedMetrics, CountsAreComparedPerOperationWhereTheirNumberVaries) {
  RunResult run = sample::redis();
  const Judged judged = parse_judged("origin_load.loads");
  EXPECT_EQ(*cost_of(run, judged, Mode::exact), 8200);
  EXPECT_NEAR(*cost_of(run, judged, Mode::statistical), 0.082 + 0.001, 1e-12);
  EXPECT_NEAR(*shown_of(run, judged, Mode::statistical), 0.082, 1e-12);
}

TEST(JudgedMetrics, MoreThroughputCostsLess) {
  RunResult slow = sample::redis(), fast = sample::redis();
  fast.throughput_ops_s *= 2;
  const Judged judged = parse_judged("throughput");
  EXPECT_LT(*cost_of(fast, judged, Mode::statistical), *cost_of(slow, judged, Mode::statistical));
}

TEST(JudgedMetrics, NoPaceIsTheWorstPaceAndNoneThatWasNotMeasured) {
  RunResult run = sample::redis();
  const Judged judged = parse_judged("pace");
  EXPECT_FALSE(cost_of(run, judged, Mode::exact));
  run.pace = 0.5;
  EXPECT_NEAR(*cost_of(run, judged, Mode::exact), 2, 1e-12);
  run.pace = 0;
  for (const Mode mode : {Mode::exact, Mode::statistical}) {
    EXPECT_NEAR(*cost_of(run, judged, mode), 1e9, 1);
    VerdictItem item = new_item(run.name, judged, mode);
    set_values({.base = std::log(2), .change = {.value = std::log(1e9 / 2)}}, judged, mode, item);
    EXPECT_NEAR(*item.base, 0.5, 1e-12);
    EXPECT_EQ(item.candidate, 0.0);
  }
}

// The logarithm of a cost, and back, rounds.
TEST(JudgedMetrics, NothingStaysNothing) {
  RunResult run = sample::redis();
  run.origin_load.loads = 0;
  run.hit_ratio = 0;
  run.failed_share = 0;
  for (const char* name : {"origin_load.loads", "hit_ratio", "failed_share"}) {
    const Judged judged = parse_judged(name);
    const double log = std::log(*cost_of(run, judged, Mode::statistical));
    for (const double residue : {-4e-16, -2e-16, 0.0, 2e-16, 4e-16}) {
      VerdictItem item = new_item(run.name, judged, Mode::statistical);
      set_values({.base = log + residue, .change = {.value = residue}}, judged, Mode::statistical, item);
      EXPECT_EQ(item.base, 0.0) << name << residue;
      EXPECT_EQ(item.candidate, 0.0) << name << residue;
    }
  }
}

TEST(JudgedMetrics, OfEachKindAreChosenByWhatIsExact) {
  const auto modes = [](Exact exact) {
    int exactly = 0, statistically = 0;
    for (const Judgement& judgement : judgements_of(sample::redis(), {}, exact)) {
      (judgement.mode == Mode::exact ? exactly : statistically) += 1;
    }
    return std::pair(exactly > 0, statistically > 0);
  };
  EXPECT_EQ(modes(Exact::nothing), std::pair(false, true));
  EXPECT_EQ(modes(Exact::counters), std::pair(true, true));
  EXPECT_EQ(modes(Exact::everything), std::pair(true, false));
  const std::vector<Judgement> named = judgements_of(sample::redis(), {parse_judged("hit_ratio")}, Exact::counters);
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].mode, Mode::exact);
}

}  // namespace
}  // namespace hitbench
