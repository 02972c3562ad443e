#include "scenario/typed_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/scenario/read.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Scenario read_with(const std::string& text, const std::vector<TypedField>& fields, const Sets& sets = {}) {
  return read_scenario(text, "test.json", {.sets = sets, .fields = fields}, fake_registry()).at(0);
}

std::string fault_with(const std::string& text, const TypedField& field) {
  try {
    read_with(text, {field});
  } catch (const Error& error) {
    return error.what() + std::string(" -- ") + error.remedy();
  }
  return "read without an error";
}

const TypedField kRate{"workload.arrivals", R"({"loop": "open", "rate": 8000})", "--rate 8k", "arrivals"};
const TypedField kOrigin{"origin", R"({"type": "simulated", "latency": "7ms"})", "--origin 7ms", "origin"};
const TypedField kTtl{"strategies.*.ttl", "\"1h\"", "--ttl 1h", "strategy"};
const TypedField kCount{"workload.keys", R"({"count": 5})", "--keys 5", "keys"};

TEST(TypedFields, ReplaceWhatIsThereAndMakeWhatIsNot) {
  const TypedField clients{"app.clients", "7", "--clients 7"};
  EXPECT_EQ(read_with("{}", {clients}).app.clients, 7);
  EXPECT_EQ(read_with(R"({"app": {"clients": 3, "retries": 2}})", {clients}).app.retries, 2);
  const TypedField duration{"measure.duration", "\"3s\"", "--for 3s"};
  EXPECT_EQ(read_with(R"({"measure": {"operations": 9}})", {duration}).measure.duration, 3s);
}

TEST(TypedFields, KeepTheOtherMembersOfAPartAsLongAsItsTypeStays) {
  const Part same = read_with(R"({"origin": {"type": "simulated", "concurrency": 3}})", {kOrigin}).origins[0];
  EXPECT_EQ(same.params.part("latency").params.duration("value"), 7ms);
  EXPECT_EQ(same.params.integer("concurrency"), 3);
  const std::string closed = R"({"workload": {"arrivals": {"loop": "closed", "think": "1ms"}}})";
  EXPECT_EQ(read_with(closed, {kRate}).workload.arrivals.type, "open");
}

TEST(TypedFields, KnowTheTypeThatAPartHasByItsNameOrByDefault) {
  for (const char* text : {R"({"origin": "simulated"})", R"({"origin": {"concurrency": 3}})", R"({"origin": "sqlite"})",
                           R"({"origins": ["sqlite"]})"}) {
    const std::vector<Part> origins = read_with(text, {kOrigin}).origins;
    ASSERT_EQ(origins.size(), 1U) << text;
    EXPECT_EQ(origins[0].params.part("latency").params.duration("value"), 7ms) << text;
  }
  EXPECT_EQ(read_with(R"({"workload": {"keys": "uniform"}})", {kCount}).workload.keys.type, "uniform");
  EXPECT_EQ(read_with("{}", {kCount}).workload.key_count, 5U);
}

TEST(TypedFields, ReachEveryPartOfAListThatHasTheField) {
  const Scenario scenario = read_with(R"({"strategies": ["none", "cache-aside", "direct"]})", {kTtl});
  EXPECT_EQ(scenario.strategies[1].params.duration("ttl"), 1h);
  EXPECT_EQ(scenario.strategies[2].params.duration("ttl"), 1h);
  EXPECT_EQ(read_with("{}", {kTtl}).strategies[1].params.duration("ttl"), 1h) << "the default strategies";
}

TEST(TypedFields, ThatNoPartHasAreRefused) {
  EXPECT_THAT(fault_with(R"({"strategies": ["none"]})", kTtl),
              HasSubstr("test.json: --ttl 1h: no strategy here has the field ttl -- leave it out, or name a strategy "
                        "that has it: direct or cache-aside"));
  EXPECT_THAT(fault_with(R"({"strategies": ["cache-asid"]})", kTtl), HasSubstr("Did you mean 'cache-aside'?"));
}

TEST(TypedFields, ComeBeforeSets) {
  EXPECT_EQ(read_with("{}", {kTtl}, {"strategies.1.ttl=5s"}).strategies[1].params.duration("ttl"), 5s);
  EXPECT_EQ(read_with("{}", {kRate}, {"workload.arrivals.rate=9"}).workload.arrivals.params.real("rate"), 9);
}

TEST(TypedFields, AreNamedInTheErrorsTheyCause) {
  const TypedField clients{"app.clients", "\"many\"", "--clients many"};
  EXPECT_THAT(fault_with("{}", clients), HasSubstr("test.json: app.clients (--clients many): must be"));
}

TEST(AbsoluteFiles, AreInTheJsonOnlyOfAScenarioThatWillBeElsewhere) {
  const std::string text = R"({"workload": {"keys": {"distribution": "trace", "file": "keys.txt"}}})";
  const auto json_of = [&](bool absolute) {
    return read_scenario(text, "/folder/test.json", {.sets = {}, .absolute_files = absolute}, fake_registry())
        .at(0)
        .json;
  };
  EXPECT_THAT(json_of(true), HasSubstr(R"("file": "/folder/keys.txt")"));
  EXPECT_THAT(json_of(false), HasSubstr(R"("file": "keys.txt")"));
}

}  // namespace
}  // namespace hitbench
