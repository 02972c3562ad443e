// The primitives of charts, and what a chart says of a result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "metrics/histogram.h"
#include "report/html/chart.h"
#include "report/html/chart_parts.h"
#include "report/html/lanes.h"
#include "report/html/markup.h"
#include "report/html/plot.h"
#include "tests/judge/sample_verdict.h"
#include "tests/report/golden.h"
#include "tests/report/sample.h"

namespace hitbench::html {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts_of(const Axis& axis) {
  std::vector<std::string> texts;
  for (const Tick& tick : axis.ticks) texts.push_back(tick.text);
  return texts;
}

const Chart* chart_named(const std::vector<Chart>& charts, const std::string& id) {
  for (const Chart& chart : charts) {
    if (chart.id == id) return &chart;
  }
  return nullptr;
}

std::vector<std::string> row_of(const Chart& chart, size_t row) {
  std::vector<std::string> texts;
  for (const Cell& cell : chart.table.rows.at(row)) texts.push_back(cell_text(cell));
  return texts;
}

TEST(Axis, HasRoundTicks) {
  EXPECT_THAT(texts_of(linear_axis("", {.low = 0, .high = 43'000}, count_words)),
              ElementsAre("0", "10,000", "20,000", "30,000", "40,000"));
  EXPECT_THAT(texts_of(log_axis("", {.low = 900, .high = 2.5e6}, time_words)),
              ElementsAre("1 µs", "10 µs", "100 µs", "1 ms"));
  EXPECT_THAT(texts_of(log_axis("", {.low = 1e6, .high = 4e6}, time_words)),
              ElementsAre("1 ms", "2 ms", "3 ms", "4 ms"));
}

TEST(Axis, PlacesPercentilesByWhatLiesAboveThem) {
  const Axis axis = percentile_axis();
  EXPECT_NEAR(axis.place(nines_of(0.9)), 0.25, 1e-9);
  EXPECT_NEAR(axis.place(nines_of(0.99)), 0.5, 1e-9);
}

TEST(Axis, OfOneValueOrNoneIsStillAnAxis) {
  for (const Axis& axis : {linear_axis("", {}, count_words), log_axis("", {}, count_words),
                           linear_axis("", {.low = 7, .high = 7}, count_words)}) {
    EXPECT_LT(axis.low, axis.high);
    EXPECT_TRUE(std::isfinite(axis.place(axis.low)));
  }
}

TEST(Plot, ASmallOne) {
  Plot plot({.label = "x", .low = 0, .high = 2, .ticks = {{0, "0"}, {2, "2"}}},
            {.label = "", .low = 0, .high = 10, .ticks = {{0, "0"}, {10, "<10>"}}});
  plot.band({.low = {{0, 1}, {2, 3}}, .high = {{0, 2}, {2, 5}}}, 0);
  plot.line({{0, 1.5}, {0.5, not_measured()}, {1, 3}, {2, 4}}, 0, "a & b");
  plot.dot({1, 3}, 1, "three", true);
  plot.shade(0.5, 1, "fault");
  plot.limit(8, "SLO");
  EXPECT_EQ(plot.svg("\"small\""), golden("plot.svg"));
}

TEST(Lanes, BarsShareTheirWidth) {
  const std::string svg =
      bars_svg({{"a<b", "10", {{0.25, 0, "quarter"}, {0.5, 1, "half"}}}, {"empty", "", {}}}, 1, "bars");
  EXPECT_THAT(svg, HasSubstr("x=\"0\" y=\"18\" width=\"120\""));
  EXPECT_THAT(svg, HasSubstr("x=\"120\" y=\"18\" width=\"240\""));
  EXPECT_THAT(svg, HasSubstr("a&lt;b"));
}

TEST(Lanes, ALongNameKeepsItsEndsAndItsCharacters) {
  std::string name = "cache-aside/";
  for (int i = 0; i < 60; ++i) name += "µ";
  const std::string svg = bars_svg({{name + "/end", "1", {}}}, 1, "");
  EXPECT_THAT(svg, HasSubstr("cache-aside/µ"));
  EXPECT_THAT(svg, HasSubstr("…"));
  EXPECT_THAT(svg, HasSubstr("µ/end"));
  EXPECT_THAT(svg, testing::Not(HasSubstr("\\x")));  // no character is cut
}

TEST(LatencyChart, TellsHitsAndMissesApart) {
  Histogram hits, misses, all;
  hits.record(1000, 9000);
  misses.record(2'000'000, 1000);
  all.merge(hits);
  all.merge(misses);
  RunResult run = sample::redis();
  run.read.response.histogram = all.encode_v2();
  run.loaded.histogram = misses.encode_v2();
  run.loaded.count = 1000;
  run.loaded.p50_ns = misses.quantile(0.5);
  const std::vector<Chart> charts = latency_charts({&run});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].panels.size(), 2u);
  EXPECT_THAT(row_of(charts[0], 0),
              ElementsAre("cache-aside/redis", "hits", "9,000", "1.00 µs", "1.00 µs", "1.00 µs", "-", "-", "1.00 µs"));
  EXPECT_THAT(row_of(charts[0], 1),
              ElementsAre("cache-aside/redis", "misses", "1,000", "2.00 ms", "-", "-", "-", "-", "2.00 ms"));
}

TEST(TimeChart, MarksTheFaultsOfTheScenario) {
  RunResult run = sample::redis();
  run.duration_ns = 2'500'000'000;
  run.series = {{.operations = 100, .reads = 100, .hits = 50}, {.operations = 120}, {.operations = 50}};
  Result result;
  result.scenario_json = R"({"faults": [{"at": "1s", "target": "cache", "action": "kill", "for": "1s"},
                                        {"at": "90s", "target": "origin", "action": "stop"}]})";
  const std::vector<Chart> charts = time_charts(result, {&run});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr("cache: kill"));
  EXPECT_THAT(charts[0].panels[0].svg, testing::Not(HasSubstr("origin: stop")));
  EXPECT_THAT(row_of(charts[0], 2), ElementsAre("cache-aside/redis", "2", "50", "0", "0", "0", "0", "-", "-", "-"));
}

