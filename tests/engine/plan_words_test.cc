#include "engine/plan_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PlanWords, RefusesWriteKeysThatTheirDistributionRefuses) {
  const auto rows = plan_of(R"({"workload": {"keys": {"distribution": "uniform", "count": 5}, "mix": {"write": 1},
    "write_keys": {"distribution": "hotspot", "hot_keys": 6}}})");
  EXPECT_THROW(describe_plan(rows, registry()), Error);
}

TEST(PlanWords, TellsWhatIsLoadedFirst) {
  const auto told = [](const std::string& preload) {
    return describe_plan(plan_of(R"({"rounds": 1, "measure": {"operations": 7}, "warmup": {"preload": )" + preload +
                                 R"(}, "strategies": ["none", "cache-aside", "direct"]})"),
                         registry());
  };
  EXPECT_THAT(told("0.125"), HasSubstr("cache-aside/memory  1 process x 50 clients, 7 operations in 1 round, 12.5 % of "
                                       "the keys loaded first\n"));
  EXPECT_THAT(told("0.125"), HasSubstr("none/none           1 process x 50 clients, 7 operations in 1 round\n"));
  EXPECT_THAT(told("true"), HasSubstr("direct/memory       1 process x 50 clients, 7 operations in 1 round, 100 % of"));
  EXPECT_THAT(told("false"), Not(HasSubstr("loaded first")));
}

TEST(PlanWords, TellsTheMeanOfAListOfSizes) {
  const auto rows = plan_of(R"({"workload": {"keys": {"distribution": "uniform", "count": "1k"}, "key_bytes": 10,
    "value_bytes": {"distribution": "list", "sizes": {"100": 90, "2kB": 10}}}})");
  EXPECT_THAT(describe_plan(rows, registry()),
              HasSubstr("1,000 keys of 10 bytes, values of 290 bytes on average: 293 KiB\n"));
}

TEST(PlanWords, TellsTheFaultsInWords) {
  const auto rows = plan_of(R"({"measure": {"duration": "10s"}, "faults": [
    {"at": "2s", "target": "process", "action": "kill"}, {"at": "5s", "target": "cache", "action": "stop", "for": "1s"},
    {"at": "7s", "target": "origin", "action": "slow", "by": "20ms"}]})");
  const std::string text = describe_plan(rows, registry());
  EXPECT_THAT(text, HasSubstr("fault     kill process 0 at 2s, back at once\n"));
  EXPECT_THAT(text, HasSubstr("fault     stop the cache at 5s, for 1s\n"));
  EXPECT_THAT(text, HasSubstr("fault     slow the origin by 20ms at 7s, to the end\n"));
}

TEST(PlanWords, TellsTheFaultsOfEachPointWhereASweepChangesThem) {
  const std::string scenario = R"({"measure": {"duration": "10s"}, "caches": ["memory", "redis"],
    "strategies": ["cache-aside"], "faults": [{"at": "2s", "target": "origin", "action": "stop", "for": "1s"}],
    "sweep": )";
  const auto told = [&](const std::string& sweep) {
    return describe_plan(plan_of(scenario + sweep + "}"), registry());
  };
  EXPECT_THAT(told(R"({"faults[0].target": ["origin", "process"], "app.clients": [1]})"),
              HasSubstr("\nwith      faults[0].target=origin,app.clients=1\nfault     stop the origin at 2s, for 1s\n"
                        "with      faults[0].target=process,app.clients=1\nfault     stop process 0 at 2s, for 1s\n"));
  const std::string same = told(R"({"app.clients": [1, 10]})");
  EXPECT_THAT(same, HasSubstr("fault     stop the origin at 2s, for 1s\n"));
  EXPECT_THAT(same, Not(HasSubstr("with ")));
}

