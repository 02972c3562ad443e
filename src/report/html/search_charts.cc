// Curves over what was varied: the points of a sweep, and the rates of a search for the highest load.
#include <algorithm>

#include "judge/format.h"
#include "report/html/chart_parts.h"
#include "report/html/plot.h"

namespace hitbench::html {
namespace {

// Rows that differ only in the point of the sweep.
struct SweptRow {
  std::string name;
  std::vector<const RunResult*> at;  // by point; null where it did not run
};

struct Sweep {
  std::vector<std::string> points;  // "app.clients=10"
  std::vector<SweptRow> rows;
};

template <class Items, class Matches>
size_t place_of(const Items& items, Matches matches) {
  return static_cast<size_t>(std::find_if(items.begin(), items.end(), matches) - items.begin());
}

Sweep sweep_of(const DrawnRows& rows) {
  Sweep sweep;
  for (const RunResult* run : rows) {
    if (!run->sweep) continue;
    const size_t point = place_of(sweep.points, [&](const std::string& text) { return text == *run->sweep; });
    if (point == sweep.points.size()) sweep.points.push_back(*run->sweep);
    const std::string name = name_without_sweep(*run);
    const size_t row = place_of(sweep.rows, [&](const SweptRow& one) { return one.name == name; });
    if (row == sweep.rows.size()) sweep.rows.push_back({name, {}});
    SweptRow& swept = sweep.rows[row];
    if (swept.at.size() <= point) swept.at.resize(point + 1, nullptr);
    swept.at[point] = run;
  }
  return sweep;
}

// "app.clients=10" and "app.clients=100" are 10 and 100 of app.clients; points of several fields keep their text.
Axis axis_of(const Sweep& sweep) {
  const std::string field = sweep.points.front().substr(0, sweep.points.front().find('='));
  const auto has_field = [&](const std::string& point) {
    return point.starts_with(field + "=") && point.find('=', field.size() + 1) == std::string::npos;
  };
  if (!std::all_of(sweep.points.begin(), sweep.points.end(), has_field)) return name_axis("", sweep.points);
  std::vector<std::string> values;
  for (const std::string& point : sweep.points) values.push_back(point.substr(field.size() + 1));
  return name_axis(field, values);
}

struct Varied {
  std::string title, metric;
  Words words;
  bool is_log;
};

const std::vector<Varied>& varied() {
  static const std::vector<Varied> all = {{"Mean read response", "read.response.mean", time_words, true},
                                          {"p99 of read responses", "read.response.p99", time_words, true},
                                          {"Operations per second", "throughput", count_words, false},
                                          {"Hit ratio", "hit_ratio", share_words, false}};
  return all;
}

Maybe<double> value_at_point(const SweptRow& row, size_t point, const std::string& path) {
  return point < row.at.size() && row.at[point] != nullptr ? metric(*row.at[point], path) : std::nullopt;
}

void add_sweep_panel(Chart& chart, const Sweep& sweep, const Varied& by) {
  Range range;
  if (!by.is_log) range.add(0);
  for (const SweptRow& row : sweep.rows) {
    for (size_t i = 0; i < sweep.points.size(); ++i) range.add(number_or_none(value_at_point(row, i, by.metric)));
  }
  if (range.empty) return;
  Plot plot(axis_of(sweep), by.is_log ? log_axis("", range, by.words) : linear_axis("", range, by.words));
  for (size_t series = 0; series < sweep.rows.size(); ++series) {
    std::vector<Point> points;
    for (size_t i = 0; i < sweep.points.size(); ++i) {
      const Maybe<double> value = value_at_point(sweep.rows[series], i, by.metric);
      points.push_back({static_cast<double>(i), number_or_none(value)});
      if (value) plot.dot(points.back(), series, sweep.points[i] + ": " + format_metric(*value, by.metric));
    }
    plot.line(points, series, sweep.rows[series].name);
  }
  chart.panels.push_back({by.title, plot.svg(by.title + " over the points of the sweep, one line a row")});
}

Grid sweep_table(const Sweep& sweep) {
  Grid table{.columns = {{.head = {"row"}}, {.head = {"at"}}}, .rows = {}};
  for (const Varied& by : varied()) table.columns.push_back({.head = {by.metric}});
  for (const SweptRow& row : sweep.rows) {
    for (size_t i = 0; i < sweep.points.size(); ++i) {
      std::vector<Cell> cells{text_cell(row.name), text_cell(sweep.points[i])};
      for (const Varied& by : varied()) cells.push_back(metric_cell(value_at_point(row, i, by.metric), by.metric));
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

Axis value_axis(const FindMaxResult& found, const std::vector<LoadStep>& steps) {
  Range range;
  if (found.limit > 0) range.add(found.limit);
  for (const LoadStep& step : steps) {
    if (step.value && *step.value > 0) range.add(*step.value);
  }
  const bool is_time = is_metric(found.metric) && metric_is_time(found.metric);
  return log_axis("", range, is_time ? Words(time_words) : Words(count_words));
}

Panel search_panel(const FindMaxResult& found, size_t series) {
  std::vector<LoadStep> steps = found.steps;
  std::sort(steps.begin(), steps.end(),
            [](const LoadStep& a, const LoadStep& b) { return a.offered_ops_s < b.offered_ops_s; });
  Range rates;
  rates.add(0);
  for (const LoadStep& step : steps) rates.add(step.offered_ops_s);
  Plot plot(linear_axis("offered operations per second", rates, count_words), value_axis(found, steps));
  std::vector<Point> points;
  for (const LoadStep& step : steps) {
    const Point at{step.offered_ops_s, number_or_none(step.value)};
    const char* word = step.kept ? "met" : step.measured ? "violated" : "inconclusive";
    plot.dot(at, series, count_words(step.offered_ops_s) + "/s: " + word, !step.kept);
    points.push_back(at);
  }
  plot.line(points, series, found.row);
  if (found.limit > 0) plot.limit(found.limit, found.promise);
  return {found.row, plot.svg(found.metric + " over the offered rate of " + found.row)};
}

void add_search_rows(const FindMaxResult& found, Grid& table) {
  const Section section = load_section(found);
  if (table.columns.empty()) {
    table.columns = section.grid.columns;
    table.columns.insert(table.columns.begin(), Column{.head = {"row"}});
  }
  for (const std::vector<Cell>& row : section.grid.rows) {
    table.rows.push_back(row);
    table.rows.back().insert(table.rows.back().begin(), text_cell(found.row));
  }
}

}  // namespace

std::vector<Chart> sweep_charts(const DrawnRows& rows) {
  const Sweep sweep = sweep_of(rows);
  if (sweep.points.size() < 2) return {};
  Chart chart{.id = "sweep",
              .title = "Over the sweep",
              .note =
                  "The points are as far apart as they are in number, "
                  "whatever their values."};
  for (size_t i = 0; i < sweep.rows.size(); ++i) chart.legend.push_back({line_sample(i), sweep.rows[i].name});
  for (const Varied& by : varied()) add_sweep_panel(chart, sweep, by);
  if (chart.panels.empty()) return {};
  chart.table = sweep_table(sweep);
  chart.leads = true;
  return {chart};
}

std::vector<Chart> search_charts(const Result& result) {
  Chart chart{.id = "search",
              .title = "Search for the highest load",
              .note =
                  "A dot is a measurement: filled where the SLO was met, hollow where it was violated or that is "
                  "inconclusive.",
              .leads = true};
  for (size_t i = 0; i < result.find_max.size(); ++i) {
    if (result.find_max[i].steps.empty()) continue;
    chart.panels.push_back(search_panel(result.find_max[i], i));
    add_search_rows(result.find_max[i], chart.table);
  }
  if (chart.panels.empty()) return {};
  return {chart};
}

}  // namespace hitbench::html