std::vector<SecondResult> seconds_with(size_t count, size_t expired_from, size_t evicted_from) {
  std::vector<SecondResult> series;
  for (size_t i = 0; i < count; ++i) {
    series.push_back({.second = static_cast<int64_t>(i),
                      .operations = 10,
                      .reads = 10,
                      .expired = i >= expired_from ? 2u : 0u,
                      .evicted = i >= evicted_from ? 3u : 0u});
  }
  return series;
}

TEST(TimeChart, MarksTheFirstExpiriesAndEvictionsAndTellsOfTheWarmUp) {
  RunResult a = sample::redis(), b = sample::memcached(), c = sample::memcached();
  a.duration_ns = b.duration_ns = c.duration_ns = 8'000'000'000;
  a.series = seconds_with(8, 4, 0);
  b.series = seconds_with(8, 4, 99);
  c.series = seconds_with(8, 6, 99);
  c.name = "c";
  a.warmup.duration_ns = 1'200'000'000;
  b.warmup.duration_ns = 3'000'000'000;
  const std::vector<Chart> charts = time_charts({}, {&a, &b, &c});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_THAT(charts[0].note, HasSubstr("second 0 is the end of the warm-up, which took 1.20 s to 3.00 s."));
  EXPECT_THAT(charts[0].note, HasSubstr("in the first second already because of: eviction (1 row)."));
  for (const Panel& panel : charts[0].panels) {
    EXPECT_THAT(panel.svg, HasSubstr("in second 4: cache-aside/redis, cache-aside/memcached</title>"));
    EXPECT_THAT(panel.svg, HasSubstr("in second 6: c</title>"));
    EXPECT_THAT(panel.svg, HasSubstr("class=\"note\">TTL expiry</text>"));
    EXPECT_THAT(panel.svg, testing::Not(HasSubstr("evict")));
  }
  // Of 8 seconds each: the third row of the table is the second 2.
  EXPECT_THAT(row_of(charts[0], 5), ElementsAre("cache-aside/redis", "5", "10", "10", "0", "0", "0", "2", "3", "-"));
}

