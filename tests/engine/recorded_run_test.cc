// Runs of a recorded trace in virtual time: which TTL its entries have, and what a sample of its keys does. The counts
// are worked out by hand beside each trace.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

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

std::string refused(const std::string& text) {
  try {
    plan_of(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    return error.what() + (error.remedy().empty() ? std::string() : " -- " + error.remedy());
  }
  return "accepted";
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

// It lasts 4.9 s, and the last answer takes 1 ms. Of that the warm-up takes a second, or its two requests do.
TEST(RecordedRun, MeasuresNoLongerThanTheTraceGoesOn) {
  const std::string whole = scenario(trace_of(thirteen_requests()), "", R"("none")");
  EXPECT_EQ(recorded_run(whole).duration_ns, 4'901'000'001);
  EXPECT_EQ(recorded_run(changed(whole, R"("measure": {"duration": "100s"})")).duration_ns, 4'901'000'001);
  EXPECT_EQ(recorded_run(changed(whole, R"("measure": {"duration": "2s"})")).duration_ns, 2'000'000'000);
  EXPECT_EQ(recorded_run(changed(whole, R"("warmup": {"duration": "1s"})")).duration_ns, 3'901'000'001);
  EXPECT_EQ(recorded_run(changed(whole, R"("warmup": {"operations": 2})")).duration_ns, 3'901'000'001);
}

TEST(RecordedRun, HasFaultsUntilItsEnd) {
  EXPECT_EQ(recorded_run(with_a_kill("4s")).skipped, std::nullopt);
  EXPECT_THAT(refused(with_a_kill("5s")), HasSubstr("faults[0].at: 5s is not before the end of the measuring"));
  const auto for_ever = [](const std::string& pace) {
    return changed(scenario(trace_of(thirteen_requests()), pace, R"("none")"),
                   R"("faults": [{"at": "1s", "target": "origin", "action": "stop"}])");
  };
  EXPECT_EQ(refused(for_ever("")), "accepted");
  EXPECT_THAT(refused(for_ever(R"(, "pace": "closed")")), HasSubstr("faults[0].for: is required"));
}

// Of four requests each: 0 to 4.0 s, then 4.1 to 4.4 s and 4.5 to 4.8 s.
TEST(RecordedRun, HasRoundsThatAreItsPartsAlsoWhereOperationsDecide) {
  const RunResult run = recorded_run(changed(scenario(trace_of(thirteen_requests()), "", R"("none")"),
                                             R"("rounds": 3, "measure": {"operations": 12})"));
  EXPECT_EQ(run.operations, 12u);
  EXPECT_NEAR(static_cast<double>(run.duration_ns), 4.8e9, 0.01e9);
}

// k0 to k9 in their order, three times. A sample of 0.3 is k0, k2 and k6: of the others' hashes, taken as a share of
// 2^64 by a program apart, the smallest is 0.656.
std::string ten_keys_three_times() {
  std::string lines;
  for (int pass = 1; pass <= 3; ++pass) {
    for (int key = 0; key < 10; ++key)
      lines += std::to_string(pass) + "." + std::to_string(key) + "5,k" + std::to_string(key) + ",get,\n";
  }
  return lines;
}

constexpr const char* kForgetsNothing = R"({"type": "cache-aside", "ttl": "none"})";

TEST(Sample, TakesKeysByTheirHashAndTheSameShareOfTheCache) {
  const std::string file = trace_of(ten_keys_three_times());
  const auto with = [&](const std::string& entries) {
    return recorded_run(
        scenario(file, R"(, "sample": 0.3)", kForgetsNothing, R"({"type": "memory", "entries": )" + entries + "}"));
  };
  const RunResult fits = with("10");
  EXPECT_EQ(fits.reads.miss, 3u) << "three keys in a cache of three";
  EXPECT_EQ(fits.reads.fresh_hit, 6u);
  const RunResult cycles = with("7");
  EXPECT_EQ(cycles.reads.miss, 9u) << "three keys in turn in an LRU cache of two";
  EXPECT_EQ(cycles.reads.fresh_hit, 0u);
}

TEST(Sample, IsNoDoubtOfTheTrace) {
  const RowPlan row =
      plan_of(scenario(trace_of(ten_keys_three_times()), R"(, "sample": 0.3)", kForgetsNothing)).front();
  EXPECT_THAT(row.keys_doubt, Not(HasSubstr("sample")));
  EXPECT_EQ(row.scenario->workload.key_count, 3u);
  EXPECT_THAT(row.scenario->json, AllOf(HasSubstr("\"requests\": 9"), HasSubstr("\"sample\": 0.3")));
}

// The scenario that a result holds says what was typed: run again, it is scaled once.
TEST(Sample, ScalesEveryKindOfCacheByItsOwnMeasure) {
  const std::string file = trace_of(ten_keys_three_times());
  const auto cache_of = [&](const std::string& cache) {
    const RowPlan row = plan_of(scenario(file, R"(, "sample": 0.3)", kForgetsNothing, cache)).front();
    return row.cache.params;
  };
  EXPECT_EQ(cache_of(R"("memory")").integer("entries"), 3000) << "of 10,000";
  EXPECT_EQ(cache_of(R"({"type": "memory", "entries": 10})").integer("entries"), 3);
  const Params bytes = cache_of(R"({"type": "memory", "bytes": "100000"})");
  EXPECT_EQ(bytes.integer("bytes"), 30000);
  EXPECT_FALSE(bytes.has("entries"));
  const std::string once =
      scenario(file, R"(, "sample": 0.3)", kForgetsNothing, R"({"type": "memory", "entries": 50})");
  const std::string again = plan_of(once).front().scenario->json;
  EXPECT_EQ(plan_of(again).front().cache.params.integer("entries"), 15);
}

TEST(Sample, ScalesPrivateServers) {
  const std::string file = trace_of(ten_keys_three_times());
  const auto memory_of = [&](const std::string& cache) {
    const std::string text = scenario(file, R"(, "sample": 0.3)", kForgetsNothing, cache);
    return plan_of(changed(text, R"("clock": "real")")).front().cache.params.integer("memory");
  };
  EXPECT_EQ(memory_of(R"({"type": "redis", "memory": "100MiB"})"), 31457280);
  EXPECT_EQ(memory_of(R"({"type": "memcached", "memory": "101MiB"})"), 30 << 20) << "whole MiB of 30.3";
  EXPECT_EQ(memory_of(R"({"type": "memcached", "memory": "102MiB"})"), 31 << 20) << "whole MiB of 30.6";
}

TEST(Sample, RefusesWhatItCannotScale) {
  const std::string file = trace_of(ten_keys_three_times());
  const auto with = [&](const std::string& cache) {
    return refused(changed(scenario(file, R"(, "sample": 0.25)", kForgetsNothing, cache), R"("clock": "real")"));
  };
  EXPECT_THAT(with(R"({"type": "redis", "address": "redis://127.0.0.1:6379"})"),
              AllOf(HasSubstr("test: caches[0].address: names your own server"), HasSubstr("25 % of the keys"),
                    HasSubstr("leave \"address\" out"), HasSubstr("--sample 0.25 --to sample.hbt")));
  EXPECT_THAT(with(R"({"type": "redis", "memory": "8MiB"})"),
              AllOf(HasSubstr("caches[0].memory: 25 % of 8.00 MiB (workload.trace.sample) are 2.00 MiB"),
                    HasSubstr("a private server needs 4.00 MiB"), HasSubstr("make it 16 MiB or more")));
  EXPECT_EQ(with(R"({"type": "redis", "memory": "16MiB"})"), "accepted");
  EXPECT_THAT(with(R"({"type": "memory", "entries": 6})"), HasSubstr("caches[0].entries: 25 % of 6 entries"));
  EXPECT_EQ(with(R"({"type": "memory", "entries": 4})"), "accepted");
  EXPECT_THAT(with(R"({"type": "memory", "bytes": "8KiB"})"),
              AllOf(HasSubstr("caches[0].bytes: "), HasSubstr("make it 16 KiB or more")));
  EXPECT_THAT(with(R"({"type": "redis", "args": ["--maxmemory", "9mb"]})"),
              AllOf(HasSubstr("caches[0].args: sets the server's memory"), HasSubstr("\"memory\"")));
  for (const char* args : {"-m\", \"9", "-vm64", "--memory-limit=9", "--mem"}) {
    EXPECT_THAT(with(R"({"type": "memcached", "args": [")" + std::string(args) + "\"]}"),
                HasSubstr("caches[0].args: "));
  }
  EXPECT_THAT(with(R"({"type": "redis", "args": ["--MaxMemory 9mb"]})"), HasSubstr("caches[0].args: "));
  EXPECT_EQ(with(R"({"type": "memcached", "args": ["-t", "2"]})"), "accepted");
}

TEST(Sample, IsAShareAboveNothing) {
  const std::string file = trace_of(ten_keys_three_times());
  for (const char* share : {"0", "1.5", "-1"}) {
    EXPECT_THAT(refused(scenario(file, R"(, "sample": )" + std::string(share), kForgetsNothing)),
                HasSubstr("workload.trace.sample"));
  }
  EXPECT_EQ(refused(scenario(file, R"(, "sample": 1)", kForgetsNothing)), "accepted");
}

}  // namespace
}  // namespace hitbench