std::string time_of(const std::string& members) {
  const std::string text =
      describe_plan(plan_of(changed(R"({"rounds": 1, "app": {"clients": 1, "processes": 1}, "caches": ["memory"],
                          "workload": {"keys": {"distribution": "uniform", "count": 10}, "mix": {"read": 1}},
                          "origin": {"type": "simulated", "latency": "100ms", "concurrency": 64},
                          "strategies": ["none", {"type": "cache-aside", "ttl": "none"}],
                          "measure": {"operations": 10}, "warmup": {"operations": 20000}})",
                                    members)),
                    registry());
  const size_t at = text.find("time   ");
  return text.substr(at, text.find('\n', at) - at);
}

// 20,000 operations of 100 ms each, two rows.
TEST(PlanWords, CountsOperationsByTheOriginsTime) {
  EXPECT_EQ(time_of(R"("seed": 1)"), "time      up to 2 s, and up to 4000 s of warm-up, setup not counted");
  EXPECT_EQ(time_of(R"("strategies": ["none"], "app": {"clients": 10, "processes": 2})"),
            "time      about 1 s, and up to 100 s of warm-up, setup not counted");
  EXPECT_EQ(
      time_of(R"("strategies": ["none"], "app": {"clients": 1000, "processes": 1}, "measure": {"duration": "3s"})"),
      "time      about 3 s, and up to 32 s of warm-up, setup not counted")
      << "64 at once: 31.25 s";
  EXPECT_EQ(time_of(R"("strategies": ["direct"])"),
            "time      decided by the operations, setup and warm-up by operations not counted");
}

// A fifth of the operations write, in 600 ms each: 0.8 * 100 + 0.2 * 600 = 200 ms.
TEST(PlanWords, CountsWritesByTheOriginsTimeForThem) {
  const auto time = [](const std::string& mix, const std::string& write_latency) {
    return time_of(R"("strategies": ["none"], "measure": {"operations": 100}, "warmup": {"operations": 0},
                      "workload": {"keys": {"distribution": "uniform", "count": 10}, "mix": )" +
                   mix +
                   R"(}, "origin": {"type": "simulated", "concurrency": 64, "latency": "100ms", "write_latency": )" +
                   write_latency + "}");
  };
  EXPECT_EQ(time(R"({"read": 0.8, "write": 0.2})", R"("600ms")"), "time      about 20 s, setup not counted");
  EXPECT_EQ(time(R"({"read": 0.8, "delete": 0.2})", R"("600ms")"), "time      about 20 s, setup not counted");
  EXPECT_EQ(time(R"({"read": 0.8, "write": 0.2})", "null"), "time      about 10 s, setup not counted");
  EXPECT_EQ(time(R"({"read": 0.8, "modify": 0.2})", R"("600ms")"), "time      about 22 s, setup not counted");
}

// Only where an operation waits for nothing but the origin that the plan knows is that the most.
TEST(PlanWords, SaysUpToOnlyWhereItIsABound) {
  const auto time = [](const std::string& members) {
    return time_of(R"("strategies": [{"type": "cache-aside", "ttl": "none"}], "warmup": {"operations": 0}, )" +
                   members);
  };
  EXPECT_EQ(time(R"("seed": 1)"), "time      up to 1 s, setup not counted");
  EXPECT_EQ(time_of(R"("strategies": ["direct"], "warmup": {"operations": 0},
                       "workload": {"keys": {"distribution": "uniform", "count": 10}, "mix": {"read": 1},
                                    "arrivals": {"loop": "closed", "think": "200ms"}})"),
            "time      about 2 s, setup not counted")
      << "and what the cache takes";
}

TEST(PlanWords, CountsOperationsOfAnOpenLoopByTheirRate) {
  EXPECT_EQ(time_of(R"("workload": {"keys": {"distribution": "uniform", "count": 10}, "mix": {"read": 1},
                                    "arrivals": {"loop": "open", "rate": 1000}},
                       "measure": {"operations": 100000}, "warmup": {"operations": 500})"),
            "time      about 200 s, and up to 1 s of warm-up, setup not counted");
}

}  // namespace
}  // namespace hitbench
