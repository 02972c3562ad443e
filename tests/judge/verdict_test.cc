#include "judge/verdict.h"

#include <gmock/gmock.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tests/judge/sample_verdict.h"

namespace hitbench {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

TEST(VerdictJson, ReadsBackWhatItWrote) {
  const std::string text = verdict_to_json(sample::full_verdict());
  const Verdict back = verdict_from_json(text, "x.json");
  EXPECT_EQ(verdict_to_json(back), text);
  EXPECT_EQ(back.items.at(0).verdict, Word::regressed);
  EXPECT_EQ(back.items.at(0).pairs, (std::vector<int>{10, 15}));
  EXPECT_EQ(back.slots.at(1).failure, "killed by signal 9");
  EXPECT_EQ(back.slots.at(0).values.at("cache-aside/redis: read.response.p50"), 80'400);
  EXPECT_TRUE(is_verdict(text));
  EXPECT_FALSE(is_verdict("{"));
}

TEST(VerdictJson, HasTheShapeOfTheContract) {
  const json out = json::parse(verdict_to_json(sample::full_verdict()));
  EXPECT_EQ(out["schema"], "hitbench.verdict/1");
  EXPECT_EQ(out["verdict"], "regressed");
  EXPECT_EQ(out["items"][0]["change_low"], 0.15);
  EXPECT_EQ(out["items"][1]["p"], nullptr);
  EXPECT_EQ(out["warnings"], json::array({"1 of 25 pairs were disturbed"}));
  EXPECT_EQ(out["warning_ids"], json::array({"pairs-disturbed"}));
  EXPECT_EQ(out["reason_ids"], json::array());
}

TEST(VerdictJson, WarningsOfAnOlderFileHaveNoIds) {
  json old = json::parse(verdict_to_json(sample::full_verdict()));
  old.erase("warning_ids");
  const Verdict back = verdict_from_json(old.dump(), "x.json");
  EXPECT_EQ(ids_of(back.warnings), std::vector<std::string>{""});
  EXPECT_EQ(texts_of(back.warnings), std::vector<std::string>{"1 of 25 pairs were disturbed"});
}

std::string refusal(const std::function<void(json&)>& spoil) {
  json spoilt = json::parse(verdict_to_json(sample::full_verdict()));
  spoil(spoilt);
  try {
    verdict_from_json(spoilt.dump(), "x.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(VerdictJson, RefusesBrokenAndNewerFilesByName) {
  EXPECT_THAT(refusal([](json& j) { j["schema"] = "hitbench.verdict/2"; }), HasSubstr("hitbench.verdict/2"));
  EXPECT_THAT(refusal([](json& j) { j["schema"] = "hitbench.result/1"; }), HasSubstr("hitbench.result/1"));
  EXPECT_THAT(refusal([](json& j) { j["verdict"] = "perhaps"; }), HasSubstr("x.json.verdict "));
  EXPECT_THAT(refusal([](json& j) { j["items"][0]["delta"] = "x"; }), HasSubstr("x.json.items[0].delta "));
  EXPECT_THAT(refusal([](json& j) { j.erase("items"); }), AllOf(HasSubstr("x.json"), HasSubstr("\"items\"")));
}

TEST(OverallVerdict, TheWorstJudgedItemDecides) {
  const auto of = [](std::vector<Word> words) {
    Verdict verdict;
    for (const Word word : words) verdict.items.push_back({.verdict = word});
    return overall(verdict);
  };
  EXPECT_EQ(of({Word::pass, Word::improved}), Word::improved);
  EXPECT_EQ(of({Word::pass, Word::inconclusive, Word::improved}), Word::inconclusive);
  EXPECT_EQ(of({Word::inconclusive, Word::regressed}), Word::regressed);
  EXPECT_EQ(of({Word::regressed, Word::invalid}), Word::invalid);
  EXPECT_EQ(of({}), Word::invalid) << "nothing was measured";
}

TEST(OverallVerdict, WhatIsNotJudgedDecidesNothing) {
  Verdict verdict;
  verdict.items = {{.judged = false, .verdict = Word::inconclusive}, {.verdict = Word::pass}};
  EXPECT_EQ(overall(verdict), Word::pass);
  verdict.items = {{.judged = false, .verdict = Word::regressed}};
  EXPECT_EQ(overall(verdict), Word::inconclusive) << "noise makes no build red";
  verdict.reasons = {{"machine-changed", "the machine"}};
  EXPECT_EQ(overall(verdict), Word::invalid);
  EXPECT_EQ(overall(Verdict{}), Word::invalid) << "nothing was compared";
}

TEST(ExitCodes, AreThoseOfTheDocumentation) {
  const auto code = [](Word word, bool complete = true) {
    return exit_code_of({.verdict = word, .complete = complete}, {});
  };
  EXPECT_EQ(code(Word::pass), 0);
  EXPECT_EQ(code(Word::improved), 0);
  EXPECT_EQ(code(Word::inconclusive), 0);
  EXPECT_EQ(code(Word::suspect), 0);
  EXPECT_EQ(code(Word::regressed), 3);
  EXPECT_EQ(code(Word::invalid), 4);
  EXPECT_EQ(code(Word::regressed, false), 130);
}

}  // namespace
}  // namespace hitbench
