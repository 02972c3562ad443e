#include <gmock/gmock.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tests/metrics/doubt_matchers.h"
#include "tests/metrics/sample_results.h"

namespace hitbench {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ResultJson, HasTheShapeOfTheContract) {
  const std::string text = result_to_json(full_result());
  EXPECT_TRUE(text.ends_with("}\n"));
  const json out = json::parse(text);
  EXPECT_EQ(out["schema"], "hitbench.result/1");
  EXPECT_EQ(out["scenario"]["seed"], 7);
  EXPECT_EQ(out["complete"], false);
  EXPECT_EQ(out["claims"][0]["says"], "a cache helps");
  const json& run = out["runs"][0];
  EXPECT_EQ(run["latency"]["read"]["response"]["count"], 9000);
  EXPECT_EQ(run["latency"]["read"]["response"]["p99_9_ns"], nullptr);
  EXPECT_EQ(run["latency"]["write"]["service"]["p50_ns"], 5'001'215);  // 5.000 ms, as its bucket's highest value
  EXPECT_EQ(run["latency"]["delete"]["response"]["count"], 1);
  EXPECT_EQ(run["reads"]["fresh_hit"], 7000);
  EXPECT_EQ(run["origin_load"]["peak_concurrent_loads_per_key"], 2);
  EXPECT_EQ(run["consistency"]["max_staleness_ns"], 60'000'000);
  EXPECT_EQ(run["backend"]["version"], "redis 7.0.15");
  EXPECT_EQ(run["validity"]["valid"], true);
  EXPECT_EQ(run["rounds"][0]["latency_ns"].count("read.response.p50"), 1u);
  EXPECT_EQ(run["skipped"], nullptr);
  EXPECT_THAT(out["runs"][1]["skipped"].get<std::string>(), HasSubstr("memcached"));
}

TEST(ResultJson, SaysNullWhereNothingWasMeasured) {
  const json run = json::parse(result_to_json(full_result()))["runs"][1];
  for (const char* name : {"sweep", "hit_ratio"}) EXPECT_EQ(run[name], nullptr) << name;
  EXPECT_EQ(run["latency"]["read"]["response"]["mean_ns"], nullptr);
  EXPECT_EQ(run["consistency"]["stale_reads"], nullptr);
  for (const char* name : {"loads", "stores", "failed", "peak_concurrent_loads"}) {
    EXPECT_EQ(run["origin_load"][name], nullptr) << name;
  }
  EXPECT_EQ(run["costs"]["hit_ns"], nullptr);
}

TEST(ResultJson, ReadsBackWhatItWrote) {
  const std::string text = result_to_json(full_result());
  const Result back = result_from_json(text, "x.json");
  EXPECT_EQ(result_to_json(back), text);
  ASSERT_EQ(back.runs.size(), 2u);
  const RunResult& run = back.runs[0];
  EXPECT_EQ(run.name, "cache-aside/redis?app.clients=10");
  EXPECT_EQ(run.seed, 7u);
  EXPECT_EQ(run.read.response.p99_9_ns, std::nullopt);
  EXPECT_EQ(run.consistency.lost_writes, 2u);
  EXPECT_EQ(run.client.cpu_ns_per_op, 8300.5);
  EXPECT_EQ(run.validity.machine_percentiles, std::vector<std::string>{"read.response.p99_9"});
  EXPECT_EQ(run.rounds.at(0).latency_ns, full_run().rounds[0].latency_ns);
  EXPECT_EQ(back.claims, full_result().claims);
  EXPECT_EQ(back.runs[1].skipped, skipped_run().skipped);
}

TEST(ResultJson, ReadsAnEmptyResult) {
  const Result back = result_from_json(result_to_json(Result{}), "x.json");
  EXPECT_TRUE(back.runs.empty());
}

