// The primitives of charts, and what a chart says of a result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_THAT(row_of(charts[0], 2), ElementsAre("cache-aside/redis", "2", "50", "0", "0", "0", "0", "-"));
}

TEST(HeatChart, DrawsTheMapOfEachRow) {
  RunResult run = sample::redis(), without = sample::memcached();
  run.latency_map = {.begins_s = {0, 1}, .highest_ns = {1000, 2000}, .reads = {{1, 0}, {8, 8}}};
  const std::vector<Chart> charts = heat_charts({&run, &without});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].panels.size(), 1u);
  EXPECT_THAT(charts[0].panels[0].svg,
              HasSubstr("<path class=\"heat h5\" stroke-width=\"91.3\" d=\"M259 146.5h197M259 55.5h197\"/>"));
  EXPECT_THAT(charts[0].panels[0].svg,
              HasSubstr("<path class=\"heat h1\" stroke-width=\"91.3\" d=\"M62 146.5h197\"/>"));
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

TEST(VerdictCharts, NeedAChange) { EXPECT_TRUE(charts_of(Verdict{}).empty()); }

}  // namespace
}  // namespace hitbench::html
