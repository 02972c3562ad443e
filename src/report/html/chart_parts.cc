#include "report/html/chart_parts.h"

#include <iterator>
#include <limits>

#include "base/units.h"
#include "judge/format.h"
#include "report/html/plot.h"

namespace hitbench::html {
namespace {

void append(std::vector<Chart>& all, std::vector<Chart> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Chart> charts_of(const Result& result, const RowsAndGroups& drawn) {
  const DrawnRows& rows = drawn.rows;
  std::vector<Chart> charts = latency_charts(rows);
  append(charts, time_charts(result, rows));
  append(charts, heat_charts(rows));
  append(charts, outcome_charts(rows));
  append(charts, cost_charts(rows));
  append(charts, round_charts(rows, drawn.groups));
  append(charts, sweep_charts(rows));
  append(charts, search_charts(result));
  return charts;
}

std::vector<double> thinned(const std::vector<double>& values) {
  constexpr size_t kMost = 20;
  const size_t each = (values.size() + kMost - 1) / kMost;
  std::vector<double> some;
  for (size_t i = 0; i < values.size(); i += each) some.push_back(values[i]);
  return some;
}

std::string time_words(double ns) { return without_zeros(format_time(ns)); }
std::string count_words(double count) { return format_rate(count); }
std::string share_words(double share) { return without_zeros(format_share(share)); }

std::vector<LegendEntry> row_legend(const DrawnRows& rows) {
  std::vector<LegendEntry> legend;
  for (size_t i = 0; i < rows.size(); ++i) legend.push_back({line_sample(i), rows[i]->name});
  return legend;
}

Cell name_cell(const RunResult& run) {
  Cell cell = text_cell(run.name);
  if (!run.validity.valid) cell.mark = Mark::invalid;
  return cell;
}

double not_measured() { return std::numeric_limits<double>::quiet_NaN(); }
double number_or_none(const Maybe<double>& value) { return value.value_or(not_measured()); }

Grid table_of_rows(const DrawnRows& rows, const std::vector<TableColumn>& columns) {
  Grid grid{.columns = {{.head = {"row"}}}, .rows = {}};
  for (const TableColumn& column : columns) grid.columns.push_back({.head = {column.head}});
  for (const RunResult* run : rows) {
    std::vector<Cell> cells{name_cell(*run)};
    for (const TableColumn& column : columns) cells.push_back(column.cell(*run));
    grid.rows.push_back(std::move(cells));
  }
  return grid;
}

std::vector<Column> columns_of(std::initializer_list<const char*> heads) {
  std::vector<Column> columns;
  for (const char* head : heads) columns.push_back({.head = {head}});
  return columns;
}

}  // namespace hitbench::html