TEST(ResultJson, KeepsTheOrderOfTheScenario) {
  Result result;
  result.scenario_json = R"({"z": 1, "a": 2})";
  const Result back = result_from_json(result_to_json(result), "x.json");
  EXPECT_LT(back.scenario_json.find("\"z\""), back.scenario_json.find("\"a\""));
}

TEST(ResultJson, ReadsAFileThatLacksWhatWasAddedLater) {
  json old = json::parse(result_to_json(full_result()));
  old["runs"][0].erase("costs");
  old["runs"][0]["added_later"] = 1;
  const Result back = result_from_json(old.dump(), "old.json");
  EXPECT_EQ(back.runs[0].costs.hit_ns, std::nullopt);
  EXPECT_EQ(back.runs[0].reads.miss, 2000u);
}

TEST(ResultJson, TellsWhatThePartsOfARowAre) {
  Result result = full_result();
  result.runs[0].strategy = "mine", result.runs[0].cache = "ours", result.runs[0].origin = "theirs";
  const std::string text = result_to_json(result);
  const json run = json::parse(text)["runs"][0];
  EXPECT_EQ(run["strategy"], "mine");
  EXPECT_EQ(run["strategy_type"], "cache-aside");
  EXPECT_EQ(run["cache_type"], "redis");
  EXPECT_EQ(run["origin_type"], "simulated");
  EXPECT_EQ(run["exact_evictions"], false);
  EXPECT_EQ(run["modeled_origin"], true);
  const RunResult back = result_from_json(text, "x.json").runs[0];
  EXPECT_EQ(back.cache, "ours");
  EXPECT_EQ(back.cache_type, "redis");
  EXPECT_TRUE(back.has_cache());
  EXPECT_TRUE(back.has_origin());
}

// The first row of a result as a version wrote it that told only the names of a row's parts.
RunResult row_without_types(const json& names, const std::string& scenario = "{}") {
  json old = json::parse(result_to_json(full_result()));
  json& run = old["runs"][0];
  for (const char* added : {"strategy_type", "cache_type", "origin_type", "exact_evictions", "modeled_origin"}) {
    run.erase(added);
  }
  run.update(names);
  old["scenario"] = json::parse(scenario);
  return result_from_json(old.dump(), "old.json").runs[0];
}

TEST(ResultJson, InAnOlderFileTheNameOfAPartStandsForItsType) {
  const RunResult memory = row_without_types({{"cache", "memory"}});
  EXPECT_EQ(memory.strategy_type, "cache-aside");
  EXPECT_EQ(memory.cache_type, "memory");
  EXPECT_EQ(memory.origin_type, "simulated");
  EXPECT_TRUE(memory.exact_evictions);
  EXPECT_TRUE(memory.modeled_origin);
  const RunResult redis = row_without_types({{"origin", "sqlite"}});
  EXPECT_FALSE(redis.exact_evictions);
  EXPECT_FALSE(redis.modeled_origin);
  const RunResult baseline = row_without_types({{"strategy", "none"}, {"cache", "none"}});
  EXPECT_FALSE(baseline.has_cache());
  EXPECT_TRUE(baseline.has_origin());
  EXPECT_FALSE(row_without_types({{"strategy", "direct"}, {"origin", "none"}}).has_origin());
}