TEST(TimeChart, HasNoMarkWhereNobodyKnowsWhyReadsMissed) {
  RunResult run = sample::redis();
  run.series = {{.operations = 5}, {.operations = 5}, {.operations = 5}};
  const std::vector<Chart> charts = time_charts({}, {&run});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].note, "From the start of measuring.");
  EXPECT_THAT(charts[0].panels[0].svg, testing::Not(HasSubstr("moment")));
}

TEST(Plot, MomentsHaveTheirTextsBelowEachOther) {
  Plot plot({.label = "x", .low = 0, .high = 10, .ticks = {}}, {.label = "", .low = 0, .high = 10, .ticks = {}});
  plot.moment(1, "one", "first");
  plot.moment(9, "two", "second");
  plot.moment(5, "", "third");
  const std::string svg = plot.svg("");
  EXPECT_THAT(svg, HasSubstr("<title>first</title><path class=\"moment\" d=\"M101.4 10V192\"/>"));
  EXPECT_THAT(svg, HasSubstr("<text x=\"104.4\" y=\"21\" class=\"note\">one</text>"));
  EXPECT_THAT(svg, HasSubstr("<text x=\"413.6\" y=\"33\" class=\"note end\">two</text>"));
  EXPECT_THAT(svg, HasSubstr("<title>third</title>"));
}

TEST(HeatChart, DrawsTheMapOfEachRow) {
  RunResult run = sample::redis(), without = sample::memcached();
  run.latency_map = {.begins_s = {0, 1}, .highest_ns = {1000, 2000}, .reads = {{1, 0}, {8, 8}}};
  const std::vector<Chart> charts = heat_charts({&run, &without});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].panels.size(), 1u);
  EXPECT_THAT(
      charts[0].panels[0].svg,
      HasSubstr("<g transform=\"matrix(197 0 0 -91 62 146.5)\" stroke-width=\"1\">"));  // 394 x 182, 2 x 2 cells
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr("<path class=\"heat h5\" d=\"M1 0h1M1 1h1\"/>"));
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr("<path class=\"heat h1\" d=\"M0 0h1\"/>"));
  run.latency_map.reads.pop_back();  // a damaged file's
  EXPECT_TRUE(heat_charts({&run}).empty());
}

TEST(RoundChart, ShadesWhatMayBeChance) {
  RunResult best = sample::redis(), alike = sample::memcached(), slow = sample::baseline();
  alike.read.response.mean_ns = *best.read.response.mean_ns * 1.001;
  for (size_t i = 0; i < alike.rounds.size(); ++i) {
    alike.rounds[i].latency_ns["read.response.mean"] = 200e3 * (i % 2 == 0 ? 1.05 : 0.95);
  }
  const std::vector<Chart> charts =
      round_charts({&best, &alike, &slow}, {{.title = "", .runs = {&best, &alike, &slow}}});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(row_of(charts[0], 0).back(), "");
  EXPECT_EQ(row_of(charts[0], 1).back(), "inconclusive");
  EXPECT_EQ(row_of(charts[0], 2).back(), "");
}

TEST(SweepChart, HasALineARowOverThePoints) {
  const Result result = sample::swept();
  DrawnRows rows;
  for (const RunResult& run : result.runs) rows.push_back(&run);
  const std::vector<Chart> charts = sweep_charts(rows);
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_TRUE(charts[0].leads);
  std::vector<std::string> names;
  for (const LegendEntry& entry : charts[0].legend) names.push_back(entry.text);
  EXPECT_THAT(names, ElementsAre("none/none/sqlite", "cache-aside/memory/sqlite", "none/none/slow",
                                 "cache-aside/memory/slow", "direct/memory"));
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr(">app.clients</text>"));
}

TEST(SearchChart, HoldsTheLimitAndTheMeasurements) {
  Result result;
  result.find_max = {
      {.promise = "a/b:read.response.p99<1ms",
       .row = "a/b",
       .metric = "read.response.p99",
       .limit = 1e6,
       .steps = {{.offered_ops_s = 2000, .value = 2e6}, {.offered_ops_s = 1000, .value = 5e5, .kept = true}}}};
  const std::vector<Chart> charts = search_charts(result);
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr("1,000/s: met"));
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr("2,000/s: violated"));
  EXPECT_THAT(charts[0].panels[0].svg, HasSubstr("a/b:read.response.p99&lt;1ms"));
  EXPECT_EQ(row_of(charts[0], 0)[1], "1,000");
}

