#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/sections.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> heads(const Section& section) {
  std::vector<std::string> all;
  for (const Column& column : section.grid.columns) {
    std::string words;
    for (const std::string& line : column.head) words += (words.empty() ? "" : " ") + line;
    all.push_back(words);
  }
  return all;
}

Section table_of(const Result& result, const std::vector<MeasuredRow>& all) {
  return main_section(groups_of(selected_runs(result, {})), all);
}

std::vector<std::string> heads_of(const Result& result) {
  const std::vector<MeasuredRow> all = rows_of(result);
  return heads(table_of(result, all));
}

TEST(MainTable, HasTheColumnsThatDecideAndNoneOfZeros) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.consistency.stale_reads = run.backend.evictions = 0;
  EXPECT_THAT(heads_of(result), ElementsAre("row", "ops/s", "hit %", "read mean", "read p50", "read p99", "read p99.9",
                                            "origin loads/s", "mean vs no cache"));
}

TEST(MainTable, HasAColumnForWhatWentWrongInAnyRow) {
  Result result = sample::two_caches();
  result.runs[2].consistency.stale_reads = 917;  // of 100,000 reads
  result.runs[1].backend.evictions = 5;
  result.runs[1].write.response.count = 10;
  const std::vector<MeasuredRow> all = rows_of(result);
  const Section table = table_of(result, all);
  EXPECT_THAT(heads(table), Contains("stale reads"));
  EXPECT_THAT(heads(table), Contains("evictions"));
  EXPECT_THAT(heads(table), Contains("write p99"));
  EXPECT_THAT(heads(table), Not(Contains("lost writes")));
  EXPECT_EQ(cell_text(table.grid.rows.at(2).at(9)), "0.92 %");
}

// 8,200 loads in 10 s; means of 2 ms and 200 µs.
TEST(MainTable, LoadsAreARateAndTheFactorHasItsInterval) {
  const Result result = sample::two_caches();
  const std::vector<MeasuredRow> all = rows_of(result);
  const Section table = table_of(result, all);
  const std::vector<Cell>& redis = table.grid.rows.at(1);
  EXPECT_EQ(cell_text(redis.at(7)), "820");
  EXPECT_NEAR(redis.at(8).value.value(), 10, 1e-9);
  EXPECT_TRUE(redis.at(8).interval);
  EXPECT_EQ(cell_text(table.grid.rows.at(0).at(8)), "1x");
}

TEST(MainTable, AnOverloadedOriginHasNoMeanToCompareWith) {
  Result result = sample::two_caches();
  result.runs[0].validity.overloaded = true;
  EXPECT_THAT(heads_of(result), Not(Contains(HasSubstr("no cache"))));
  Result sweep = sample::swept();
  sweep.runs[0].validity.overloaded = true;  // of four
  const std::vector<MeasuredRow> all = rows_of(sweep);
  const Section table = table_of(sweep, all);
  EXPECT_EQ(cell_text(table.grid.rows.at(2).back()), "-");
  EXPECT_EQ(cell_text(table.grid.rows.at(6).back()), "20x");
}

TEST(MainTable, GroupsStandUnderTheirTitleAndTheirRowsDoNotRepeatIt) {
  const Result result = sample::swept();
  const std::vector<MeasuredRow> all = rows_of(result);
  const Section table = table_of(result, all);
  EXPECT_EQ(table.grid.rows.at(0).at(0).text, "origin sqlite, app.clients=10");
  EXPECT_EQ(table.grid.rows.at(1).at(0).text, "none/none");
  EXPECT_TRUE(table.grid.rows.at(1).at(0).is_indented);
}

TEST(MainTable, WhatNothingHappenedOfIsASentence) {
  Result result = sample::two_caches();
  EXPECT_EQ(counted_nothing(selected_runs(result, {})), "Zero in 300,000 operations: failed.");
  for (RunResult& run : result.runs) run.consistency = {.stale_reads = 0, .dirty_reads = 4, .lost_writes = 0};
  EXPECT_EQ(counted_nothing(selected_runs(result, {})), "Zero in 300,000 operations: failed, stale, lost.");
}

// Nine points of one row, of 100 to 900 µs.
Result long_sweep() {
  Result result = sample::two_caches();
  result.runs.clear();
  for (int i = 1; i <= 9; ++i) {
    RunResult run = sample::redis();
    run.sweep = "app.clients=" + std::to_string(i);
    run.name += "?" + *run.sweep;
    run.read.response.mean_ns = i * 100e3;
    result.runs.push_back(run);
  }
  return result;
}

TEST(SweepChart, IsOfMoreThanEightPoints) {
  Result result = long_sweep();
  EXPECT_TRUE(is_long_sweep(groups_of(selected_runs(result, {}))));
  result.runs.pop_back();
  EXPECT_FALSE(is_long_sweep(groups_of(selected_runs(result, {}))));
}

TEST(SweepChart, MarksAnInvalidPointAndDrawsItNot) {
  Result result = long_sweep();
  result.runs[8].validity.valid = false;
  const Section chart = chart_sections(result, groups_of(selected_runs(result, {}))).at(0);
  EXPECT_EQ(chart.grid.rows[8][1].mark, Mark::invalid);
  EXPECT_EQ(chart.grid.rows[8][2].value.value(), 0);
  EXPECT_NEAR(chart.grid.rows[3][2].value.value(), 4.0 / 8, 1e-9) << "it sets no scale";
}

TEST(SweepChart, DrawsTheMeanReadOrWhatTheScenarioJudges) {
  Result result = long_sweep();
  const std::vector<Group> groups = groups_of(selected_runs(result, {}));
  const Section chart = chart_sections(result, groups).at(0);
  EXPECT_EQ(chart.title, "read.response.mean");
  ASSERT_EQ(chart.grid.rows.size(), 9u);
  EXPECT_EQ(cell_text(chart.grid.rows[2][0]), "app.clients=3");
  EXPECT_EQ(cell_text(chart.grid.rows[2][1]), "300 µs");
  EXPECT_NEAR(chart.grid.rows[2][2].value.value(), 3.0 / 9, 1e-9);
  EXPECT_EQ(cell_text(chart.grid.rows[8][2]), "██████████");
  result.thresholds = {"hit_ratio>0.5"};
  EXPECT_EQ(chart_sections(result, groups).at(0).title, "hit_ratio");
}

}  // namespace
}  // namespace hitbench
