#include "judge/criterion.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

std::vector<std::string> names(const std::vector<Criterion>& criterion) {
  std::vector<std::string> all;
  for (const Criterion& each : criterion) all.push_back(each.metric);
  return all;
}

std::string refusal(const std::string& text) {
  try {
    parse_criterion(text);
  } catch (const Error& error) {
    return std::string(error.what()) + " / " + error.remedy();
  }
  return "accepted";
}

TEST(JudgedMetrics, AreThoseThatARunHas) {
  EXPECT_THAT(
      names(default_criteria(sample::redis(), Mode::statistical)),
      testing::ElementsAre("throughput", "read.response.p50", "read.response.p99", "hit_ratio", "origin_load.loads"));
  EXPECT_THAT(names(default_criteria(sample::redis(), Mode::exact)), testing::Contains("reads.miss"));
}

TEST(JudgedMetrics, TakeServiceTimeWhereThroughputIsGiven) {
  RunResult run = sample::redis();
  run.loop = "open";
  EXPECT_THAT(names(default_criteria(run, Mode::statistical)), testing::Contains("read.service.mean"));
  EXPECT_THAT(names(default_criteria(run, Mode::statistical)), testing::Not(testing::Contains("throughput")));
}

TEST(JudgedMetrics, CountersCountExactlyFromTheFirstOneOn) {
  for (const Criterion& criterion : default_criteria(sample::redis(), Mode::exact)) {
    const bool timed = criterion.kind == Criterion::Kind::time || criterion.kind == Criterion::Kind::throughput;
    EXPECT_EQ(criterion.exact_delta > 0, timed) << criterion.metric;
  }
}

TEST(JudgedMetrics, AreNamedLikeThresholds) {
  const Criterion tail = parse_criterion("read.p99=20%");
  EXPECT_EQ(tail.metric, "read.response.p99");
  EXPECT_EQ(tail.delta, 0.20);
  EXPECT_EQ(tail.exact_delta, 0.20);
  EXPECT_TRUE(tail.tail);
  for (const char* name : {"read.p95", "read.p97.5", "read.p99.99", "write.max"}) {
    EXPECT_TRUE(parse_criterion(name).tail) << name;
  }
  for (const char* name : {"read.p50", "read.p75", "read.p9", "read.p94.9", "read.mean", "loading.throughput"}) {
    EXPECT_FALSE(parse_criterion(name).tail) << name;
  }
  EXPECT_TRUE(parse_criterion("loading.throughput").higher_is_better());
  EXPECT_EQ(parse_criterion("hit_ratio").kind, Criterion::Kind::hit_ratio);
  EXPECT_EQ(parse_criterion("hit_ratio").exact_delta, 0);
  EXPECT_EQ(parse_criterion("consistency.stale_reads").kind, Criterion::Kind::count);
  EXPECT_EQ(parse_criterion("origin_load.peak_concurrent_loads_per_key").kind, Criterion::Kind::other);
  EXPECT_EQ(parse_criterion("backend.memory_bytes").kind, Criterion::Kind::other);
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
  const Criterion criterion = parse_criterion("hit_ratio");
  EXPECT_NEAR(*cost_of(run, criterion, Mode::exact), 0.01, 1e-12);
  EXPECT_NEAR(*cost_of(run, criterion, Mode::statistical), 0.011, 1e-12);
  EXPECT_EQ(basis_of(criterion, Mode::exact), "points") << "and told in points";
}

TEST(JudgedMetrics, CountsAreComparedPerOperationWhereTheirNumberVaries) {
  RunResult run = sample::redis();
  const Criterion criterion = parse_criterion("origin_load.loads");
  EXPECT_EQ(*cost_of(run, criterion, Mode::exact), 8200);
  EXPECT_NEAR(*cost_of(run, criterion, Mode::statistical), 0.082 + 0.001, 1e-12);
  EXPECT_NEAR(*shown_of(run, criterion, Mode::statistical), 0.082, 1e-12);
}

TEST(JudgedMetrics, MoreThroughputCostsLess) {
  RunResult slow = sample::redis(), fast = sample::redis();
  fast.throughput_ops_s *= 2;
  const Criterion criterion = parse_criterion("throughput");
  EXPECT_LT(*cost_of(fast, criterion, Mode::statistical), *cost_of(slow, criterion, Mode::statistical));
}

TEST(JudgedMetrics, NoPaceIsTheWorstPaceAndNoneThatWasNotMeasured) {
  RunResult run = sample::redis();
  const Criterion criterion = parse_criterion("pace");
  EXPECT_FALSE(cost_of(run, criterion, Mode::exact));
  run.pace = 0.5;
  EXPECT_NEAR(*cost_of(run, criterion, Mode::exact), 2, 1e-12);
  run.pace = 0;
  for (const Mode mode : {Mode::exact, Mode::statistical}) {
    EXPECT_NEAR(*cost_of(run, criterion, mode), 1e9, 1);
    VerdictItem item = new_item(run.name, criterion, mode);
    set_values({.base = std::log(2), .change = {.value = std::log(1e9 / 2)}}, criterion, mode, item);
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
    const Criterion criterion = parse_criterion(name);
    const double log = std::log(*cost_of(run, criterion, Mode::statistical));
    for (const double residue : {-4e-16, -2e-16, 0.0, 2e-16, 4e-16}) {
      VerdictItem item = new_item(run.name, criterion, Mode::statistical);
      set_values({.base = log + residue, .change = {.value = residue}}, criterion, Mode::statistical, item);
      EXPECT_EQ(item.base, 0.0) << name << residue;
      EXPECT_EQ(item.candidate, 0.0) << name << residue;
    }
  }
}

TEST(JudgedMetrics, OfEachKindAreChosenByWhatIsExact) {
  const auto modes = [](Exact exact) {
    int exactly = 0, statistically = 0;
    for (const AppliedCriterion& applied : criteria_of(sample::redis(), {}, exact)) {
      (applied.mode == Mode::exact ? exactly : statistically) += 1;
    }
    return std::pair(exactly > 0, statistically > 0);
  };
  EXPECT_EQ(modes(Exact::nothing), std::pair(false, true));
  EXPECT_EQ(modes(Exact::counters), std::pair(true, true));
  EXPECT_EQ(modes(Exact::everything), std::pair(true, false));
  const std::vector<AppliedCriterion> named =
      criteria_of(sample::redis(), {parse_criterion("hit_ratio")}, Exact::counters);
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].mode, Mode::exact);
}

}  // namespace
}  // namespace hitbench
