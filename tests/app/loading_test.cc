// What is told of the filling of the caches before anything is measured, in virtual time: each store takes 10 us, and
// a client's turn one ns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/fake_parts.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kStore = 10'001;

constexpr const char* kDirect = R"({"clock": "virtual", "measure": {"operations": 100}, "strategies": ["direct"],
  "warmup": {"operations": 0}, "workload": {"keys": {"distribution": "uniform", "count": 1002}}})";

RunResult load_with(const std::string& app, bool shared) {
  const std::string cache = shared ? R"("shared": true, "latency": "10us"})" : R"("latency": "10us"})";
  return run_text(changed(kDirect, R"("app": )" + app + R"(, "caches": [{"type": "memory", )" + cache + "]"))
      .runs.at(0);
}

// n stores of length L by c clients: the client with the most of them has ceil(n / c).
TEST(Loading, OfManyKeysByClientsTakesTheLongestShareOfThem) {
  const RunResult four = load_with(R"({"clients": 4})", true), five = load_with(R"({"clients": 5})", true);
  EXPECT_EQ(four.loading.keys, 1002u);
  EXPECT_EQ(four.loading.failed, 0u);
  EXPECT_EQ(four.loading.duration_ns, 251 * kStore);
  EXPECT_NEAR(*four.loading.throughput_ops_s, 1002e9 / (251 * kStore), 1);
  EXPECT_EQ(five.loading.duration_ns, 201 * kStore);
}

TEST(Loading, IsSharedByProcessesWhereTheCacheIs) {
  const RunResult one = load_with(R"({"processes": 2, "clients": 2})", true);
  EXPECT_EQ(one.loading.keys, 1002u);
  EXPECT_EQ(one.loading.duration_ns, 251 * kStore);
  const RunResult each = load_with(R"({"processes": 2, "clients": 2})", false);
  EXPECT_EQ(each.loading.keys, 2004u) << "a cache in each process";
  EXPECT_EQ(each.loading.duration_ns, 501 * kStore);
}

constexpr const char* kAside = R"({"clock": "virtual", "measure": {"operations": 100}, "caches": ["memory"],
  "warmup": {"preload": true}, "workload": {"keys": {"distribution": "uniform", "count": 1000}},
  "origin": {"type": "simulated", "latency": {"distribution": "fixed", "value": "1ms"}, "errors": 0.1}})";

// xfetch wants to know how long a load takes: its cached entries are loaded.
TEST(Loading, KeysThatFailedAreCountedAndWarnedOf) {
  const Result result =
      run_text(changed(kAside, R"("strategies": ["none", {"type": "cache-aside", "guard": "xfetch"}])"));
  const RunResult& run = run_named(result, "cache-aside/memory");
  EXPECT_EQ(run.loading.keys, 1000u);
  EXPECT_NEAR(static_cast<double>(*run.loading.failed), 100, 40);
  EXPECT_THAT(run.validity.warnings, Contains(doubt("loading-failed", HasSubstr("of 1,000 keys"))));
  const RunResult& none = run_named(result, "none/none");
  EXPECT_FALSE(none.loading.keys.has_value()) << "there is nothing to be filled";
  EXPECT_THAT(none.validity.warnings, Not(Contains(doubt("loading-failed"))));
}

TEST(Loading, TakesTheValuesPastTheOrigin) {
  const RunResult run = run_named(run_text(kAside), "cache-aside/memory");
  EXPECT_EQ(run.loading.keys, 1000u);
  EXPECT_EQ(run.loading.failed, 0u) << "however often the origin fails";
  EXPECT_EQ(run.hit_ratio, 1);
  EXPECT_EQ(run.consistency.corrupt_values, 0u);
}

TEST(Loading, IsNullWhereNobodyAskedForIt) {
  const Result result = run_text(changed(kAside, R"("warmup": {"operations": 10})"));
  EXPECT_FALSE(run_named(result, "cache-aside/memory").loading.keys.has_value());
}

TEST(Loading, OfACacheThatTakesNothingFailsTheRow) {
  std::vector<RowPlan> rows = plan_of(kAside);
  rows.back().cache.type = "FailingBackend";
  const std::atomic<bool> never{false};
  const Result result = run_plan(rows, registry_with_fakes(), never, {});
  const RunResult& run = result.runs.back();
  EXPECT_TRUE(run.failed());
  EXPECT_THAT(run.skipped.value_or(""), HasSubstr("most of the data set could not be loaded"));
  EXPECT_EQ(run.loading.keys, 1000u);
  EXPECT_EQ(run.loading.failed, 1000u);
}

}  // namespace
}  // namespace hitbench
