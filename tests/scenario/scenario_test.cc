#include "scenario/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/units.h"
#include "tests/scenario/read.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Scenario, AnEmptyFileIsAWholeScenario) {
  const Scenario scenario = read_one("{}");
  EXPECT_EQ(scenario.seed, 1U);
  EXPECT_FALSE(scenario.virtual_clock);
  EXPECT_EQ(scenario.rounds, 5);
  EXPECT_TRUE(scenario.verify);
  EXPECT_EQ(scenario.required_cores, 0);
  EXPECT_EQ(scenario.workload.keys.type, "zipf");
  EXPECT_EQ(scenario.workload.keys.params.real("theta"), 0.99);
  EXPECT_EQ(scenario.workload.key_count, 100000U);
  EXPECT_EQ(scenario.workload.key_bytes, 16);
  EXPECT_EQ(scenario.workload.values.type, "fixed");
  EXPECT_EQ(scenario.workload.values.params.integer("bytes"), 100);
  EXPECT_EQ(scenario.workload.mix.read, 1);
  EXPECT_EQ(scenario.workload.mix.write, 0);
  EXPECT_EQ(scenario.workload.absent.share, 0);
  EXPECT_EQ(scenario.workload.arrivals.type, "closed");
  EXPECT_EQ(scenario.app.processes, 1);
  EXPECT_EQ(scenario.app.clients, 50);
  EXPECT_EQ(scenario.app.connections, 50);
  EXPECT_FALSE(scenario.app.thread_model);
  EXPECT_EQ(scenario.app.timeout, 1s);
  EXPECT_TRUE(scenario.warmup.steady) << "its entries expire";
  EXPECT_EQ(scenario.warmup.operations, 0U);
  EXPECT_EQ(scenario.measure.duration, 10s);
  EXPECT_EQ(scenario.measure.operations, 0U);
  ASSERT_EQ(scenario.origins.size(), 1U);
  EXPECT_EQ(scenario.origins[0].type, "simulated");
  EXPECT_EQ(scenario.origins[0].params.part("latency").type, "lognormal");
  EXPECT_EQ(scenario.origins[0].params.part("latency").params.duration("median"), 5ms);
  ASSERT_EQ(scenario.caches.size(), 1U);
  EXPECT_EQ(scenario.caches[0].type, "memory");
  ASSERT_EQ(scenario.strategies.size(), 2U);
  EXPECT_EQ(scenario.strategies[0].type, "none");
  EXPECT_EQ(scenario.strategies[1].params.duration("ttl"), 60s);
  EXPECT_EQ(scenario.sweep, "");
}

TEST(Scenario, WhatItPrintsReadsBackAsItself) {
  const std::string text =
      R"({"question": "?",
    "workload": {"absent": 0.1, "value_bytes": "1KiB"}, "warmup": {"preload": true},
    "origin": {"latency": "2ms"}, "caches": ["redis://h:1/0", {"type": "memory", "name": "small", "entries": "1k"}],
    "claims": [{"says": "a", "holds_if": "b"}], "requires": {"cores": 4}, "app": {"pin": [1]}})";
  const std::string once = read_one(text).json;
  EXPECT_EQ(read_one(once).json, once);
  const std::string plain = read_one("{}").json;
  EXPECT_EQ(read_one(plain).json, plain);
  EXPECT_THAT(plain, testing::HasSubstr("\"theta\": 0.99"));
  EXPECT_THAT(plain, testing::HasSubstr("\"ttl\": \"1min\""));
}

TEST(Scenario, MayHoldComments) { EXPECT_EQ(read_one("{ // one\n \"seed\": 7 /* two */ }").seed, 7U); }

TEST(Scenario, CountsSizesAndDurationsAreWrittenAsPeopleDo) {
  const Scenario scenario = read_one(R"({"workload": {"keys": {"count": "100k"}, "value_bytes": "4KiB"},
    "app": {"timeout": "250us"}, "measure": {"operations": 1e6}, "strategies": [{"type": "cache-aside",
    "ttl": "none"}]})");
  EXPECT_EQ(scenario.workload.key_count, 100000U);
  EXPECT_EQ(scenario.workload.values.params.integer("bytes"), 4096);
  EXPECT_EQ(scenario.app.timeout, 250us);
  EXPECT_EQ(scenario.measure.operations, 1000000U);
  EXPECT_EQ(scenario.measure.duration, 0s);
  EXPECT_EQ(scenario.strategies[0].params.duration("ttl"), kForever);
}

