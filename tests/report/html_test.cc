// The HTML page of a result or a verdict; tests/cli/html_test.py opens it in a browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <regex>

#include "base/base64.h"
#include "base/rng.h"
#include "metrics/histogram.h"
#include "report/report.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/judged_sample.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::Not;

Percentiles distribution(uint64_t count, int64_t around_ns) {
  Histogram histogram;
  for (uint64_t i = 0; i < count; ++i) histogram.record(around_ns + static_cast<int64_t>(i * 7919 % 100'000));
  Percentiles p;
  p.count = count;
  p.p50_ns = histogram.quantile(0.5);
  p.p99_ns = histogram.quantile(0.99);
  p.max_ns = histogram.max();
  p.histogram = histogram.encode_v2();
  return p;
}

// With everything that charts draw.
RunResult rich(const std::string& name, int seconds = 60) {
  RunResult r = sample::redis();
  r.name = name;
  r.read.response = r.read.service = distribution(10'000, 80'000);
  r.loaded = distribution(2000, 80'000);
  r.duration_ns = seconds * 1'000'000'000LL;
  for (int i = 0; i < seconds; ++i) {
    r.series.push_back({.second = i,
                        .operations = 1000,
                        .reads = 900,
                        .hits = 800,
                        .origin_loads = 100,
                        .max_response_ns = 5'000'000,
                        .read_p50_ns = 90'000,
                        .read_p99_ns = 2'000'000 + i});
  }
  for (int i = 0; i < 40; ++i) r.latency_map.highest_ns.push_back(20'000 << (i / 4));
  for (int i = 0; i < std::min(seconds, 60); ++i) {
    r.latency_map.begins_s.push_back(i);
    r.latency_map.reads.emplace_back();
    for (int j = 0; j < 40; ++j) {
      const bool is_used = (j > 4 && j < 9) || (j > 25 && j < 31);  // hits and misses
      r.latency_map.reads.back().push_back(is_used ? static_cast<uint64_t>(1 + j * 7919 % 83 * (i % 7)) : 0);
    }
  }
  r.misses = {.first = 200, .expired = 7000, .evicted = 1000};
  r.consistency.stale_reads = 3;
  r.consistency.max_staleness_ns = 12'000'000;
  r.backend.memory_bytes_per_entry = 180;
  r.backend.cpu_ns_per_op = 9000;
  return r;
}

Result twelve_rows() {
  Result result = sample::two_caches();
  result.runs.clear();
  for (int i = 0; i < 12; ++i) result.runs.push_back(rich("strategy-" + std::to_string(i) + "/redis/simulated"));
  return result;
}

std::string unpacked(const std::string& page) {
  constexpr std::string_view kStart = "data:application/gzip;base64,";
  const size_t from = page.find(kStart) + kStart.size();
  const std::string packed = from_base64(page.substr(from, page.find('"', from) - from)).value();
  std::string text(64 << 20, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  EXPECT_EQ(inflateEnd(&stream), Z_OK);
  return text;
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

TEST(Html, StaysSmallHoweverLongTheRunWas) {
  Result result = sample::two_caches();
  result.runs = {rich("a/redis", 3600)};
  Result quiet = result;
  quiet.runs.front().series.clear();
  const auto size_of = [](const Result& one) {
    const std::string page = report_html(one, {});
    return page.find("data:application/gzip");
  };
  EXPECT_LT(size_of(result), size_of(quiet) + 120'000);
  EXPECT_THAT(report_html(result, {}), HasSubstr("A point stands for 25 seconds"));
}

// No two seconds, and no two rows that follow each other, are alike: what is compressed finds little to save.
Result long_result(int rows, int seconds) {
  Result result = sample::two_caches();
  result.runs.clear();
  Rng rng(7, 0, 0);
  const auto any = [&](uint64_t below) { return rng.below(below); };
  const auto spread = [&] {
    Histogram histogram;
    for (int i = 0; i < 20'000; ++i) histogram.record(static_cast<int64_t>(1000 + (any(1000) * any(1000) * any(20))));
    Percentiles p;
    p.count = histogram.count();
    p.p50_ns = histogram.quantile(0.5);
    p.histogram = histogram.encode_v2();
    return p;
  };
  std::vector<Percentiles> spreads;
  for (int i = 0; i < 20; ++i) spreads.push_back(spread());
  size_t next = 0;
  for (int i = 0; i < rows; ++i) {
    RunResult run = rich("strategy-" + std::to_string(i) + "/redis/simulated", seconds);
    for (SecondResult& second : run.series) {
      second.operations = 1000 + any(500);
      second.reads = second.operations - any(100);
      second.hits = second.reads - any(200);
      second.expired = any(60), second.evicted = any(40);
      second.max_response_ns = static_cast<int64_t>(any(9'000'000));
      second.read_p50_ns = static_cast<int64_t>(any(90'000));
      second.read_p99_ns = static_cast<int64_t>(any(2'000'000));
    }
    for (auto& column : run.latency_map.reads) {
      for (uint64_t& cell : column) cell = any(4) > 0 ? any(3000) : 0;
    }
    for (Percentiles* p : {&run.read.response, &run.read.service, &run.read.gen_late, &run.write.response,
                           &run.write.service, &run.write.gen_late, &run.observer, &run.loaded}) {
      *p = spreads[next++ % spreads.size()];
    }
    result.runs.push_back(std::move(run));
  }
  return result;
}

TEST(Html, OfTwelveRowsStaysSmallHoweverLongTheyWere) {
  for (const int seconds : {12, 300}) {
    const Result result = long_result(12, seconds);
    const std::string page = report_html(result, {});
    EXPECT_LT(page.size(), 250'000u) << seconds;
    EXPECT_THAT(page, HasSubstr("Left out of it, to keep this page small: "));
    const Result read = result_from_json(unpacked(page), "page");
    EXPECT_FALSE(read.left_out.empty());
    ASSERT_EQ(read.runs.size(), 12u);
    EXPECT_EQ(read.runs[3].read.response.p50_ns, result.runs[3].read.response.p50_ns);
    EXPECT_GT(read.runs[3].rounds.size(), 1u);
  }
}

TEST(Html, OfAVerdictOfTwelveRowsStaysSmall) {
  Verdict verdict = sample::full_verdict();
  const VerdictItem item = verdict.items.front();
  verdict.items.clear(), verdict.slots.clear();
  verdict.percentiles = {"p25", "p50", "p75", "p90", "p95", "p99", "p99_5", "p99_9", "p99_99"};
  Rng rng(7, 0, 0);
  for (int row = 0; row < 12; ++row) {
    verdict.items.push_back(item);
    verdict.items.back().row = "strategy-" + std::to_string(row) + "/redis/simulated";
  }
  for (int slot = 0; slot < 80; ++slot) {
    verdict.slots.push_back({.side = slot % 2 == 0 ? "base" : "candidate", .pair = slot / 2});
    for (const VerdictItem& of : verdict.items) {
      for (const char* kind : {": read.response", ": write.response"}) {
        SlotPercentiles& kept = verdict.slots.back().percentiles.emplace_back();
        kept.of = of.row + kind;
        for (size_t i = 0; i < 9; ++i) kept.ns.emplace_back(1e6 * (1 + rng.uniform()));
      }
    }
  }
  const std::string page = report_verdict_html(verdict, {});
  EXPECT_LT(page.size(), 250'000u);
  EXPECT_THAT(page, HasSubstr("Left out of it, to keep this page small: percentiles that were not judged."));
  EXPECT_EQ(verdict_from_json(unpacked(page), "page").slots.size(), 80u);
}

TEST(Html, WhatThereIsRoomForIsNotLeftOut) {
  const Result result = long_result(2, 12);
  const std::string page = report_html(result, {});
  EXPECT_LT(page.size(), 250'000u);
  EXPECT_THAT(page, Not(HasSubstr("Left out")));
  EXPECT_EQ(unpacked(page), report_json(result, {}));
}

// 1/32 higher at most, and as many.
TEST(Html, HistogramsThatAreKeptInLessRoomSayNearlyTheSame) {
  const Result result = long_result(6, 60);
  const std::string page = report_html(result, {});
  const Result read = result_from_json(unpacked(page), "page");
  ASSERT_THAT(read.left_out, testing::Not(testing::IsEmpty()));
  for (size_t i = 0; i < 6; ++i) {
    const Histogram fine = Histogram::decode_v2(result.runs[i].read.response.histogram);
    ASSERT_FALSE(read.runs[i].read.response.histogram.empty());
    const Histogram kept = Histogram::decode_v2(read.runs[i].read.response.histogram);
    EXPECT_EQ(kept.count(), fine.count());
    for (const double q : {0.1, 0.5, 0.9, 0.99}) {
      EXPECT_GE(kept.quantile(q), fine.quantile(q) - fine.quantile(q) / 1024);
      EXPECT_LE(static_cast<double>(kept.quantile(q)), 1.033 * static_cast<double>(fine.quantile(q)));
    }
  }
}

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
