#include "judge/likeness.h"

#include <gmock/gmock.h>

#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Likeness, EqualResultsHaveNoDifference) {
  EXPECT_THAT(unlike_fields(sample::two_caches(), sample::two_caches()), IsEmpty());
}

TEST(Likeness, NamesTheFieldOfTheScenarioAndBothValues) {
  Result base = sample::two_caches(), candidate = base;
  base.scenario_json = R"({"strategies": [{"type": "none"}, {"ttl": "1min"}], "seed": 1})";
  candidate.scenario_json = R"({"seed": 1, "strategies": [{"type": "none"}, {"ttl": "1s"}]})";
  EXPECT_THAT(unlike_fields(base, candidate), ElementsAre("scenario.strategies.1.ttl: 1min against 1s"));
  candidate.scenario_json = R"({"seed": 1, "strategies": []})";
  EXPECT_THAT(unlike_fields(base, candidate), ElementsAre(HasSubstr("scenario.strategies: ")));
}

TEST(Likeness, LeavesOutWhatOnlyTheReportReads) {
  Result base = sample::two_caches(), candidate = base;
  base.scenario_json = R"({"question": "a", "answer": "b", "claims": [1], "thresholds": ["x"], "seed": 1})";
  candidate.scenario_json = R"({"question": "c", "answer": "d", "claims": [], "thresholds": [], "seed": 1})";
  EXPECT_THAT(unlike_fields(base, candidate), IsEmpty());
}

TEST(Likeness, OfAServersConfigurationTheOptionsCount) {
  Result base = sample::two_caches(), candidate = base;
  base.scenario_json = R"({"caches": [{"config": {"file": "a", "lines": ["save ", "Port  1", "daemonize"]}}]})";
  candidate.scenario_json = R"({"caches": [{"config": {"file": "b", "lines": ["save \t", "port 2", "daemonize"]}}]})";
  EXPECT_THAT(unlike_fields(base, candidate), ElementsAre("scenario.caches.0.config.port: 1 against 2"));
}

TEST(Likeness, AnArgumentsValueMayHangOnItsName) {
  Result base = sample::two_caches(), candidate = base;
  base.scenario_json = R"({"caches": [{"args": ["-m64", "--threads=2", "-I", "2m", "-vv", "--lfu", "-1"]}]})";
  candidate.scenario_json = R"({"caches": [{"args": ["-m", "128", "--threads=4", "-I2m", "-vv", "--lfu", "-2"]}]})";
  EXPECT_THAT(unlike_fields(base, candidate), UnorderedElementsAre("scenario.caches.0.args.--lfu: -1 against -2",
                                                                   "scenario.caches.0.args.--threads: 2 against 4",
                                                                   "scenario.caches.0.args.-m: 64 against 128"));
}

TEST(Likeness, SizesHaveUnits) {
  Result base = sample::two_caches(), candidate = base;
  base.scenario_json = R"({"caches": [{"memory": 67108864}, {"bytes": 1500}], "memory": 1024})";
  candidate.scenario_json = R"({"caches": [{"memory": 67108865}, {"bytes": 536870912}], "memory": 2048})";
  EXPECT_THAT(unlike_fields(base, candidate),
              ElementsAre("scenario.caches.0.memory: 64 MiB against 67108865 B",
                          "scenario.caches.1.bytes: 1500 B against 512 MiB", "scenario.memory: 1024 against 2048"));
}

TEST(Likeness, NamesTheMachineUnlessAllIsVirtual) {
  Result base = sample::two_caches(), candidate = base;
  candidate.environment_json = R"({"hitbench": {"version": "0.1.0"}, "cpu": {"model": "Other CPU", "usable_cores": 2},
                                   "kernel": "Linux 6.1"})";
  EXPECT_THAT(unlike_fields(base, candidate), ElementsAre("environment.cpu.model: Test CPU against Other CPU"));
  for (Result* result : {&base, &candidate}) {
    for (RunResult& run : result->runs) run.clock = "virtual";
  }
  EXPECT_THAT(unlike_fields(base, candidate), IsEmpty());
}

TEST(Likeness, NamesLoopClientModelAndServer) {
  Result base = sample::two_caches(), candidate = base;
  candidate.runs[1].client_model = "thread";
  candidate.runs[1].loop = "open";
  base.runs[1].backend.version = "redis 7.0.15";
  candidate.runs[1].backend.version = "redis 7.2.4";
  EXPECT_THAT(unlike_fields(base, candidate),
              ElementsAre("cache-aside/redis: loop: closed against open",
                          "cache-aside/redis: client_model: fiber against thread",
                          "cache-aside/redis: backend.version: redis 7.0.15 against redis 7.2.4"));
}

TEST(Likeness, NamesRowsOfOneSide) {
  Result base = sample::two_caches(), candidate = base;
  candidate.runs.pop_back();
  EXPECT_THAT(unlike_fields(base, candidate), ElementsAre(HasSubstr("a row of the base only")));
  EXPECT_THAT(unlike_fields(candidate, base), ElementsAre(HasSubstr("a row of the candidate only")));
}

}  // namespace
}  // namespace hitbench
