// The HTML page of a result or a verdict; tests/cli/html_test.py opens it in a browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "report/report.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/html_sample.h"
#include "tests/report/judged_sample.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using sample::rich;
using sample::unpacked;
using testing::HasSubstr;
using testing::Not;

Result twelve_rows() {
  Result result = sample::two_caches();
  result.runs.clear();
  for (int i = 0; i < 12; ++i) result.runs.push_back(rich("strategy-" + std::to_string(i) + "/redis/simulated"));
  return result;
}

std::vector<int> heading_levels(const std::string& page) {
  std::vector<int> levels;
  const std::regex heading("<h([1-6])[ >]");
  for (auto at = std::sregex_iterator(page.begin(), page.end(), heading); at != std::sregex_iterator(); ++at) {
    levels.push_back(std::stoi((*at)[1]));
  }
  return levels;
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string title_in(const std::string& page) {
  const size_t at = page.find("<title>") + 7;
  return page.substr(at, page.find('<', at) - at);
}

TEST(Html, TheTitleIsTheQuestionOrTheRowsCompared) {
  Result result = sample::two_caches();
  EXPECT_EQ(title_in(report_html(result, {})), result.question);
  result.question = "";
  EXPECT_EQ(title_in(report_html(result, {})), "hitbench: none/none, cache-aside/redis, cache-aside/memcached");
  EXPECT_EQ(title_in(report_html(result, {.rows = {"cache-aside/redis"}})), "hitbench: cache-aside/redis");
  for (int i = 0; i < 3; ++i) result.runs.push_back(sample::run("direct/" + std::to_string(i), {}));
  EXPECT_THAT(title_in(report_html(result, {})), testing::EndsWith("cache-aside/memcached, direct/0 and 2 more"));
}

TEST(Html, HoldsTheJsonThatItWasMadeFrom) {
  const Result result = sample::judged_and_troubled();
  EXPECT_EQ(unpacked(report_html(result, {})), report_json(result, {}));
  const Verdict verdict = sample::full_verdict();
  EXPECT_EQ(unpacked(report_verdict_html(verdict, {})), report_verdict_json(verdict, {}));
}

TEST(Html, LoadsNothingAndRunsNothing) {
  const std::string page = report_html(twelve_rows(), {});
  EXPECT_THAT(page, HasSubstr(R"(content="default-src 'none'; style-src 'unsafe-inline'")"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr(" src=")));
  EXPECT_EQ(count_of(page, "href="), 1u);  // the download
  EXPECT_THAT(page, Not(testing::ContainsRegex("url\\(|@import| on[a-z]+=")));
}

TEST(Html, StaysSmall) { EXPECT_LT(report_html(twelve_rows(), {}).size(), 250'000u); }

TEST(Html, WhatUsersAndServersWroteIsText) {
  const std::string hostile = "<script>alert('x')</script>\"&\x1b[31m";
  Result result = sample::two_caches();
  result.question = hostile;
  result.scenario_json = R"({"caches": ["<img src=x onerror=alert(1)>"]})";
  result.environment_json = R"({"command": "hitbench run '</code><script>'", "kernel": "<b>\"\u001b"})";
  result.runs = {rich(hostile), rich("b/redis")};
  result.runs[1].validity.valid = false;
  result.runs[1].validity.reasons = {{"loop-stalled", "the server said " + hostile}};
  result.find_max = {{.promise = hostile,
                      .row = hostile,
                      .metric = "read.response.p99",
                      .limit = 1e6,
                      .steps = {{.offered_ops_s = 10, .value = 5e5}, {.offered_ops_s = 20, .value = 2e6}}}};
  for (const std::string& page : {report_html(result, {}), [&] {
                                    Verdict verdict = sample::full_verdict();
                                    verdict.question = verdict.base = hostile;
                                    for (VerdictItem& item : verdict.items) item.row = item.note = hostile;
                                    return report_verdict_html(verdict, {});
                                  }()}) {
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_EQ(page.find('\x1b'), std::string::npos);
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\\x1b[31m"));
  }
}

TEST(Html, HeadingsDescendOneByOne) {
  for (const std::string& page : {report_html(twelve_rows(), {}), report_html(sample::swept(), {}), report_html({}, {}),
                                  report_verdict_html(sample::full_verdict(), {})}) {
    const std::vector<int> levels = heading_levels(page);
    EXPECT_EQ(std::count(levels.begin(), levels.end(), 1), 1);
    for (size_t i = 1; i < levels.size(); ++i) EXPECT_LE(levels[i], levels[i - 1] + 1);
  }
}

TEST(Html, TheOrderIsThatOfAReadersQuestions) {
  const std::string page = report_html(twelve_rows(), {});
  size_t before = page.find("ops/s");
  for (const char* id : {"latency", "time", "heat", "reads", "misses", "freshness", "cost", "rounds", "method"}) {
    const size_t at = page.find(" id=\"" + std::string(id) + "\"");
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GT(at, before) << id;
    before = at;
  }
}

TEST(Html, FiveChartsAreOpen) {
  EXPECT_EQ(count_of(report_html(twelve_rows(), {}), "<details open>"), 5u);
  EXPECT_THAT(report_html(sample::swept(), {}), HasSubstr("<section id=\"sweep\"><details open>"));
}

TEST(Html, EveryChartHasWordsAndItsFiguresAsATable) {
  const std::string page = report_html(twelve_rows(), {});
  EXPECT_THAT(page, Not(HasSubstr("aria-label=\"\"")));
  EXPECT_THAT(page, Not(HasSubstr("<tbody>\n</tbody>")));
}

TEST(Html, SaysTheCommandWhereTheResultHasIt) {
  Result result = sample::two_caches();
  EXPECT_THAT(report_html(result, {}), Not(HasSubstr("The command:")));
  result.environment_json = R"({"command": "hitbench run 'my scenario.json'"})";
  EXPECT_THAT(report_html(result, {}), HasSubstr("<code>hitbench run &#39;my scenario.json&#39;</code>"));
}

TEST(Html, TwoResultsOverEachOtherAreToldApart) {
  Result a = sample::two_caches();
  a.runs = {rich("none/none"), rich("cache-aside/redis")};
  const Result b = a;
  const std::string page = report_html_overlay({"a.json", a}, {"<b>.json", b}, {});
  EXPECT_THAT(page, HasSubstr("<h2>A</h2>"));
  EXPECT_THAT(page, HasSubstr("<h2>B</h2>"));
  EXPECT_THAT(page, HasSubstr("</svg>A: cache-aside/redis</li>"));
  EXPECT_THAT(page, HasSubstr("</svg>B: cache-aside/redis</li>"));
  EXPECT_THAT(page, HasSubstr("B: &lt;b&gt;.json"));
  EXPECT_EQ(count_of(page, "download="), 2u);
  const std::string some = report_html_overlay({"a.json", a}, {"b.json", b}, {.rows = {"cache-aside/redis"}});
  EXPECT_THAT(some, Not(HasSubstr("A: none/none")));
}

TEST(Html, OfNothingIsAPage) {
  EXPECT_THAT(report_html({}, {}), testing::EndsWith("</html>\n"));
  EXPECT_THAT(report_verdict_html({}, {}), testing::EndsWith("</html>\n"));
}

TEST(Html, OfAVerdictHasTheWordFirst) {
  const std::string page = report_verdict_html(sample::full_verdict(), {});
  EXPECT_THAT(page, HasSubstr("<h1>REGRESSED: Is the new server as fast?</h1>"));
  EXPECT_THAT(page, HasSubstr("<section id=\"changes\"><details open>"));
  EXPECT_THAT(page, HasSubstr("<section id=\"ratios\"><details open>"));
}

}  // namespace
}  // namespace hitbench
