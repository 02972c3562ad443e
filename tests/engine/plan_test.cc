#include "engine/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> names(const std::string& text) {
  std::vector<std::string> out;
  for (const RowPlan& row : plan_of(text)) out.push_back(row.name);
  return out;
}

std::string refusal(const std::string& text) {
  try {
    plan_of(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    return error.what();
  }
  return "accepted";
}

TEST(Plan, CombinesStrategiesAndCachesAndRunsTheBaselineOnce) {
  EXPECT_THAT(names(R"({"caches": ["memory", "redis"], "strategies": ["none", "direct", "cache-aside"]})"),
              ElementsAre("none/none", "direct/memory", "direct/redis", "cache-aside/memory", "cache-aside/redis"));
}

TEST(Plan, KnowsWhatIsRenamedByItsType) {
  const std::string text = R"({"caches": [{"type": "none", "name": "nothing"}, {"type": "memory", "name": "none"}],
    "strategies": [{"type": "none", "name": "bare"}, {"type": "direct", "name": "raw"}],
    "origin": {"type": "simulated", "name": "db"}})";
  EXPECT_THAT(names(text), ElementsAre("bare/none", "raw/none"));
  const std::vector<RowPlan> rows = plan_of(text);
  EXPECT_FALSE(rows[0].has_cache);
  EXPECT_TRUE(rows[0].has_origin);
  EXPECT_TRUE(rows[1].has_cache);
  EXPECT_FALSE(rows[1].has_origin);
}

TEST(Plan, CountsTheEnvelopeIntoAValuesSizeOnlyWhereThereIsOne) {
  const auto payload_bytes = [](const std::string& verify, const std::string& strategy) {
    const auto rows = plan_of(R"({"workload": {"value_bytes": 50}, "caches": ["memory"], "verify": )" + verify +
                              R"(, "strategies": [)" + strategy + "]}");
    std::string payload;
    rows.front().rows(registry())->payload(1, 0, payload);
    return payload.size();
  };
  EXPECT_EQ(payload_bytes("true", R"("direct")"), 10u);
  EXPECT_EQ(payload_bytes("false", R"("direct")"), 50u);
  EXPECT_EQ(payload_bytes("false", R"({"type": "direct", "ttl": "1s"})"), 10u);
}

TEST(Plan, RefusesWhatAServerIsKnownToRefuse) {
  const auto with = [](const std::string& cache, const std::string& workload) {
    return refusal(R"({"strategies": ["direct"], "verify": true, "caches": [)" + cache + R"(], "workload": {)" +
                   workload + "}}");
  };
  const std::string own = R"({"type": "memcached", "address": "memcached://127.0.0.1:1"})";
  EXPECT_EQ(with(R"("memcached")", R"("key_bytes": 250)"), "accepted");
  EXPECT_EQ(with(own, R"("key_bytes": 208)"), "accepted");
  EXPECT_THAT(with(own, R"("key_bytes": 209)"),
              AllOf(HasSubstr("workload.key_bytes: "), HasSubstr("209 "), HasSubstr("42")));
  EXPECT_EQ(with(R"({"type": "redis", "address": "redis://127.0.0.1:1"})", R"("key_bytes": 250)"), "accepted");
  // 1 MiB for key (16), header (59) and value.
  EXPECT_EQ(with(R"("memcached")", R"("value_bytes": 1048501)"), "accepted");
  EXPECT_THAT(with(R"("memcached")", R"("value_bytes": 1048502)"),
              AllOf(HasSubstr("workload.value_bytes: "), HasSubstr("1048502")));
  EXPECT_THAT(with(R"("memcached")", R"("value_bytes": {"distribution": "list", "sizes": {"100": 99, "2000000": 1}})"),
              HasSubstr("2000000"));
  EXPECT_EQ(with(R"("memcached")", R"("value_bytes": {"distribution": "lognormal"})"), "accepted");
  for (const char* args : {R"(["-I", "4m"])", R"(["-I4m"])", R"(["--max-item-size=4096k"])", R"(["-I", "4194304"])"}) {
    EXPECT_EQ(with(R"({"type": "memcached", "args": )" + std::string(args) + "}", R"("value_bytes": 2000000)"),
              "accepted")
        << args;
  }
  EXPECT_THAT(with(R"({"type": "memcached", "args": ["-I", "2k"]})", R"("value_bytes": 3000)"), HasSubstr("2048 "));
}

TEST(Plan, NamesOriginsOnlyWhereThereAreSeveral) {
  EXPECT_THAT(
      names(R"({"caches": ["memory"], "strategies": ["none", "cache-aside"],
                        "origins": ["sqlite", {"type": "simulated", "name": "slow"}]})"),
      ElementsAre("none/none/sqlite", "none/none/slow", "cache-aside/memory/sqlite", "cache-aside/memory/slow"));
}

TEST(Plan, RunsEveryPointOfASweep) {
  EXPECT_THAT(names(R"({"caches": ["memory"], "strategies": ["cache-aside"], "sweep": {"app.clients": [1, 10]}})"),
              ElementsAre("cache-aside/memory?app.clients=1", "cache-aside/memory?app.clients=10"));
}

// 100,000 keys with values take 20 MB or more.
TEST(Plan, WarmsUpUntilSteadyWhereTheServersConfigurationLeavesTooLittleRoom) {
  const auto steady = [](const std::string& line) {
    return plan_of(R"({"strategies": [{"type": "cache-aside", "ttl": "none"}], "workload": {"keys": {"count": 100000}},
      "caches": [{"type": "redis", "config": {"file": "redis.conf", "lines": [")" +
                   line + R"("]}}]})")
        .at(0)
        .scenario->warmup.steady;
  };
  EXPECT_TRUE(steady("MaxMemory 10mb"));
  EXPECT_TRUE(steady("maxmemory 10000k"));
  EXPECT_FALSE(steady("maxmemory 1gb"));
  EXPECT_FALSE(steady("maxmemory 0"));
}

