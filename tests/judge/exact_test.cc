#include "judge/exact.h"

#include <gmock/gmock.h>

#include "tests/report/sample.h"

namespace hitbench {
namespace {

Maybe<VerdictItem> judge(const RunResult& base, const RunResult& candidate, const std::string& metric) {
  return exact_item({&base}, {&candidate}, parse_criterion(metric));
}

TEST(ExactComparison, OnePointMoreMissesIsARegression) {
  const RunResult base = sample::run("cache-aside/memory", {.hits = 92'000, .misses = 8000});
  const RunResult worse = sample::run("cache-aside/memory", {.hits = 91'000, .misses = 9000});
  for (const char* metric : {"hit_ratio", "reads.miss", "origin_load.loads"}) {
    const Maybe<VerdictItem> item = judge(base, worse, metric);
    ASSERT_TRUE(item) << metric;
    EXPECT_EQ(item->verdict, Word::regressed) << metric;
    const bool share = std::string(metric) == "hit_ratio";
    EXPECT_NEAR(*item->change, share ? -0.01 : 0.125, 1e-9) << metric;
    EXPECT_EQ(judge(worse, base, metric)->verdict, Word::improved) << metric;
    EXPECT_EQ(judge(base, base, metric)->verdict, Word::pass) << metric;
  }
}

TEST(ExactComparison, OneMissMoreIsToo) {
  const RunResult base = sample::run("a/memory", {.hits = 92'000, .misses = 8000});
  EXPECT_EQ(judge(base, sample::run("a/memory", {.hits = 91'999, .misses = 8001}), "hit_ratio")->verdict,
            Word::regressed);
}

TEST(ExactComparison, ALittleMoreIsNoRegressionWhereWhatIsEvictedWasDrawn) {
  const auto twin = [](uint64_t misses) {
    RunResult run = sample::run("a/redis", {.hits = 100'000 - misses, .misses = misses});
    run.exact_evictions = false;
    run.backend.evictions = 500;
    return run;
  };
  EXPECT_EQ(judge(twin(8000), twin(8030), "reads.miss")->verdict, Word::pass);
  EXPECT_EQ(judge(twin(8000), twin(8030), "hit_ratio")->verdict, Word::pass);
  EXPECT_EQ(judge(twin(8000), twin(9000), "reads.miss")->verdict, Word::regressed);
  EXPECT_EQ(judge(twin(9000), twin(8000), "hit_ratio")->verdict, Word::improved);
  EXPECT_DOUBLE_EQ(judge(twin(8000), twin(8030), "reads.miss")->delta, 0.05);
}

TEST(ExactComparison, FromNothingToSomethingIsARegressionWithoutAPercentage) {
  const RunResult base = sample::run("a/memory", {.hits = 1000, .misses = 0});
  RunResult stale = base;
  stale.consistency.stale_reads = 1;
  RunResult fresh = base;
  fresh.consistency.stale_reads = 0;
  const Maybe<VerdictItem> item = judge(fresh, stale, "consistency.stale_reads");
  EXPECT_EQ(item->verdict, Word::regressed);
  EXPECT_FALSE(item->change);
}

TEST(ExactComparison, ZeroOnBothSidesIsWorthALineOnlyIfAskedFor) {
  RunResult run = sample::run("a/memory", {.hits = 1000, .misses = 0});
  Criterion criterion = parse_criterion("consistency.stale_reads");
  EXPECT_EQ(exact_item({&run}, {&run}, criterion)->note, kNotMeasured);
  run.consistency.stale_reads = 0;
  EXPECT_EQ(exact_item({&run}, {&run}, criterion)->verdict, Word::pass);
  criterion.named = false;
  EXPECT_FALSE(exact_item({&run}, {&run}, criterion));
}

TEST(ExactComparison, TimesMayChangeUpToTheirDelta) {
  const RunResult base = sample::run("a/memory", {.p50_ns = 1'000'000});
  EXPECT_EQ(judge(base, sample::run("a/memory", {.p50_ns = 1'040'000}), "read.p50")->verdict, Word::pass);
  EXPECT_EQ(judge(base, sample::run("a/memory", {.p50_ns = 1'200'000}), "read.p50")->verdict, Word::regressed);
  EXPECT_EQ(judge(base, sample::run("a/memory", {.p50_ns = 800'000}), "read.p50")->verdict, Word::improved);
}

TEST(ExactComparison, AddsUpSeveralRuns) {
  const RunResult base = sample::run("a/memory", {.hits = 900, .misses = 100});
  const RunResult other = sample::run("a/memory", {.hits = 890, .misses = 110});
  const Maybe<VerdictItem> item = exact_item({&base, &base}, {&base, &other}, parse_criterion("reads.miss"));
  EXPECT_EQ(*item->candidate, 105);
  EXPECT_EQ(item->verdict, Word::regressed);
}

Result one_client() {
  Result result = sample::two_caches();
  result.scenario_json = R"({"app": {"processes": 1, "clients": 1},
                             "measure": {"duration": null, "operations": 100000},
                             "warmup": {"duration": null, "operations": 20000}})";
  return result;
}

RunResult deterministic() {
  RunResult run = sample::run("cache-aside/redis", {.hits = 91'800, .misses = 8200});
  run.misses = {.first = 8200, .expired = 0, .evicted = 0, .invalidated = 0, .lost = 0, .early = 0, .unknown = 0};
  return run;
}

TEST(ExactCounters, AreThoseOfVirtualTimeAndOfOneClientWithoutClocks) {
  RunResult run = deterministic();
  EXPECT_NE(why_exact(one_client(), run), "");
  run.clock = "virtual";
  EXPECT_EQ(why_exact(sample::two_caches(), run), "virtual time");
}

TEST(ExactCounters, AreNoneWhereTimeOrChanceDecides) {
  EXPECT_EQ(why_exact(sample::two_caches(), deterministic()), "") << "50 clients, and a duration";
  const auto spoilt = [](auto spoil) {
    RunResult run = deterministic();
    spoil(run);
    return why_exact(one_client(), run);
  };
  EXPECT_EQ(spoilt([](RunResult& r) { r.misses.expired = 1; }), "");
  EXPECT_EQ(spoilt([](RunResult& r) { r.misses.expired = {}; }), "") << "nobody has looked";
  EXPECT_EQ(spoilt([](RunResult& r) { r.reads.failed = 1; }), "");
  EXPECT_EQ(spoilt([](RunResult& r) { r.background.tasks = 1; }), "");
  EXPECT_EQ(spoilt([](RunResult& r) { r.backend.evictions = 1; }), "") << "Redis samples";
  EXPECT_EQ(spoilt([](RunResult& r) { r.loop = "open"; }), "");
  EXPECT_EQ(spoilt([](RunResult& r) { r.sweep = "app.clients=10"; }), "");
  EXPECT_NE(spoilt([](RunResult& r) { r.exact_evictions = true, r.backend.evictions = 1; }), "") << "by its policy";
}

TEST(ExactCounters, GoByWhatACacheIsAndNotByItsName) {
  RunResult run = sample::run("cache-aside/memory", {.hits = 91'800, .misses = 8200});
  run.misses = deterministic().misses;
  run.misses.evicted = run.backend.evictions = 7;
  run.strategy = "my-strategy", run.cache = "my-cache", run.origin = "my-origin";
  EXPECT_EQ(why_exact(one_client(), run), "one client, and nothing that depends on the time");
  RunResult server = deterministic();
  server.backend.evictions = 7;
  server.cache = "memory";
  EXPECT_EQ(why_exact(one_client(), server), "") << "a server that is called so";
}

TEST(ExactCounters, NeedTheSameOperations) {
  RunResult base = deterministic(), other = deterministic();
  EXPECT_TRUE(same_operations(base, other));
  other.stream_checksum = "0100";
  EXPECT_FALSE(same_operations(base, other));
}

}  // namespace
}  // namespace hitbench
