// Runs of a recorded trace in virtual time, and which TTL its entries have. The counts are worked out by hand beside
// each trace.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using ::testing::HasSubstr;

// Columns: time, key, operation, TTL. Each has a file of its own: what was read once is kept.
std::string trace_of(const std::string& lines) {
  static int files = 0;
  const std::string path =
      testing::TempDir() + fmt::format("recorded_run_test_{}_{}.csv", getpid(), ++files);  // shards run side by side
  std::ofstream(path) << lines;
  return path;
}

std::string scenario(const std::string& file, const std::string& more_of_trace, const std::string& strategy,
                     const std::string& cache = R"("memory")") {
  return R"({"clock": "virtual", "workload": {"trace": {"format": "csv:time=1,key=2,op=3,ttl=4", "file": ")" + file +
         R"(")" + more_of_trace + R"(}}, "app": {"clients": 1}, "origin": {"type": "simulated", "latency": "1ms"},
      "caches": [)" +
         cache + R"(], "strategies": [)" + strategy + "]}";
}

RunResult recorded_run(const std::string& text) { return run_text(text).runs.at(0); }

// a lives 2 s (that it was 5 before does not count), b 10 s; c and d have no TTL: as the strategy says.
// a: missed at 0.1, hit at 1.5, expired at 2.1, so missed at 2.5, hit at 3.0
// b: missed, hit after 3 s
// c, d: missed, hit after less than a second, and after more
constexpr const char* kTtls =
    "0.1,a,get,5\n0.2,b,get,10\n0.3,c,get,-1\n0.4,d,get,0\n1.0,c,get,\n1.2,d,get,0\n1.5,a,get,2\n1.6,c,get,\n"
    "1.7,d,get,0\n2.5,a,get,2\n3.0,a,get,2\n3.2,b,get,10\n";

TEST(RecordedTtls, AreThoseOfTheirKeysAndTheStrategysForTheOthers) {
  const std::string file = trace_of(kTtls);
  const RunResult one = recorded_run(scenario(file, "", R"({"type": "cache-aside", "ttl": "1s"})"));
  EXPECT_EQ(one.reads.fresh_hit, 5u);
  EXPECT_EQ(one.reads.miss, 7u) << "2 of a, 1 of b, 2 of c and 2 of d";
  EXPECT_EQ(one.misses.expired, 3u);
  const RunResult none = recorded_run(scenario(file, "", R"({"type": "cache-aside", "ttl": "none"})"));
  EXPECT_EQ(none.reads.miss, 5u) << "2 of a, 1 of each other";
  EXPECT_EQ(none.misses.expired, 1u);
}

TEST(RecordedTtls, NeedNoChecksOfValues) {
  const std::string text = scenario(trace_of(kTtls), "", R"({"type": "cache-aside", "ttl": "none"})");
  EXPECT_EQ(recorded_run(changed(text, R"("verify": false)")).reads.miss, 5u);
}

TEST(RecordedTtls, VaryByTheStrategysJitter) {
  const RunResult run = recorded_run(scenario(trace_of("0.1,a,get,2\n1.5,a,get,2\n2.7,a,get,2\n"), "",
                                              R"({"type": "cache-aside", "ttl": "none", "ttl_jitter": 0.1})"));
  EXPECT_EQ(run.reads.miss, 2u) << "alive after 1.4 s, not after 2.6 s: its TTL is within 1.8 and 2.2 s";
}

// At twice the pace a second lasts half of one, for TTLs as for requests. The strategy's is what it says: of c and d
// both hits are within 0.7 s.
TEST(RecordedTtls, PassAsFastAsTheTraceDoes) {
  const RunResult run =
      recorded_run(scenario(trace_of(kTtls), R"(, "pace": 2)", R"({"type": "cache-aside", "ttl": "1s"})"));
  EXPECT_EQ(run.reads.miss, 5u);
  EXPECT_EQ(run.misses.expired, 1u);
}