TEST(Plan, OfTheScenarioThatASweepPrintsIsTheSame) {
  const std::string refresh = R"({"sweep": {"strategies.1.type": ["refresh-ahead", "stale-while-revalidate",
    "write-behind", "precompute", "direct"]}})";
  const std::string rate = R"({"workload": {"arrivals": {"loop": "open", "rate": 1}},
    "sweep": {"workload.arrivals.rate": [2, 3], "workload.arrivals.process": ["poisson", "constant"]}})";
  for (const std::string& text : {refresh, rate}) {
    const std::vector<RowPlan> rows = plan_of(text), again = plan_of(rows.front().scenario->json);
    ASSERT_EQ(rows.size(), again.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(again[i].name, rows[i].name);
      EXPECT_EQ(again[i].scenario->warmup.operations, rows[i].scenario->warmup.operations) << rows[i].name;
      EXPECT_EQ(again[i].scenario->json, rows[i].scenario->json);
    }
  }
}

TEST(Plan, RefusesTwoRowsOfOneName) {
  EXPECT_THAT(refusal(R"({"caches": ["memory", "memory"], "strategies": ["cache-aside"]})"), HasSubstr("memory"));
}

TEST(Plan, RefusesMoreBarriersThanKeys) {
  EXPECT_THAT(refusal(R"({"workload": {"keys": {"distribution": "sequential", "count": 5},
                                       "arrivals": {"loop": "barrier", "every": "1s"}},
    "measure": {"duration": "10s"}})"),
              HasSubstr("workload.keys.count"));
}

TEST(Plan, AWarmBarrierAsksOnlyRowsWithACacheForATtl) {
  EXPECT_THAT(names(R"({"workload": {"arrivals": {"loop": "barrier", "every": "1s", "warm": true}},
    "caches": ["memory"], "strategies": ["none", {"type": "cache-aside", "ttl": "500ms"}]})"),
              ElementsAre("none/none", "cache-aside/memory"));
}

TEST(Plan, CountsTheKeysOfATraceForItsBarriers) {
  const std::string path = testing::TempDir() + "plan_test_trace.txt";
  std::ofstream(path) << "a\nb\nc\n";
  const auto with = [&](const std::string& duration) {
    return R"({"rounds": 1, "workload": {"keys": {"distribution": "trace", "file": ")" + path +
           R"("}, "arrivals": {"loop": "barrier", "every": "1s"}}, "measure": {"duration": ")" + duration + R"("}})";
  };
  EXPECT_EQ(refusal(with("3s")), "accepted");
  EXPECT_THAT(refusal(with("4s")), HasSubstr("3 keys for 4 barriers"));
}

