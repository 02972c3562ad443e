// What the reader says about a scenario that is wrong: file, path, fault, range, nearest name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/scenario/read.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ScenarioFaults, MalformedJsonIsFoundByLineAndColumn) {
  EXPECT_THAT(fault_of("{\n  \"seed\": 1,\n  \"clock\" \"real\"\n}"),
              StartsWith("test.json: line 3, column 16: not JSON:"));
  EXPECT_THAT(fault_of("{"), StartsWith("test.json: line 1, column 2: not JSON:"));
  EXPECT_THAT(fault_of(""), StartsWith("test.json: line 1, column 1: not JSON:"));
  EXPECT_THAT(fault_of("{}\n}"), StartsWith("test.json: line 2, column 1: not JSON:"));
  EXPECT_THAT(fault_of("{\"seed\": NaN}"), HasSubstr("line 1"));
  EXPECT_THAT(fault_of("{\"question\": \"\xff\"}"), HasSubstr("line 1"));
}

TEST(ScenarioFaults, NumbersThatNoDoubleHoldsAreFound) {
  EXPECT_EQ(fault_of("{\n\"seed\": 1e999}"), "test.json: line 2, column 9: number out of range: 1e999");
  EXPECT_THAT(fault_of("{\"seed\": 18446744073709551615}"), HasSubstr("seed: too large"));
}

TEST(ScenarioFaults, EndlessNestingIsRefused) {
  EXPECT_THAT(fault_of(std::string(200000, '[')), HasSubstr("nested deeper than"));
  EXPECT_THAT(fault_of("{}", {"seed=" + std::string(200000, '[')}), HasSubstr("seed"));
}

TEST(ScenarioFaults, AMemberGivenTwiceIsRefused) {
  EXPECT_EQ(fault_of(R"({"seed": 1, "seed": 2})"), "test.json: \"seed\" is given twice in one object");
}

TEST(ScenarioFaults, ADocumentThatIsNoObjectIsRefused) {
  EXPECT_EQ(fault_of("[]"), "test.json: must be an object, is a list");
  EXPECT_EQ(fault_of("[]", {"seed=1"}), "test.json: must be an object, is a list");
}

TEST(ScenarioFaults, MisspeltNamesGetTheNearestOne) {
  EXPECT_THAT(fault_of(R"({"wrokload": {}})"),
              StartsWith("test.json: wrokload: unknown name. Did you mean 'workload'?"));
  EXPECT_THAT(fault_of(R"({"workload": {"keys": {"tehta": 1}}})"),
              StartsWith("test.json: workload.keys.tehta: unknown name. Did you mean 'theta'?"));
  EXPECT_THAT(fault_of(R"({"workload": {"keys": {"distribution": "ziph"}}})"),
              StartsWith("test.json: workload.keys: unknown keys \"ziph\". Did you mean 'zipf'?"));
  EXPECT_THAT(fault_of(R"({"caches": ["memroy"]})"),
              StartsWith("test.json: caches[0]: unknown cache \"memroy\". Did you mean 'memory'?"));
  EXPECT_THAT(fault_of(R"({"clock": "virtul"})"),
              StartsWith("test.json: clock: must be real or virtual, is \"virtul\". Did you mean 'virtual'?"));
  EXPECT_THAT(fault_of(R"({"strategies": [{"type": "cache-aside", "tll": "1s"}]})"),
              HasSubstr("strategies[0].tll: unknown name. Did you mean 'ttl'?"));
}

