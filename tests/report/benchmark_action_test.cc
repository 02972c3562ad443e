#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/report.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using nlohmann::json;

json entry(const json& list, const std::string& name) {
  for (const json& one : list) {
    if (one["name"] == name) return one;
  }
  return nullptr;
}

TEST(BenchmarkAction, SmallerIsBetterInEveryEntry) {
  const json list = json::parse(report_benchmark_action(sample::two_caches(), {}));
  EXPECT_NEAR(entry(list, "cache-aside/redis misses")["value"], 8.2, 1e-9);
  EXPECT_EQ(entry(list, "cache-aside/redis misses")["unit"], "%");
  EXPECT_NEAR(entry(list, "cache-aside/redis time per operation")["value"], 1e9 / 61'300, 1e-6);
  EXPECT_EQ(entry(list, "cache-aside/redis read.response.p99")["value"], 2'400'000);
}

// Rounds at 1, 1.02, 0.98, 1.01 and 0.99 of 2.4 ms: deviation 0.0158, by the root of 5, times 2.7764451 (t for 4
// degrees).
TEST(BenchmarkAction, TheRangeIsTheIntervalOverTheRounds) {
  const json list = json::parse(report_benchmark_action(sample::two_caches(), {}));
  EXPECT_EQ(entry(list, "cache-aside/redis read.response.p99")["range"], "± 47118");
  EXPECT_EQ(entry(list, "cache-aside/redis read.response.p99")["extra"],
            "closed\nreal clock\n100000 operations in 5 rounds");
}

// A row that fails because it is asked to: its times are those of the answers.
TEST(BenchmarkAction, FailuresStandBesideTheTimesWhereThereAreSome) {
  Result result = sample::two_caches();
  result.runs[1].failed_share = 0.3;
  const json list = json::parse(report_benchmark_action(result, {}));
  EXPECT_NEAR(entry(list, "cache-aside/redis failed")["value"], 30, 1e-9);
  EXPECT_EQ(entry(list, "cache-aside/redis failed")["unit"], "%");
  EXPECT_TRUE(entry(list, "cache-aside/memcached failed").is_null());
}

TEST(BenchmarkAction, KeepsNoFiguresThatAreNotToBeTrusted) {
  const json list = json::parse(report_benchmark_action(sample::troubled(), {}));
  EXPECT_TRUE(entry(list, "cache-aside/memcached misses").is_null());
  EXPECT_TRUE(entry(list, "cache-aside/libmemcached misses").is_null());
  EXPECT_FALSE(entry(list, "cache-aside/redis misses").is_null());
}

}  // namespace
}  // namespace hitbench