TEST(Scenario, RatesAreCountsTooAndMayHaveAUnit) {
  const auto rate = [](const std::string& text, const Sets& sets = {}) {
    return read_one(text, sets).workload.arrivals.params.real("rate");
  };
  EXPECT_EQ(rate(R"({"workload": {"arrivals": {"loop": "open", "rate": "8k"}}})"), 8000);
  EXPECT_EQ(rate(R"({"workload": {"arrivals": {"loop": "open", "rate": "1.5k"}}})"), 1500);
  EXPECT_EQ(rate("{}", {R"(workload.arrivals={"loop":"open","rate":1})", "workload.arrivals.rate=2M"}), 2e6);
  EXPECT_THAT(fault_of(R"({"workload": {"arrivals": {"loop": "open", "rate": "8 apples"}}})"),
              HasSubstr(R"(rate: must be a number (or a count such as "8k"), is "8 apples")"));
}

TEST(Scenario, WithoutAStrategyThatCachesNeedsNoCache) {
  EXPECT_TRUE(read_one(R"({"strategies": ["none"], "caches": []})").caches.empty());
  EXPECT_TRUE(read_one(R"({"strategies": ["none"]})").caches.empty());
  EXPECT_TRUE(read_one(R"({"strategies": ["none"], "caches": ["redis"], "clock": "virtual"})").caches.empty());
  EXPECT_THAT(fault_of(R"({"caches": []})"), HasSubstr("caches: must not be empty"));
  EXPECT_THAT(fault_of(R"({"strategies": ["none"], "caches": ["redos"]})"), HasSubstr("redos"));
}

TEST(Scenario, AMixThatNamesSomeSharesHasNoneOfTheOthers) {
  const Mix mix = read_one(R"({"workload": {"mix": {"modify": 0.25, "delete": 0.75}}})").workload.mix;
  EXPECT_EQ(mix.read, 0);
  EXPECT_EQ(mix.modify, 0.25);
  EXPECT_EQ(mix.erase, 0.75);
}

TEST(Scenario, AbsentIsAShareOrAnObject) {
  EXPECT_EQ(read_one(R"({"workload": {"absent": 0.02}})").workload.absent.share, 0.02);
  EXPECT_EQ(read_one(R"({"workload": {"absent": 0.02}})").workload.absent.keys, 1000U);
  EXPECT_EQ(read_one(R"({"workload": {"absent": {"share": 1, "keys": 7}}})").workload.absent.keys, 7U);
  EXPECT_TRUE(read_one(R"({"workload": {"absent": {"share": 1, "keys": "unique"}}})").workload.absent.unique);
}

TEST(Scenario, ABareValueStandsForTheFixedDistribution) {
  const Part latency =
      read_one(R"({"origin": {"type": "simulated", "latency": "2ms"}})").origins[0].params.part("latency");
  EXPECT_EQ(latency.type, "fixed");
  EXPECT_EQ(latency.params.duration("value"), 2ms);
}

TEST(Scenario, WritesMayHaveADistributionOfTheirOwnOverTheSameKeys) {
  EXPECT_FALSE(read_one("{}").workload.write_keys);
  const std::string keys = R"({"workload": {"keys": {"count": 50}, "mix": {"write": 1}, "write_keys": )";
  const Scenario scenario = read_one(keys + R"({"distribution": "zipf", "theta": 0.5}}})");
  EXPECT_EQ(scenario.workload.write_keys->type, "zipf");
  EXPECT_EQ(scenario.workload.write_keys->params.real("theta"), 0.5);
  EXPECT_EQ(read_one(scenario.json).json, scenario.json);
  EXPECT_EQ(read_one(keys + R"({"distribution": "uniform", "count": 50}}})").workload.write_keys->type, "uniform");
}

