#include "curve/curve_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/curve/fake_trace.h"

namespace hitbench {
namespace {

using Json = nlohmann::json;

Json json_of(const FakeTrace& trace, const CurveSpec& spec) {
  return Json::parse(curve_json(curves_of(trace, spec, naive_policies()), "a.trace", "hitbench 1"));
}

TEST(CurveJson, HasThePointsOfEachCurve) {
  CurveSpec spec;
  spec.policies = {"lru", "fifo"};
  spec.sizes = {2};
  const Json json = json_of(FakeTrace(std::vector<uint32_t>{0, 1, 0, 2, 0, 1}), spec);
  EXPECT_EQ("hitbench.curve/1", json["schema"]);
  EXPECT_EQ(6, json["requests"]);
  EXPECT_EQ(3, json["keys"]);
  EXPECT_EQ("lru", json["curves"][0]["policy"]);
  EXPECT_EQ("all-sizes", json["curves"][0]["method"]);
  EXPECT_EQ("simulated", json["curves"][1]["method"]);
  const Json point = json["curves"][0]["points"][0];
  EXPECT_EQ(2, point["size"]);
  EXPECT_EQ("entries", point["unit"]);
  EXPECT_EQ(2, point["hits"]);
  EXPECT_DOUBLE_EQ(1.0 / 3, point["hit_ratio"]);
  EXPECT_EQ(3, json["ceiling"]["hits"]);
}

TEST(CurveJson, HasNullWhereNothingIsKnown) {
  CurveSpec spec;
  spec.sizes = {1};
  const Json json = json_of(FakeTrace(std::vector<uint32_t>{0, 1, 0, 2, 0, 1}), spec);
  EXPECT_TRUE(json["ttl_ns"].is_null());
  EXPECT_TRUE(json["sample"].is_null());
  EXPECT_TRUE(json["ceiling"]["bytes"].is_null());
  EXPECT_TRUE(json["curves"][0]["points"][0]["byte_hit_ratio"].is_null());
  EXPECT_TRUE(json["curves"][1]["reach"][4]["size"].is_null());
}

}  // namespace
}  // namespace hitbench