TEST(ResultJson, InAnOlderFileTheScenarioKnowsTheTypeOfAPartThatIsRenamed) {
  const std::string scenario = R"({"strategies": ["odd", {"type": "read-through", "name": "mine"}],
    "caches": [{"type": "redis", "name": "r"}, {"type": "memory", "name": "ours"}],
    "origin": {"type": "sqlite", "name": "theirs"}})";
  const json names = {{"strategy", "mine"}, {"cache", "ours"}, {"origin", "theirs"}};
  const RunResult run = row_without_types(names, scenario);
  EXPECT_EQ(run.strategy_type, "read-through");
  EXPECT_EQ(run.cache_type, "memory");
  EXPECT_EQ(run.origin_type, "sqlite");
  EXPECT_TRUE(run.exact_evictions);
  EXPECT_FALSE(run.modeled_origin);
  const json called_none = {{"strategy", "none"}, {"cache", "none"}, {"origin", "none"}};
  const std::string parts = R"("caches": [{"type": "redis", "name": "none"}],
    "origin": {"type": "sqlite", "name": "none"}})";
  const RunResult direct =
      row_without_types(called_none, R"({"strategies": [{"type": "direct", "name": "none"}],)" + parts);
  EXPECT_EQ(direct.strategy_type, "direct");
  EXPECT_EQ(direct.cache_type, "redis");
  EXPECT_FALSE(direct.has_origin());
  const RunResult baseline = row_without_types(called_none, "{" + parts);
  EXPECT_FALSE(baseline.has_cache());
  EXPECT_EQ(baseline.origin_type, "sqlite");
  EXPECT_EQ(row_without_types(names, R"({"caches": 5, "origins": [7, {"name": "theirs"}]})").origin_type, "theirs");
}

// A row of an older version, of which one in a hundred operations failed.
RunResult older_row(const std::string& scenario, const std::string& sweep = "") {
  json old = json::parse(result_to_json(full_result()));
  json& run = old["runs"][0];
  for (const char* name : {"failed_operations", "failed_share", "failed_as_asked"}) run.erase(name);
  run["operations"] = 10'000;
  run["reads"]["failed"] = 100;
  run["writes"]["failed"] = run["deletes"]["failed"] = 0;
  run["sweep"] = sweep;
  run["validity"]["valid"] = true;
  run["validity"].erase("only_failures");
  old["scenario"] = json::parse(scenario);
  return result_from_json(old.dump(), "old.json").runs[0];
}

TEST(ResultJson, FailuresOfAnOlderFileCountWhereNobodyAskedForThem) {
  const std::string unasked = R"({"faults": [], "origin": {"errors": 0.0}})";
  const RunResult row = older_row(unasked);
  EXPECT_EQ(row.failed_share, 0.01);
  EXPECT_FALSE(row.validity.valid);
  EXPECT_TRUE(row.validity.only_failures);
  EXPECT_THAT(row.validity.reasons,
              testing::Contains(doubt("too-many-failed", AllOf(HasSubstr("100 of 10000"), HasSubstr("1.0 %")))));
  EXPECT_TRUE(row.can_judge("failed_share"));
  EXPECT_FALSE(row.can_judge("read.response.p99"));
  EXPECT_FALSE(older_row("{}").validity.valid);
  EXPECT_TRUE(older_row(unasked, "origin.errors=0.01").validity.valid);
  EXPECT_TRUE(older_row(R"({"faults": [{"at": "1s"}]})").validity.valid);
  EXPECT_TRUE(older_row(R"({"origin": {"errors": 0.01}})").validity.valid);
  EXPECT_TRUE(older_row(R"({"origin": [{"errors": 0}, {"errors": 0.01}]})").validity.valid);
}

TEST(ResultJson, ReasonsAndWarningsAreSentencesWithTheirIdsAlongside) {
  Result result = full_result();
  result.runs[0].validity.reasons = {{"began-late", "reads began late"}, {"loop-stalled", "it stalled"}};
  const json run = json::parse(result_to_json(result))["runs"][0];
  EXPECT_EQ(run["validity"]["reasons"], json::parse(R"(["reads began late", "it stalled"])"));
  EXPECT_EQ(run["validity"]["reason_ids"], json::parse(R"(["began-late", "loop-stalled"])"));
  EXPECT_EQ(run["validity"]["warning_ids"], json::parse(R"(["client-bound"])"));
  const Validity read = result_from_json(result_to_json(result), "new.json").runs[0].validity;
  EXPECT_THAT(read.reasons, ElementsAre(doubt("began-late", "reads began late"), doubt("loop-stalled", "it stalled")));
  EXPECT_THAT(read.warnings, ElementsAre(doubt("client-bound")));
}

