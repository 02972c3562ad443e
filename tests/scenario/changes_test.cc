#include "scenario/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/scenario/read.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::vector<std::string> words(const std::vector<Scenario>& points) {
  std::vector<std::string> all;
  for (const Scenario& point : points) all.push_back(point.sweep);
  return all;
}

TEST(Sets, ReachIntoObjectsAndLists) {
  const std::string text = R"({"caches": ["memory", {"type": "redis"}]})";
  EXPECT_EQ(read_one(text, {"caches.1.memory=1MiB"}).caches[1].params.integer("memory"), 1 << 20);
  EXPECT_EQ(read_one(text, {"caches[1].memory=1MiB"}).caches[1].params.integer("memory"), 1 << 20);
  EXPECT_EQ(read_one(text, {"caches.0.entries=5"}).caches[0].params.integer("entries"), 5);
  EXPECT_EQ(read_one(text, {"caches=[\"redis\"]"}).caches.size(), 1U);
}

TEST(Sets, MakeMissingObjectsAndChangeDefaults) {
  EXPECT_EQ(read_one("{}", {"workload.keys.count=1000000"}).workload.key_count, 1000000U);
  EXPECT_EQ(read_one("{}", {"strategies.1.ttl=5s"}).strategies[1].params.duration("ttl"), 5s);
  EXPECT_EQ(read_one("{}", {"origin.latency.median=7ms"}).origins[0].params.part("latency").params.duration("median"),
            7ms);
  EXPECT_EQ(read_one("{}", {"origin.latency=7ms"}).origins[0].params.part("latency").type, "fixed");
  EXPECT_EQ(read_one("{}", {"origin=sqlite"}).origins[0].type, "sqlite");
}