TEST(VerdictCharts, HaveTheChangesAndTheirPairs) {
  Verdict verdict = sample::full_verdict();
  verdict.slots = {{.side = "base", .values = {{"cache-aside/redis: read.response.p50", 100}}},
                   {.side = "candidate", .values = {{"cache-aside/redis: read.response.p50", 125}}},
                   {.side = "base", .pair = 1, .values = {{"cache-aside/redis: read.response.p50", 100}}}};
  const std::vector<Chart> charts = charts_of(verdict);
  const Chart* changes = chart_named(charts, "changes");
  ASSERT_NE(changes, nullptr);
  EXPECT_THAT(row_of(*changes, 0), ElementsAre("cache-aside/redis", "read.response.p50", "80.4 µs", "99.5 µs",
                                               "+24 [+15, +31] %", "REGRESSED"));
  EXPECT_THAT(changes->panels[0].svg, HasSubstr("class=\"dot c1\""));
  const Chart* ratios = chart_named(charts, "ratios");
  ASSERT_NE(ratios, nullptr);
  EXPECT_EQ(ratios->table.rows.size(), 2u);  // p50 and p99
}

// Six pairs of a candidate that takes 1.5 times as long at p90, and twice as long in one of them.
TEST(VerdictCharts, HaveTheRatioAtPercentilesThatWereNotJudged) {
  Verdict verdict = sample::full_verdict();
  verdict.percentiles = {"p50", "p90"};
  verdict.slots.clear();
  for (int pair = 0; pair < 6; ++pair) {
    const std::string of = "cache-aside/redis: read.response";
    const double base = 1000.0 + 10 * pair;
    verdict.slots.push_back({.side = "base", .pair = pair, .percentiles = {{of, {base, 2 * base}}}});
    verdict.slots.push_back(
        {.side = "candidate", .pair = pair, .percentiles = {{of, {base, (pair == 0 ? 4 : 3) * base}}}});
  }
  verdict.slots.back().failure = "killed";
  const std::vector<Chart> charts = charts_of(verdict);
  const Chart* ratios = chart_named(charts, "ratios");
  ASSERT_NE(ratios, nullptr);
  ASSERT_EQ(ratios->table.rows.size(), 3u);  // p50 and p99 were judged
  EXPECT_THAT(row_of(*ratios, 0),
              ElementsAre("cache-aside/redis", "read.response.p50", "+24 [+15, +31] %", "5", "REGRESSED"));
  const std::vector<std::string> p90 = row_of(*ratios, 1);
  EXPECT_THAT(p90.at(1), "read.response.p90");
  EXPECT_THAT(p90.at(2), testing::StartsWith("+50"));
  EXPECT_EQ(p90.at(3), "5");
  EXPECT_EQ(p90.at(4), "not judged");
  EXPECT_EQ(row_of(*ratios, 2).at(3), "0");
  EXPECT_THAT(ratios->panels[0].svg, HasSubstr("class=\"dots c0\""));
  EXPECT_THAT(ratios->panels[0].svg, HasSubstr("class=\"ring c0\""));
}

TEST(VerdictCharts, OfAnyNumberOfPairsDrawABoundedNumberOfDots) {
  Verdict verdict = sample::full_verdict();
  verdict.percentiles = {"p50", "p90"};
  verdict.slots.clear();
  for (int pair = 0; pair < 60; ++pair) {
    for (const char* side : {"base", "candidate"}) {
      verdict.slots.push_back(
          {.side = side, .pair = pair, .percentiles = {{"cache-aside/redis: read.response", {1000.0 + pair, 2000.0}}}});
    }
  }
  const std::vector<Chart> charts = charts_of(verdict);
  const std::string& svg = chart_named(charts, "ratios")->panels[0].svg;
  const size_t from = svg.find("class=\"dots"), to = svg.find("/>", from);
  EXPECT_LE(std::count(svg.begin() + static_cast<long>(from), svg.begin() + static_cast<long>(to), 'M'), 40);
}

TEST(VerdictCharts, NeedAChange) { EXPECT_TRUE(charts_of(Verdict{}).empty()); }

}  // namespace
}  // namespace hitbench::html