TEST(Scenario, SizesAreAnObjectOfWeights) {
  const Scenario scenario =
      read_one(R"({"workload": {"value_bytes": {"distribution": "list", "sizes": {"2KiB": 10, "100": 0.5}}}})",
               {"workload.value_bytes.sizes.7=3"});
  const std::vector<WeightedSize>& sizes = scenario.workload.values.params.sizes("sizes");
  ASSERT_EQ(sizes.size(), 3U);
  EXPECT_EQ(sizes[0].bytes, 7);
  EXPECT_EQ(sizes[1].bytes, 100);
  EXPECT_EQ(sizes[1].weight, 0.5);
  EXPECT_EQ(sizes[2].bytes, 2048);
  EXPECT_EQ(sizes[2].weight, 10);
  EXPECT_EQ(read_one(scenario.json).json, scenario.json);
}

TEST(Scenario, TheOrderOfSizesIsNoMatter) {
  const auto with = [](const std::string& sizes) {
    return read_one(R"({"workload": {"value_bytes": {"distribution": "list", "sizes": )" + sizes + "}}}").json;
  };
  EXPECT_EQ(with(R"({"2KiB": 10, "100": 0.5})"), with(R"({"100": 0.5, "2048": 10})"));
}

TEST(Scenario, AddressesNameTheirCache) {
  const Scenario scenario = read_one(R"({"caches": ["redis+unix:///run/r.sock", "memcached://h:11211"]})");
  EXPECT_EQ(scenario.caches[0].type, "redis");
  EXPECT_EQ(scenario.caches[0].params.text("address"), "redis+unix:///run/r.sock");
  EXPECT_EQ(scenario.caches[1].type, "memcached");
  EXPECT_EQ(scenario.caches[1].params.text("address"), "memcached://h:11211");
}

TEST(Scenario, PartsCanBeRenamed) {
  const Scenario scenario =
      read_one(R"({"caches": ["redis", {"type": "redis", "name": "redis-aof", "args": ["--appendonly", "yes"]}]})");
  EXPECT_EQ(scenario.caches[1].name, "redis-aof");
  EXPECT_THAT(scenario.caches[1].params.texts("args"), testing::ElementsAre("--appendonly", "yes"));
}

TEST(Scenario, SeveralOriginsStandInAList) {
  const Scenario scenario = read_one(R"({"origins": ["sqlite", {"type": "simulated"}]})");
  ASSERT_EQ(scenario.origins.size(), 2U);
  EXPECT_EQ(scenario.origins[0].type, "sqlite");
}

TEST(Scenario, VirtualTimeNeedsOneRound) {
  EXPECT_EQ(read_one(R"({"clock": "virtual"})").rounds, 1);
  EXPECT_EQ(read_one(R"({"clock": "virtual", "rounds": 3})").rounds, 3);
}

TEST(Scenario, WarmupIsOperationsDurationOrPreload) {
  EXPECT_EQ(read_one(R"({"warmup": {"duration": "2s"}})").warmup.duration, 2s);
  EXPECT_EQ(read_one(R"({"warmup": {"duration": "2s"}})").warmup.operations, 0U);
  EXPECT_EQ(read_one(R"({"warmup": {"preload": true}})").warmup.operations, 0U);
  EXPECT_EQ(read_one(R"({"warmup": {"operations": 0}})").warmup.operations, 0U);
}

// What is said stays what it is; where nothing is, whether anything can expire or be evicted decides.
TEST(Scenario, WarmsUpUntilItIsSteadyWhereTheHitRatioMayMove) {
  const auto steady = [](const std::string& members) { return read_one("{" + members + "}").warmup.steady; };
  const std::string forever = R"("strategies": [{"type": "cache-aside", "ttl": "none"}], )";
  EXPECT_TRUE(steady(R"("strategies": [{"type": "cache-aside", "ttl": "1h"}])"));
  EXPECT_TRUE(steady(forever + R"("caches": ["memory"])")) << "100,000 keys, 10,000 entries";
  EXPECT_FALSE(steady(forever + R"("caches": [{"type": "memory", "entries": 100000}])"));
  EXPECT_FALSE(steady(R"("strategies": ["none"])"));
  EXPECT_FALSE(steady(R"("warmup": {"operations": 5})"));
  EXPECT_FALSE(steady(R"("warmup": {"duration": "5s"})"));
  EXPECT_FALSE(steady(R"("warmup": {"preload": true})"));
  EXPECT_TRUE(steady(R"("warmup": {"preload": true, "until": "steady"})"));
  EXPECT_TRUE(steady(R"("warmup": {"limit": "1min"})"));
  EXPECT_FALSE(steady(R"("workload": {"mix": {"read": 0, "write": 1}})")) << "nobody reads";
}

TEST(Scenario, OperationsThatNobodyAskedForEndAfterTenSeconds) {
  const std::string none = R"({"strategies": ["none"])";
  EXPECT_EQ(read_one(none + "}").warmup.limit, 10s);
  EXPECT_EQ(read_one(none + R"(, "warmup": {"operations": 20000}})").warmup.limit, 0s);
  EXPECT_EQ(read_one(none + R"(, "warmup": {"limit": "2s"}})").warmup.limit, 2s);
  EXPECT_EQ(read_one(none + R"(, "clock": "virtual"})").warmup.limit, 0s);
  const std::string once = read_one(none + "}").json;
  EXPECT_EQ(read_one(once).json, once);
}

TEST(Scenario, AnOpenLoopWarmsUpForTenSecondsAtMostUnlessItIsTold) {
  const auto operations = [](const std::string& rate, const std::string& warmup) {
    return read_one(R"({"workload": {"arrivals": {"loop": "open", "rate": )" + rate +
                    R"(}}, "strategies": ["none"], "warmup": )" + warmup + "}")
        .warmup.operations;
  };
  EXPECT_EQ(operations("2", "{}"), 20U);
  EXPECT_EQ(operations("0.01", "{}"), 1U);
  EXPECT_EQ(operations("1999.99", "{}"), 20000U);
  EXPECT_EQ(operations("1e6", "{}"), 20000U);
  EXPECT_EQ(operations("2", R"({"operations": 20000})"), 20000U);
  EXPECT_EQ(operations("2", R"({"preload": true})"), 0U);
}

TEST(Scenario, PreloadIsAllAShareOrNotSaid) {
  EXPECT_EQ(read_one(R"({"warmup": {"preload": true}})").warmup.preload, 1);
  EXPECT_EQ(read_one(R"({"warmup": {"preload": 0.8}})").warmup.preload, 0.8);
  EXPECT_EQ(read_one(R"({"warmup": {"preload": 0}})").warmup.preload, 0);
  EXPECT_EQ(read_one(R"({"warmup": {"preload": false}})").warmup.preload, std::nullopt);
  EXPECT_EQ(read_one("{}").warmup.preload, std::nullopt);
  EXPECT_EQ(read_one(R"({"strategies": ["none"], "warmup": {"preload": false}})").warmup.operations, 20000U);
  EXPECT_EQ(read_one(R"({"warmup": {"preload": 0}})").warmup.operations, 0U) << "what is not there is not filled in";
  EXPECT_EQ(read_one(R"({"warmup": {"preload": 0.8}})").warmup.operations, 0U);
  const std::string once = read_one("{}", {"warmup.preload=0.8"}).json;
  EXPECT_THAT(once, testing::HasSubstr("\"preload\": 0.8"));
  EXPECT_EQ(read_one(once).json, once);
}

TEST(Scenario, FilesStandRelativeToTheScenario) {
  const Registry registry = fake_registry();
  const std::string text = R"({"workload": {"keys": {"distribution": "trace", "file": "a.trace"}}})";
  const Scenario scenario = read_scenario(text, "some/where/s.json", {}, registry)[0];
  EXPECT_EQ(scenario.workload.keys.params.text("file"), "some/where/a.trace");
  EXPECT_THAT(scenario.json, testing::HasSubstr("\"file\": \"a.trace\""));
}

TEST(Scenario, RequirementsAndPinsAreRead) {
  const Scenario scenario = read_one(R"({"requires": {"cores": 4}, "app": {"processes": 2, "pin": [0, 3]}})");
  EXPECT_EQ(scenario.required_cores, 4);
  EXPECT_THAT(scenario.app.pin, testing::ElementsAre(0, 3));
}

}  // namespace
}  // namespace hitbench