TEST(ScenarioFaults, WrongTypesSayWhatIsWanted) {
  EXPECT_EQ(fault_of(R"({"verify": 1})"), "test.json: verify: must be true or false, is 1");
  EXPECT_EQ(fault_of(R"({"app": []})"), "test.json: app: must be an object, is []");
  EXPECT_EQ(fault_of(R"({"app": {"clients": "many"}})"),
            "test.json: app.clients: must be a whole number (or a count such as \"100k\"), is \"many\"");
  EXPECT_EQ(fault_of(R"({"app": {"clients": 1.5}})"),
            "test.json: app.clients: must be a whole number (or a count such as \"100k\"), is 1.5");
  EXPECT_EQ(fault_of(R"({"app": {"clients": null}})"), "test.json: app.clients: must not be null");
  EXPECT_EQ(fault_of(R"({"app": {"timeout": 5}})"),
            "test.json: app.timeout: must be a duration with a unit, such as \"250us\" or \"5ms\", is 5");
  EXPECT_THAT(fault_of(R"({"caches": "redis"})"), StartsWith("test.json: caches: must be a list, is a string"));
  EXPECT_THAT(fault_of(R"({"caches": [1]})"), HasSubstr("caches[0]: must be the name of a cache or an object"));
  EXPECT_THAT(fault_of(R"({"thresholds": [1]})"), HasSubstr("thresholds[0]: must be a string"));
  EXPECT_THAT(fault_of(R"({"claims": [{"says": "x"}]})"), HasSubstr("claims[0].holds_if: is required"));
  EXPECT_THAT(fault_of(R"({"workload": {"arrivals": {"loop": "open"}}})"),
              HasSubstr("workload.arrivals.rate: is required"));
}

TEST(ScenarioFaults, SizesAndWeightsAreFoundByTheirName) {
  const auto fault = [](const std::string& sizes) {
    return fault_of(R"({"workload": {"value_bytes": {"distribution": "list", "sizes": )" + sizes + "}}}");
  };
  const std::string path = "test.json: workload.value_bytes.sizes";
  for (const char* none : {"[100]", "{}", "\"100:90\""}) {
    EXPECT_EQ(fault(none), path + R"(: must be an object of sizes and their weights, such as {"100": 90, "2KiB": 10})" +
                               ", is " + none);
  }
  EXPECT_EQ(fault(R"({"big": 1})"), path + R"(.big: must be a number of bytes or a size such as "64MiB", is "big")");
  EXPECT_EQ(fault(R"({"6kB": 1})"), path + R"(.6kB: must be at least 0 and at most 5000, is "6kB")");
  EXPECT_EQ(fault(R"({"5": 0})"), path + ".5: must be above 0 and at most 1000000000, is 0");
  EXPECT_EQ(fault(R"({"5": "x"})"), path + R"(.5: must be a number (or a count such as "8k"), is "x")");
  EXPECT_EQ(fault(R"({"1000": 9, "1k": 1})"), path + ".1k: is the same size as another one");
}

TEST(ScenarioFaults, WriteKeysThatAreNotThoseOfReadsAreRefused) {
  const std::string path = "test.json: workload.write_keys";
  EXPECT_EQ(fault_of(R"({"workload": {"keys": {"count": 50}, "write_keys": {"distribution": "zipf", "count": 51}}})"),
            path + ".count: is 51, but workload.keys has 50 -- leave it out");
  EXPECT_THAT(fault_of(R"({"workload": {"write_keys": {"distribution": "trace", "file": "a"}}})"),
              StartsWith(path + ": \"trace\" brings its own keys along"));
  EXPECT_THAT(fault_of(R"({"workload": {"write_keys": "uniphorm"}})"), HasSubstr("Did you mean 'uniform'?"));
}

TEST(ScenarioFaults, WriteKeysThatNoOperationAsksForAreRefused) {
  const auto fault = [](const std::string& more, const Sets& sets = {}) {
    return fault_of(R"({"workload": {"write_keys": "uniform", "mix": )" + more + "}", sets);
  };
  const std::string refused = "test.json: workload.write_keys: is for writes and deletes, and workload.mix has neither";
  EXPECT_THAT(fault_of(R"({"workload": {"write_keys": "uniform"}})"), StartsWith(refused + " -- give it a share"));
  // An insert makes its key, and a modify asks for that of its read.
  EXPECT_THAT(fault(R"({"read": 0.5, "insert": 0.25, "modify": 0.25}})"), StartsWith(refused));
  EXPECT_EQ(fault(R"({"read": 0.5, "delete": 0.5}})"), "read without an error");
  EXPECT_THAT(fault_of("{}", {"workload.write_keys=uniform"}),
              StartsWith("test.json: workload.write_keys (--set workload.write_keys=uniform): is for writes"));
}

