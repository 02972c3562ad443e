// What the files of charts share.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "report/html/axis.h"
#include "report/html/chart.h"

namespace hitbench::html {

std::vector<Column> columns_of(std::initializer_list<const char*> heads);

std::vector<Chart> latency_charts(const DrawnRows& rows);
std::vector<Chart> time_charts(const Result& result, const DrawnRows& rows);
std::vector<Chart> heat_charts(const DrawnRows& rows);
std::vector<Chart> outcome_charts(const DrawnRows& rows);  // where reads went, why they missed, how stale they were
std::vector<Chart> cost_charts(const DrawnRows& rows);
std::vector<Chart> round_charts(const DrawnRows& rows, const Groups& groups);
std::vector<Chart> sweep_charts(const DrawnRows& rows);
std::vector<Chart> search_charts(const Result& result);

// Of many dots that stand for one thing, every so many-th, from the first: 20 at most, so that the page stays small.
std::vector<double> thinned(const std::vector<double>& values);

// Ticks: as cells print these values, without the zeros at the end.
std::string time_words(double ns);
std::string count_words(double count);
std::string share_words(double share);

std::vector<LegendEntry> row_legend(const DrawnRows& rows);
Cell name_cell(const RunResult& run);
double not_measured();  // a NaN: no point, no line
double number_or_none(const Maybe<double>& value);

// A column of a chart's table.
struct TableColumn {
  std::string head;
  std::function<Cell(const RunResult&)> cell;
};
Grid table_of_rows(const DrawnRows& rows, const std::vector<TableColumn>& columns);

}  // namespace hitbench::html
