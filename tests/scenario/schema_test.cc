#include <gtest/gtest.h>

#include "scenario/json_text.h"
#include "tests/scenario/read.h"

namespace hitbench {
namespace {

Json schema() { return parse_json(scenario_schema(fake_registry()), "schema"); }

TEST(ScenarioSchema, IsDraftSevenAndClosed) {
  EXPECT_EQ(schema()["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema()["additionalProperties"], false);
}

TEST(ScenarioSchema, HasEverySectionTheReaderPrints) {
  const Json printed = parse_json(read_one("{}").json, "json");
  const Json properties = schema()["properties"];
  for (const auto& [name, value] : printed.items()) EXPECT_TRUE(properties.contains(name)) << name;
}

TEST(ScenarioSchema, BoundsComeFromTheTables) {
  const Json clients = schema()["properties"]["app"]["properties"]["clients"];
  EXPECT_EQ(clients["anyOf"][0], (Json{{"type", "integer"}, {"minimum", 1}, {"maximum", 1000000}}));
  EXPECT_EQ(clients["default"], 50);
}

TEST(ScenarioSchema, PartsAreWordsOrObjectsOfTheirRow) {
  const Json cache = schema()["properties"]["caches"]["items"]["anyOf"];
  EXPECT_EQ(cache[0]["enum"], (Json::array({"memory", "redis", "memcached", "absent", "none"})));
  EXPECT_EQ(cache[2]["properties"]["type"], (Json{{"const", "memory"}}));
  EXPECT_EQ(cache[2]["required"], Json::array({"type"}));
  EXPECT_EQ(cache[2]["properties"]["shared"]["type"], "boolean");
}

TEST(ScenarioSchema, FaultsAreAListOfObjects) {
  const Json fault = schema()["properties"]["faults"]["items"];
  EXPECT_EQ(fault["required"], Json::array({"at", "target", "action"}));
  EXPECT_EQ(fault["properties"]["action"]["enum"], Json::array({"kill", "stop", "slow", "fail"}));
  EXPECT_EQ(fault["additionalProperties"], false);
}

}  // namespace
}  // namespace hitbench