TEST(ScenarioFaults, OnePointOfASweepIsEnoughForWriteKeys) {
  const auto fault = [](const std::string& mixes) {
    return fault_of(R"({"workload": {"write_keys": "uniform"}, "sweep": {"workload.mix": )" + mixes + "}}");
  };
  EXPECT_EQ(fault(R"([{"read": 1}, {"read": 0.5, "write": 0.5}])"), "read without an error");
  EXPECT_THAT(fault(R"([{"read": 1}, {"read": 0.5, "modify": 0.5}])"), HasSubstr("workload.mix has neither"));
  // The point that writes must be one that has them.
  EXPECT_THAT(fault_of(R"({"sweep": {"workload": [{"write_keys": "uniform"}, {"mix": {"write": 1}}]}})"),
              HasSubstr("workload.mix has neither"));
}

TEST(ScenarioFaults, RangesAreShown) {
  EXPECT_EQ(fault_of(R"({"warmup": {"preload": 80}})"),
            "test.json: warmup.preload: must be at least 0 and at most 1, is 80");
  EXPECT_EQ(fault_of(R"({"warmup": {"preload": "most"}})"),
            "test.json: warmup.preload: must be true, false or a share such as 0.8, is a string");
  EXPECT_THAT(fault_of(R"({"app": {"clients": 0}})"), StartsWith("test.json: app.clients: must be at least 1"));
  EXPECT_EQ(fault_of(R"({"workload": {"keys": {"theta": 0}}})"),
            "test.json: workload.keys.theta: must be above 0 and at most 10, is 0");
  EXPECT_THAT(fault_of(R"({"workload": {"keys": {"theta": -1}}})"), HasSubstr("workload.keys.theta: must be above 0"));
  EXPECT_THAT(fault_of(R"({"workload": {"keys": {"count": 0}}})"),
              HasSubstr("workload.keys.count: must be at least 1"));
  EXPECT_THAT(fault_of(R"({"strategies": [{"type": "cache-aside", "ttl": "-5s"}]})"),
              HasSubstr("strategies[0].ttl: must be a duration"));
  EXPECT_THAT(fault_of(R"({"strategies": [{"type": "cache-aside", "ttl": "0s"}]})"),
              HasSubstr("strategies[0].ttl: must be above 0"));
  EXPECT_THAT(fault_of(R"({"workload": {"key_bytes": 251}})"),
              HasSubstr("workload.key_bytes: must be at least 1 and at most 250, is 251"));
  EXPECT_THAT(fault_of(R"({"rounds": 0})"), HasSubstr("rounds: must be at least 1"));
  EXPECT_THAT(fault_of(R"({"seed": -1})"), HasSubstr("seed: must be at least 0"));
  EXPECT_THAT(fault_of(R"({"measure": {"duration": "0s"}})"), HasSubstr("measure.duration: must be above"));
  // 64 bits hold 292 years, and a run adds durations up.
  EXPECT_EQ(fault_of(R"({"app": {"timeout": "87601h"}})"),
            "test.json: app.timeout: must be at most 87600h (ten years), is \"87601h\"");
  EXPECT_EQ(fault_of(R"({"app": {"timeout": "87600h"}})"), "read without an error");
}

TEST(ScenarioFaults, AMixThatDoesNotAddUpShowsItsSum) {
  EXPECT_EQ(fault_of(R"({"workload": {"mix": {"read": 0.9, "write": 0.05}}})"),
            "test.json: workload.mix: the shares must add up to 1, but add up to 0.95");
  EXPECT_EQ(fault_of(R"({"workload": {"mix": {}}})"),
            "test.json: workload.mix: the shares must add up to 1, but add up to 0");
  EXPECT_EQ(fault_of(R"({"workload": {"mix": {"read": 0.7, "write": 0.1, "delete": 0.2}}})"), "read without an error");
}