TEST(ResultJson, ReasonsAndWarningsOfAnOlderFileHaveNoIds) {
  Result result = full_result();
  result.runs[0].validity.reasons = {{"began-late", "reads began late"}};
  json old = json::parse(result_to_json(result));
  for (const char* name : {"reason_ids", "warning_ids"}) old["runs"][0]["validity"].erase(name);
  const Validity read = result_from_json(old.dump(), "old.json").runs[0].validity;
  EXPECT_EQ(ids_of(read.reasons), std::vector<std::string>{""});
  EXPECT_EQ(texts_of(read.reasons), std::vector<std::string>{"reads began late"});
  EXPECT_EQ(ids_of(read.warnings), std::vector<std::string>{""});
  old["runs"][0]["validity"]["reason_ids"] = json::array({1});
  EXPECT_THROW(result_from_json(old.dump(), "old.json"), Error);
}

// What reading `text` says; it must be the user's to mend, with a remedy.
std::string complaint(const std::string& text) {
  try {
    result_from_json(text, "base.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    EXPECT_FALSE(error.remedy().empty());
    return error.what();
  }
  return "accepted";
}

std::string complaint_after(const std::function<void(json&)>& change) {
  json out = json::parse(result_to_json(full_result()));
  change(out);
  return complaint(out.dump());
}

// The place, and what was expected there.
auto about(const char* place, const char* expected) { return AllOf(StartsWith(place), HasSubstr(expected)); }

TEST(ResultJson, RefusesWhatIsNoResult) {
  EXPECT_THAT(complaint(""), about("base.json ", "JSON"));
  EXPECT_THAT(complaint("[1, 2]"), about("base.json ", "result"));
  EXPECT_THAT(complaint(R"({"benchmarks": []})"), about("base.json ", "\"schema\""));
  EXPECT_THAT(complaint(R"({"schema": "hitbench.verdict/1"})"), about("base.json ", "hitbench.verdict/1"));
  EXPECT_THAT(complaint(R"({"schema": "hitbench.result/1"})"), about("base.json ", "\"scenario\""));
  const std::string whole = result_to_json(full_result());
  EXPECT_THAT(complaint(whole.substr(0, whole.size() / 2)), HasSubstr("cut off"));
}

TEST(ResultJson, RefusesANewerSchema) {
  EXPECT_THAT(complaint_after([](json& out) { out["schema"] = "hitbench.result/2"; }),
              AllOf(HasSubstr("'hitbench.result/2'"), HasSubstr("'hitbench.result/1'")));
}

TEST(ResultJson, NamesThePlaceOfAWrongValue) {
  EXPECT_THAT(complaint_after([](json& out) { out["runs"] = 3; }), about("base.json.runs ", "a list"));
  EXPECT_THAT(complaint_after([](json& out) { out["runs"][0] = "x"; }), about("base.json.runs[0] ", "an object"));
  EXPECT_THAT(complaint_after([](json& out) { out["runs"][1]["reads"]["miss"] = -1; }),
              about("base.json.runs[1].reads.miss ", "not negative"));
  EXPECT_THAT(complaint_after([](json& out) { out["runs"][0]["latency"]["read"]["response"]["p50_ns"] = "5ms"; }),
              about("base.json.runs[0].latency.read.response.p50_ns ", "a whole number"));
  EXPECT_THAT(complaint_after([](json& out) { out["runs"][0]["name"] = nullptr; }),
              about("base.json.runs[0].name ", "text"));
  EXPECT_THAT(complaint_after([](json& out) { out["runs"][0]["rounds"][0]["latency_ns"]["x"] = "y"; }),
              about("base.json.runs[0].rounds[0].latency_ns ", "numbers"));
}

TEST(ResultJson, WritesTextThatIsNotUtf8) {
  Result result;
  result.question = "caf\xe9";
  EXPECT_TRUE(json::accept(result_to_json(result)));
}

}  // namespace
}  // namespace hitbench