TEST(Sets, OpenAnAddressIntoAnObject) {
  const Scenario scenario = read_one(R"({"caches": ["redis://h:1/0"]})", {"caches.0.name=mine"});
  EXPECT_EQ(scenario.caches[0].name, "mine");
  EXPECT_EQ(scenario.caches[0].params.text("address"), "redis://h:1/0");
}

TEST(Sets, WinOverWhatTheyExclude) {
  const Scenario scenario = read_one(R"({"measure": {"duration": "1s"}, "origins": ["sqlite"]})",
                                     {"measure.operations=9", "origin=simulated"});
  EXPECT_EQ(scenario.measure.operations, 9U);
  EXPECT_EQ(scenario.measure.duration, 0s);
  EXPECT_EQ(scenario.origins[0].type, "simulated");
}

TEST(Sets, TakeAFieldAwayWithNullAndNothingElse) {
  const Scenario scenario = read_one("{}", {"measure.duration=20s", "measure.operations=null"});
  EXPECT_EQ(scenario.measure.duration, 20s);
  EXPECT_EQ(scenario.measure.operations, 0U);
}

TEST(Sets, AreNamedInTheErrorsTheyCause) {
  EXPECT_THAT(fault_of("{}", {"app.clients=0"}),
              HasSubstr("test.json: app.clients (--set app.clients=0): must be at least 1"));
  EXPECT_THAT(fault_of("{}", {"ap.clients=1"}),
              HasSubstr("test.json: ap (--set ap.clients=1): unknown name. Did you mean 'app'?"));
  EXPECT_THAT(fault_of("{}", {"workload.keys.tehta=1"}),
              HasSubstr("(--set workload.keys.tehta=1): unknown name. Did you mean 'theta'?"));
  EXPECT_THAT(fault_of("{}", {"caches.3.memory=1"}),
              HasSubstr("--set caches.3.memory=1: \"3\" is not an index into a list of 1"));
  EXPECT_THAT(fault_of(R"({"caches": ["memory"]})", {"caches[0].entries=0"}),
              HasSubstr("caches[0].entries (--set caches[0].entries=0): must be at least 1"));
  EXPECT_THAT(
      fault_of(R"({"workload": {"value_bytes": {"distribution": "list"}}})", {"workload.value_bytes.sizes.100=0"}),
      HasSubstr("value_bytes.sizes.100 (--set workload.value_bytes.sizes.100=0): must be above 0"));
  EXPECT_THAT(fault_of(R"({"seed": 1})", {"seed.x=1"}), HasSubstr("seed is a number, not an object"));
}

TEST(Sets, MustBeAssignments) {
  for (const std::string set : {"seed", "=1", "a..b=1", ".a=1", ""}) {
    EXPECT_THAT(fault_of("{}", {set}), HasSubstr("must be path=value"));
  }
}

TEST(Sweep, RunsEachValue) {
  const std::vector<Scenario> points = read_all(R"({"sweep": {"app.clients": [1, 10, 100]}})");
  EXPECT_THAT(words(points), testing::ElementsAre("app.clients=1", "app.clients=10", "app.clients=100"));
  EXPECT_EQ(points[1].app.clients, 10);
}

TEST(Sweep, SeveralKeysMakeAGrid) {
  const std::vector<Scenario> points =
      read_all(R"({"sweep": {"app.clients": [1, 2], "origin.latency": ["1ms", "2ms"]}})");
  EXPECT_THAT(words(points),
              testing::ElementsAre("app.clients=1,origin.latency=1ms", "app.clients=1,origin.latency=2ms",
                                   "app.clients=2,origin.latency=1ms", "app.clients=2,origin.latency=2ms"));
  EXPECT_EQ(points[2].origins[0].params.part("latency").params.duration("value"), 1ms);
}

TEST(Sweep, StaysInWhatAScenarioPrints) {
  const std::string once = read_all(R"({"sweep": {"app.clients": [1, 2]}})")[0].json;
  EXPECT_THAT(words(read_all(once)), testing::ElementsAre("app.clients=1", "app.clients=2"));
}

TEST(Sweep, IsPrintedSoThatEveryPointReadsBackAsItself) {
  const std::vector<std::pair<std::string, Sets>> sweeps = {
      {"clock", {"real", "virtual"}},  // rounds
      {"warmup.preload", {"false", "true"}},
      {"warmup.duration", {"\"1s\"", "null"}},
      {"measure.operations", {"null", "500"}},
      {"workload.arrivals", {R"({"loop": "open", "rate": 2})", R"({"loop": "open", "rate": 7})", R"("closed")"}},
      {"workload.keys.distribution", {"zipf", "uniform"}},
      {"origin.latency.distribution", {"fixed", "lognormal"}},
      {"caches[0].type", {"redis", "memory"}},
      {"caches[0].args", {R"(["--a"])", R"(["--b", "c"])"}},
      {"strategies[1].type", {"cache-aside", "direct"}},
      {"faults", {"[]", R"([{"at": "1s", "target": "origin", "action": "stop"}])"}},
  };
  for (const auto& [path, values] : sweeps) {
    Json document = {{"caches", {path == "clock" ? "memory" : "redis"}}, {"measure", {{"duration", "9s"}}}};
    for (const std::string& value : values) document["sweep"][path].push_back(parse_set("x=" + value).value);
    const std::string printed = read_one(print_json(document)).json;
    EXPECT_EQ(read_one(printed).json, printed) << path;
    for (const std::string& value : values) {
      const Sets point = {"sweep=null", path + "=" + value};
      EXPECT_EQ(read_one(printed, point).json, read_one(print_json(document), point).json) << path << "=" << value;
    }
  }
}

TEST(Sweep, IsPrintedWithTheFieldsThatItChanges) {
  const std::string printed = read_one(R"({"sweep": {"workload.keys.count": [5, 6], "app.clients": [1, 2]}})").json;
  EXPECT_THAT(printed, HasSubstr("\"count\": 5"));
  EXPECT_THAT(printed, HasSubstr("\"clients\": 1"));
  EXPECT_THAT(printed, HasSubstr("\"rounds\": 5"));
}

TEST(Sweep, IsNamedInTheErrorsItCauses) {
  EXPECT_THAT(fault_of(R"({"sweep": {"app.clients": [1, 0]}})"),
              HasSubstr("app.clients (sweep app.clients=0): must be at least 1"));
  EXPECT_THAT(fault_of(R"({"sweep": {"app.clents": [1]}})"),
              HasSubstr("app.clents (sweep app.clents=1): unknown name. Did you mean 'clients'?"));
  EXPECT_THAT(fault_of(R"({"sweep": {"app.clients": 3}})"), HasSubstr("sweep.app.clients: must be a list of values"));
  EXPECT_THAT(fault_of(R"({"sweep": [1]})"), HasSubstr("sweep: must be an object of lists"));
  EXPECT_THAT(fault_of(R"({"sweep": {"sweep.a": [1]}})"), HasSubstr("is not the path of a field"));
}

TEST(Sweep, CanBeSet) {
  EXPECT_EQ(read_all("{}", {"sweep={\"seed\": [1, 2, 3]}"}).size(), 3U);
  EXPECT_EQ(read_all(R"({"sweep": {"seed": [1, 2]}})", {"sweep=null"}).size(), 1U);
}

}  // namespace
}  // namespace hitbench