TEST(ScenarioFaults, EmptyListsAreRefused) {
  EXPECT_EQ(fault_of(R"({"caches": []})"), "test.json: caches: must not be empty");
  EXPECT_EQ(fault_of(R"({"strategies": []})"), "test.json: strategies: must not be empty");
  EXPECT_EQ(fault_of(R"({"origins": []})"), "test.json: origins: must not be empty");
  EXPECT_EQ(fault_of(R"({"sweep": {"app.clients": []}})"), "test.json: sweep.app.clients: must not be empty");
}

TEST(ScenarioFaults, TwoPartsOfOneNameAreRefused) {
  EXPECT_THAT(fault_of(R"({"caches": ["redis", {"type": "redis", "memory": 1000}]})"),
              StartsWith("test.json: caches[1]: a second cache is called \"redis\""));
  EXPECT_THAT(fault_of(R"({"caches": [{"type": "redis", "name": "a/b"}]})"),
              HasSubstr("caches[0].name: \"a/b\" must be letters"));
  EXPECT_THAT(fault_of(R"({"caches": [{"type": "redis", "name": ""}]})"), HasSubstr("caches[0].name"));
}

TEST(ScenarioFaults, WhatExcludesEachOtherIsRefused) {
  EXPECT_EQ(fault_of(R"({"measure": {"duration": "1s", "operations": 5}})"),
            "test.json: measure: takes a duration or operations, not both");
  EXPECT_EQ(fault_of(R"({"warmup": {"duration": "1s", "operations": 5}})"),
            "test.json: warmup: takes a duration or operations, not both");
  EXPECT_EQ(fault_of(R"({"warmup": {"duration": "1s", "until": "steady"}})"),
            "test.json: warmup: takes a duration or \"until\", not both");
  EXPECT_THAT(fault_of(R"({"warmup": {"duration": "1s", "limit": "1s"}})"),
              StartsWith("test.json: warmup.limit: is for"));
  EXPECT_THAT(fault_of(R"({"origin": "sqlite", "origins": ["sqlite"]})"),
              StartsWith("test.json: origin: is given together with \"origins\""));
  EXPECT_THAT(fault_of(R"({"app": {"processes": 2, "pin": [1]}})"), HasSubstr("app.pin: 1 core for 2 processes"));
}

TEST(ScenarioFaults, VirtualTimeNamesTheOffender) {
  EXPECT_THAT(fault_of(R"({"clock": "virtual", "caches": ["memory", "redis"]})"),
              StartsWith("test.json: caches[1]: \"redis\" cannot run in virtual time"));
  EXPECT_THAT(fault_of(R"({"clock": "virtual", "origin": "sqlite"})"),
              StartsWith("test.json: origin: \"sqlite\" cannot run in virtual time"));
  EXPECT_THAT(fault_of(R"({"clock": "virtual", "origins": ["simulated", "sqlite"]})"),
              StartsWith("test.json: origins[1]: \"sqlite\""));
  EXPECT_THAT(fault_of(R"({"clock": "virtual", "app": {"model": "thread"}})"), HasSubstr("app.model"));
  EXPECT_THAT(fault_of(R"({"caches": [{"type": "memory", "shared": true}]})"), HasSubstr("caches[0].shared"));
  EXPECT_THAT(fault_of(R"({"caches": [{"type": "memory", "latency": "75us"}]})"), HasSubstr("caches[0].latency"));
  EXPECT_EQ(
      fault_of(R"({"clock": "virtual", "caches": ["none", {"type": "memory", "shared": true, "latency": "75us"}]})"),
      "read without an error");
}