// A write around the cache leaves the old value there until its TTL ends, 50 s after it was loaded.
TEST(RecordedTtls, AreWaitedForBeforeTheAuditAfterThem) {
  const RunResult run = recorded_run(scenario(trace_of("0.1,a,get,50\n0.2,b,get,\n0.3,a,set,50\n0.4,b,get,\n"), "",
                                              R"({"type": "cache-aside", "ttl": "1s", "on_write": "around"})"));
  EXPECT_EQ(run.consistency.stuck_keys, 1u);
  EXPECT_EQ(run.consistency.stuck_keys_after_ttl, 0u);
}

TEST(RecordedTtls, AreCountedInTheResult) {
  const std::string file = trace_of(kTtls);
  EXPECT_THAT(plan_of(scenario(file, "", R"("cache-aside")")).front().scenario->json, HasSubstr("\"ttl_keys\": 2"));
  const RowPlan plain = plan_of(scenario(trace_of("0.1,a,get,\n0.2,b,get,0\n"), "", R"("cache-aside")")).front();
  EXPECT_THAT(plain.scenario->json, HasSubstr("\"ttl_keys\": 0"));
  EXPECT_EQ(plain.key_ttls, nullptr) << "nothing is kept for each key";
}

TEST(RecordedTtls, TellAPlanHowLongEntriesLive) {
  const auto row = [](const std::string& lines, const std::string& ttl) {
    return plan_of(scenario(trace_of(lines), "", R"({"type": "cache-aside", "ttl": ")" + ttl + "\"}")).front();
  };
  const RowPlan most = row("0.1,a,get,5\n0.2,b,get,10\n0.3,c,get,20\n0.4,d,get,\n", "60s");
  EXPECT_EQ(most.usual_ttl(), std::chrono::seconds(10));
  EXPECT_EQ(most.longest_ttl(), std::chrono::seconds(60));
  const RowPlan few = row("0.1,a,get,500\n0.2,b,get,\n", "60s");
  EXPECT_EQ(few.usual_ttl(), std::chrono::seconds(60));
  EXPECT_EQ(few.longest_ttl(), std::chrono::seconds(500));
  EXPECT_EQ(row("0.1,a,get,500\n0.2,b,get,\n", "none").longest_ttl(), kForever);
  EXPECT_EQ(row("0.1,a,get,5\n0.2,b,get,7\n", "none").longest_ttl(), std::chrono::seconds(7));
}

// At 0, 1 and 2 s from its start, and ten more from 4.0 to 4.9 s. Each reads a key of its own.
std::string thirteen_requests() {
  std::string lines = "0.1,a,get,\n1.1,b,get,\n2.1,c,get,\n";
  for (int tenth = 1; tenth <= 10; ++tenth) {
    lines += (tenth < 10 ? "4." + std::to_string(tenth) : "5.0") + ",d" + std::to_string(tenth) + ",get,\n";
  }
  return lines;
}

std::string with_a_kill(const std::string& at, const std::string& more = "") {
  return changed(scenario(trace_of(thirteen_requests()), "", R"("none")"),
                 R"("faults": [{"at": ")" + at + R"(", "target": "process", "action": "kill", "for": "2s"}])" + more);
}

TEST(RecordedRun, GoesOnWithoutAProcessThatIsDead) {
  const RunResult run = recorded_run(with_a_kill("1500ms"));
  EXPECT_EQ(run.operations, 12u) << "a, b, and from 3.5 s on the ten; c is lost";
  EXPECT_EQ(run.origin_load.loads, 12u);
}

// The first second of the trace warms up.
TEST(RecordedRun, CountsTheWarmUpIntoWhatADeadProcessMissed) {
  const RunResult run = recorded_run(with_a_kill("500ms", R"(, "warmup": {"duration": "1s"})"));
  EXPECT_EQ(run.operations, 11u) << "b and the ten";
}

// Of four requests each: 0 to 4.0 s, then 4.1 to 4.4 s and 4.5 to 4.8 s.
TEST(RecordedRun, HasRoundsThatAreItsPartsAlsoWhereOperationsDecide) {
  const RunResult run = recorded_run(changed(scenario(trace_of(thirteen_requests()), "", R"("none")"),
                                             R"("rounds": 3, "measure": {"operations": 12})"));
  EXPECT_EQ(run.operations, 12u);
  EXPECT_NEAR(static_cast<double>(run.duration_ns), 4.8e9, 0.01e9);
}

}  // namespace
}  // namespace hitbench
