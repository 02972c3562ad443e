#include "report/cell.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

std::string words(double value, CellUnit unit) { return cell_text(number_cell(value, unit)); }

std::string with_interval(Cell cell, Interval interval) {
  cell.interval = interval;
  return cell_text(cell);
}

TEST(Cell, ANumberIsWrittenByItsUnit) {
  EXPECT_EQ(words(83'300, CellUnit::count), "83,300");
  EXPECT_EQ(words(52.4, CellUnit::rate), "52.4");
  EXPECT_EQ(words(1.25, CellUnit::ratio), "1.25");
  EXPECT_EQ(words(0.08214, CellUnit::per_operation), "0.0821");
  EXPECT_EQ(words(2.4e6, CellUnit::time), "2.40 ms");
  EXPECT_EQ(words(64 << 20, CellUnit::size), "64.0 MiB");
  EXPECT_EQ(words(0.918, CellUnit::share), "91.8 %");
  EXPECT_EQ(words(0.918, CellUnit::percent), "91.8");
  EXPECT_EQ(words(0.24, CellUnit::change), "+24 %");
  EXPECT_EQ(words(-0.12, CellUnit::points), "-12.0 points");
  EXPECT_EQ(words(0.24, CellUnit::change_size), "24 %");
  EXPECT_EQ(words(0.12, CellUnit::points_size), "12.0 points");
}

TEST(Cell, AFactorHasTwoDigitsAndBelowTwoThreeAndIsWholeFromTenOn) {
  EXPECT_EQ(words(1, CellUnit::factor), "1x");
  EXPECT_EQ(words(1.149, CellUnit::factor), "1.15x");
  EXPECT_EQ(words(2.52, CellUnit::factor), "2.5x");
  EXPECT_EQ(words(12.3, CellUnit::factor), "12x");
}

TEST(Cell, AFactorsIntervalIsASpreadWhereItIsNarrowAndARangeWhereItIsWide) {
  Cell cell = number_cell(13.0, CellUnit::factor);
  cell.interval = Interval{.low = 12.5, .high = 13.6};
  EXPECT_EQ(cell_text(cell), "13x ±0.6");
  cell.value = 4.5;
  cell.interval = Interval{.low = 1.25, .high = 11.2};
  EXPECT_EQ(cell_text(cell), "4.5x [1.2, 11]");
}

// 1 / 0.039 is 25.64, 1 / 0.0372 and 1 / 0.041 are 26.88 and 24.39.
TEST(Cell, AFactorBelowOneIsTurnedOver) {
  EXPECT_EQ(words(0.039, CellUnit::factor), "26x slower");
  EXPECT_EQ(words(0.5, CellUnit::factor), "2x slower");
  EXPECT_EQ(words(0.996, CellUnit::factor), "1x");
  EXPECT_EQ(words(0, CellUnit::factor), "0x");
  Cell cell = number_cell(0.039, CellUnit::factor);
  EXPECT_EQ(with_interval(cell, {.low = 0.0372, .high = 0.041}), "26x ±1.3 slower");
  EXPECT_EQ(with_interval(cell, {.low = 0.02, .high = 0.08}), "26x [12, 50] slower");
  cell.value = 0.9;
  EXPECT_EQ(with_interval(cell, {.low = 0.8, .high = 1.01}), "0.9x ±0.11") << "it may be quicker";
}

TEST(Cell, ASpreadHasADecimalBelowTenPercent) {
  EXPECT_EQ(words(0.031, CellUnit::spread), "±3.1 %");
  EXPECT_EQ(words(0.231, CellUnit::spread), "±23 %");
}

TEST(Cell, ASmallPValueIsOnlyBounded) {
  EXPECT_EQ(words(0.02134, CellUnit::p_value), "0.0213");
  EXPECT_EQ(words(0.00005, CellUnit::p_value), "<0.0001");
}

TEST(Cell, ALatencyBeyondTheHistogramIsOnlyBounded) {
  EXPECT_EQ(words(6e12, CellUnit::latency), ">60 min");
  EXPECT_EQ(words(6e12, CellUnit::time), "100 min");
}

TEST(Cell, HeadroomHasASignAndAnEnd) {
  EXPECT_EQ(words(0.35, CellUnit::headroom), "+35 %");
  EXPECT_EQ(words(19, CellUnit::headroom), ">1000 %");
  EXPECT_EQ(words(-19, CellUnit::headroom), "far over");
}

TEST(Cell, ABarIsDrawnAgainstItsLimit) {
  EXPECT_EQ(words(0.5, CellUnit::bar), "===   |     ");
  EXPECT_EQ(words(1.5, CellUnit::bar), "======|==   ");
  EXPECT_EQ(words(3, CellUnit::bar), "======|====>");
}

TEST(Cell, AnIntervalStandsAfterItsValueOrForIt) {
  EXPECT_EQ(with_interval(number_cell(0.24, CellUnit::change), {0.15, 0.31}), "+24 [+15, +31] %");
  EXPECT_EQ(with_interval(number_cell(2e6, CellUnit::time), {1e6, 3e6}), "2.00 ms [1.00 ms, 3.00 ms]");
  EXPECT_EQ(with_interval(number_cell({}, CellUnit::latency), {1e6, 3e6}), "1.00 ms - 3.00 ms");
}

TEST(Cell, OfAMetricHasTheUnitOfTheMetric) {
  EXPECT_EQ(cell_text(metric_cell(0.5, "hit_ratio")), "50.0 %");
  EXPECT_EQ(cell_text(metric_cell(2e6, "read.response.p50")), "2.00 ms");
}

TEST(Cell, WhatWasNotMeasuredIsADash) {
  EXPECT_EQ(cell_text(nothing_cell()), "-");
  EXPECT_EQ(cell_text(number_cell({}, CellUnit::time)), "-");
  EXPECT_EQ(cell_text(metric_cell({}, "hit_ratio")), "-");
}

TEST(Cell, MarkAndNoteStandAroundTheFigure) {
  Cell cell = number_cell(2e6, CellUnit::latency);
  cell.mark = Mark::machine;
  cell.note = "(exact)";
  EXPECT_EQ(cell_text(cell), "~2.00 ms (exact)");
  cell = text_cell("direct/redis");
  cell.mark = Mark::invalid;
  EXPECT_EQ(cell_text(cell), "! direct/redis");
}

TEST(Cell, AShareMayHaveMoreDecimals) {
  Cell cell = number_cell(0.4934, CellUnit::share);
  cell.decimals = 3;
  EXPECT_EQ(cell_text(cell), "49.340 %");
}

}  // namespace
}  // namespace hitbench
