// What a load generator's user sets, as whole scenarios in virtual time: which keys are there, and who asks for which.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

constexpr uint64_t kDataSet = 20'000;

RunResult loaded(const std::string& preload, const std::string& keys, uint64_t operations,
                 const std::string& strategy = "direct") {
  return run_text(R"({"clock": "virtual", "app": {"clients": 3}, "caches": [{"type": "memory", "entries": 20000}],
    "strategies": [")" +
                  strategy + R"("], "origin": {"type": "simulated", "latency": "1us"}, "warmup": {"preload": )" +
                  preload + R"(}, "measure": {"operations": )" + std::to_string(operations) +
                  R"(}, "workload": {"keys": {"count": 20000, )" + keys + "}}}")
      .runs.at(0);
}

// The keys that are there, counted by asking for each once.
uint64_t keys_there(const std::string& preload, const std::string& strategy = "direct") {
  const RunResult run = loaded(preload, R"("distribution": "sequential")", kDataSet, strategy);
  EXPECT_EQ(run.reads.fresh_hit + run.reads.miss, kDataSet);
  return run.reads.fresh_hit;
}

TEST(PartialPreload, GivesUniformReadsTheHitRatioOfTheKeysThatAreThere) {
  const double there = static_cast<double>(keys_there("0.8")) / kDataSet;
  EXPECT_NEAR(there, 0.8, 4.5 * std::sqrt(0.8 * 0.2 / kDataSet));
  constexpr uint64_t kReads = 200'000;
  const RunResult run = loaded("0.8", R"("distribution": "uniform")", kReads);
  EXPECT_NEAR(*run.hit_ratio, there, 4.5 * std::sqrt(there * (1 - there) / static_cast<double>(kReads)));
}

TEST(PartialPreload, LoadsAllKeysOfARowWithoutAnOriginUnlessAShareIsGiven) {
  EXPECT_EQ(keys_there("false"), kDataSet);
  EXPECT_EQ(keys_there("true"), kDataSet);
  EXPECT_EQ(keys_there("1"), kDataSet);
  EXPECT_EQ(keys_there("0"), 0u);
}

TEST(PartialPreload, LoadsTheSameKeysWhateverTheStrategy) {
  const uint64_t there = keys_there("0.25");
  EXPECT_EQ(keys_there("0.25", "cache-aside"), there);
}

// One key of which a share of one in a million is none.
TEST(PartialPreload, MayBeOfNoKey) {
  const RunResult run = run_text(R"({"clock": "virtual", "strategies": ["direct"], "warmup": {"preload": 1e-6},
    "measure": {"operations": 100}, "workload": {"keys": {"distribution": "uniform", "count": 1}}})")
                            .runs.at(0);
  ASSERT_FALSE(run.skipped) << *run.skipped;
  EXPECT_EQ(run.reads.miss, 100u);
}

// Loads overtake inserts at this origin. Whoever asked it for a row that is still on its way would leave a negative
// entry, and others would read that.
TEST(LatestKeys, AreReadOnlyWhenTheirInsertsHaveEnded) {
  for (const char* loop : {R"({"loop": "closed"})", R"({"loop": "open", "rate": 5000})"}) {
    const RunResult run = run_text(R"({"clock": "virtual", "app": {"processes": 2, "clients": 20},
      "strategies": [{"type": "cache-aside", "nulls": {"ttl": "1s"}}], "caches": [{"type": "memory", "shared": true}],
      "origin": {"latency": {"distribution": "exponential", "mean": "5ms"}, "concurrency": 0},
      "warmup": {"operations": 20000}, "measure": {"operations": 20000},
      "workload": {"keys": {"distribution": "latest", "count": 1000},
      "mix": {"read": 0.9, "insert": 0.1}, "arrivals": )" +
                                   std::string(loop) + "}}")
                              .runs.at(0);
    EXPECT_EQ(run.reads.null_hit, 0u);
    EXPECT_NEAR(static_cast<double>(run.writes.acknowledged), 2000, 200);
  }
}

// Half of the operations write 0, 1, 2...: as many keys are there in the end as writes there were. Keys drawn at random
// would be a third fewer.
TEST(WriteKeys, InOrderFillACacheWithoutAGap) {
  const RunResult run =
      run_text(R"({"clock": "virtual", "app": {"processes": 2, "clients": 3}, "strategies": ["direct"],
    "caches": [{"type": "memory", "shared": true, "entries": 1000}], "warmup": {"preload": 0},
    "measure": {"operations": 1600}, "workload": {"keys": {"distribution": "uniform", "count": 1000},
    "write_keys": {"distribution": "sequential"}, "mix": {"read": 0.5, "write": 0.5}}})")
          .runs.at(0);
  EXPECT_NEAR(static_cast<double>(run.writes.acknowledged), 800, 90) << "4.5 standard deviations";
  EXPECT_EQ(*run.backend.entries, run.writes.acknowledged);
  EXPECT_GT(run.reads.miss, 0u);
  EXPECT_GT(run.reads.fresh_hit, 0u);
}

}  // namespace
}  // namespace hitbench
