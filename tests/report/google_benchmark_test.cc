#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/report.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using nlohmann::json;

std::vector<json> named(const json& report, const std::string& name) {
  std::vector<json> found;
  for (const json& entry : report["benchmarks"]) {
    if (entry["name"] == name) found.push_back(entry);
  }
  return found;
}

TEST(GoogleBenchmark, EachRoundIsARepetition) {
  const json report = json::parse(report_google_benchmark(sample::two_caches(), {}));
  const std::vector<json> p99 = named(report, "cache-aside/redis/read.response.p99");
  ASSERT_EQ(p99.size(), 5u);
  EXPECT_DOUBLE_EQ(p99[1]["real_time"], 2'400'000 * 1.02);
  EXPECT_EQ(p99[1]["repetition_index"], 1);
  EXPECT_EQ(p99[1]["repetitions"], 5);
  EXPECT_EQ(p99[1]["time_unit"], "ns");
  EXPECT_EQ(p99[1]["iterations"], 20'000);
  EXPECT_EQ(p99[1]["family_index"], 1);
}

TEST(GoogleBenchmark, ThroughputIsTimeAnOperation) {
  const json report = json::parse(report_google_benchmark(sample::two_caches(), {}));
  const std::vector<json> times = named(report, "none/none/time_per_operation");
  ASSERT_EQ(times.size(), 5u);
  EXPECT_NEAR(times[0]["real_time"], 1e9 / 4010, 1e-6);
}

TEST(GoogleBenchmark, RowsWithoutTrustworthyFiguresAreNamedInTheContext) {
  const json report = json::parse(report_google_benchmark(sample::troubled(), {}));
  EXPECT_TRUE(named(report, "cache-aside/memcached/read.response.p99").empty());
  EXPECT_EQ(report["context"]["hitbench_left_out"].size(), 2u);
  const std::vector<json> invalid = named(report, "cache-aside/memcached");
  ASSERT_EQ(invalid.size(), 1u) << "in the format's own words";
  EXPECT_EQ(invalid[0]["error_occurred"], true);
  EXPECT_THAT(invalid[0]["error_message"], testing::HasSubstr("row is invalid: our event loop stalled"));
  EXPECT_EQ(invalid[0]["real_time"], 0);
  EXPECT_EQ(report["context"]["num_cpus"], 2);
}

TEST(GoogleBenchmark, AnEnvironmentThatTellsNothingIsFine) {
  const json report = json::parse(report_google_benchmark({}, {}));
  EXPECT_EQ(report["benchmarks"], json::array());
}

}  // namespace
}  // namespace hitbench