TEST(Plan, TheRoundsOperationsAndTimesAddUpToTheScenarios) {
  const RowPlan row = plan_of(R"({"rounds": 3, "measure": {"operations": 100}})").front();
  EXPECT_EQ(row.round_operations(0), 34u);
  EXPECT_EQ(row.round_operations(1), 33u);
  EXPECT_EQ(row.round_operations(2), 33u);
  EXPECT_EQ(row.barriers(), 0u);
  EXPECT_EQ(row.round_duration(0), Duration{0});
  const RowPlan timed = plan_of(R"({"rounds": 3, "measure": {"duration": "2s"}})").front();
  EXPECT_EQ(timed.round_duration(0) + timed.round_duration(1) + timed.round_duration(2), std::chrono::seconds(2));
}

TEST(Plan, TheRoundsBarriersAddUpToTheScenarios) {
  const auto with = [](const std::string& measure) {
    return plan_of(R"({"rounds": 3, "app": {"clients": 10}, "measure": {)" + measure +
                   R"(}, "workload": {"arrivals": {"loop": "barrier", "every": "1s"}}})")
        .front();
  };
  for (const char* ten : {R"("duration": "10s")", R"("operations": 100)"}) {
    const RowPlan row = with(ten);
    EXPECT_EQ(row.barriers(), 10u) << ten;
    EXPECT_EQ(row.round_barriers(0), 4u);
    EXPECT_EQ(row.round_barriers(1) + row.round_barriers(2), 6u);
  }
  EXPECT_EQ(with(R"("duration": "100ms")").round_barriers(2), 1u) << "a round has one at least";
}

TEST(Plan, RefusesWhatACacheRefusesToBeMadeOf) {
  const auto with = [](const std::string& members) {
    return R"({"strategies": ["cache-aside"], "caches": [{"type": "memcached", )" + members + "}]}";
  };
  EXPECT_EQ(refusal(with(R"("address": "memcached://127.0.0.1:7778")")), "accepted") << "nothing is connected to";
  EXPECT_THAT(refusal(with(R"("address": "127.0.0.1:7778")")), HasSubstr("127.0.0.1:7778"));
  EXPECT_THAT(refusal(with(R"("address": "memcached://h", "key_prefix": "")")), HasSubstr("key_prefix"));
}

TEST(Plan, RefusesTimesOfAFileThatCannotBeRead) {
  const std::string times = R"({"distribution": "empirical", "file": "/no/such/times"})";
  for (const std::string& place : {R"("origins": [{"type": "simulated", "latency": )" + times + "}]",
                                   R"("origins": [{"type": "simulated", "write_latency": )" + times + "}]",
                                   R"("workload": {"arrivals": {"loop": "closed", "think": )" + times + "}}"}) {
    EXPECT_THAT(refusal("{" + place + "}"), HasSubstr("/no/such/times: No such file")) << place;
  }
  EXPECT_EQ(
      refusal(R"({"caches": ["memory"], "strategies": ["direct"], "origins": [{"type": "simulated", "latency": )" +
              times + "}]}"),
      "accepted")
      << "nothing asks that origin";
}

TEST(Plan, LeavesWhatTheWorldRefusesToTheRun) {
  if (row_named(registry().caches, "redis").make == nullptr) GTEST_SKIP() << "redis is not built";
  EXPECT_EQ(refusal(R"({"strategies": ["cache-aside"],
    "caches": [{"type": "redis", "address": "redis://h", "password_file": "/no/such/file"}]})"),
            "accepted");
}

TEST(Plan, RefusesRoundsWithoutAnOperation) {
  EXPECT_EQ(refusal(R"({"rounds": 3, "measure": {"operations": 3}})"), "accepted");
  EXPECT_THAT(refusal(R"({"rounds": 3, "measure": {"operations": 2}})"), HasSubstr("3 rounds"));
}

TEST(Plan, RefusesFlightsThatNobodySharesBecauseLibmemcachedTakesAThreadAClient) {
  const std::string text = R"({"caches": ["redis", "libmemcached"], "strategies": ["read-through"]})";
  EXPECT_THAT(refusal(text), HasSubstr("single-flight needs model fiber"));
}

}  // namespace
}  // namespace hitbench