TEST(ScenarioFaults, WhatClientsShareNeedsTheFiberModel) {
  const std::string threads = R"("app": {"model": "thread"}, )";
  EXPECT_THAT(fault_of("{" + threads + R"("caches": ["redis", "memory"]})"),
              AllOf(StartsWith("test.json: strategies[1]: "), HasSubstr("memory needs model fiber")));
  EXPECT_EQ(fault_of("{" + threads + R"("caches": ["memory"], "strategies": ["none"]})"), "read without an error");
  const std::string flights = R"("strategies": ["direct", {"type": "cache-aside", "guard": "single-flight"}])";
  EXPECT_THAT(fault_of("{" + threads + R"("caches": ["redis"], )" + flights + "}"),
              AllOf(StartsWith("test.json: strategies[1]: "), HasSubstr("single-flight needs model fiber")));
  EXPECT_EQ(fault_of(R"({"caches": ["redis"], )" + flights + "}"), "read without an error");
}

TEST(ScenarioFaults, ABatchNeedsTheClosedLoopAndNothingButReads) {
  const std::string batch = R"("strategies": [{"type": "cache-aside", "batch": 16}])";
  EXPECT_EQ(fault_of("{" + batch + "}"), "read without an error");
  EXPECT_THAT(fault_of("{" + batch + R"(, "workload": {"arrivals": {"loop": "open", "rate": 5}}})"),
              AllOf(StartsWith("test.json: strategies[0]: "), HasSubstr("closed loop")));
  EXPECT_THAT(fault_of("{" + batch + R"(, "workload": {"mix": {"read": 0.9, "write": 0.1}}})"),
              AllOf(StartsWith("test.json: strategies[0]: "), HasSubstr("reads alone")));
  EXPECT_EQ(fault_of(R"({"strategies": [{"type": "cache-aside", "batch": 1}],
                         "workload": {"mix": {"read": 0.9, "write": 0.1}}})"),
            "read without an error");
}

TEST(ScenarioFaults, DirectTakesNothingOfAnOrigin) {
  for (const std::string field : {"guard", "nulls", "on_write"}) {
    EXPECT_THAT(fault_of(R"({"strategies": [{"type": "direct", ")" + field + R"(": "none"}]})"),
                HasSubstr("strategies[0]." + field + ": \"direct\" takes no " + field));
  }
}

TEST(ScenarioFaults, DirectoriesAndMissingFilesAreRefused) {
  const Registry registry = fake_registry();
  const auto fault = [&](const std::string& path) -> std::string {
    try {
      read_scenario_file(path, {}, registry);
    } catch (const Error& error) {
      return error.cause() == Error::Cause::usage ? error.what() : "not a usage error";
    }
    return "read without an error";
  };
  EXPECT_THAT(fault(std::filesystem::temp_directory_path().string()), HasSubstr("is a directory"));
  EXPECT_EQ(fault("no/such/file.json"), "no/such/file.json: cannot be read: No such file or directory");
}

struct Later {
  std::string text, path;
};

TEST(ScenarioFaults, WhatComesLaterIsRefusedAndNeverIgnored) {
  const auto strategy = [](const std::string& member) {
    return R"({"strategies": [{"type": "cache-aside", )" + member + "}]}";
  };
  const std::vector<Later> cases = {
      {strategy(R"("guard": "lease")"), "strategies[0].guard"},
      {strategy(R"("guard": {"type": "lease", "ttl": "10s"})"), "strategies[0].guard"},
      {strategy(R"("on_write": "versioned")"), "strategies[0].on_write"},
      {strategy(R"("fill": "if-newer")"), "strategies[0].fill"},
      {strategy(R"("nulls": {"ttl": "5s"})"), "strategies[0].nulls"},
      {R"({"strategies": [{"type": "two-level"}]})", "strategies[0]"},
      {R"({"origin": "postgres"})", "origin"},
  };
  for (const Later& later : cases) {
    EXPECT_THAT(fault_of(later.text),
                AllOf(StartsWith("test.json: " + later.path + ": "), HasSubstr("not available yet")));
  }
  EXPECT_EQ(fault_of(strategy(R"("guard": "none", "nulls": null)")), "read without an error");
  // What this build lacks is no fault of the scenario: its row is skipped when it runs.
  EXPECT_EQ(fault_of(R"({"caches": ["absent"]})"), "read without an error");
}

}  // namespace
}  // namespace hitbench
