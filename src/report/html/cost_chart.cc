// What an entry takes in memory, and an operation in CPU time.
#include <algorithm>

#include "judge/format.h"
#include "report/html/chart_parts.h"
#include "report/html/lanes.h"

namespace hitbench::html {
namespace {

struct Cost {
  std::string title, metric;
  Maybe<double> (*value)(const RunResult&);
};

const std::vector<Cost>& costs() {
  static const std::vector<Cost> all = {
      {"Memory per entry", "backend.memory_bytes_per_entry",
       [](const RunResult& run) { return run.backend.memory_bytes_per_entry; }},
      {"Server CPU per operation", "backend.cpu_per_op",
       [](const RunResult& run) { return run.backend.cpu_ns_per_op; }},
      {"Client CPU per operation", "client.cpu_per_op", [](const RunResult& run) { return run.client.cpu_ns_per_op; }}};
  return all;
}

}  // namespace

std::vector<Chart> cost_charts(const DrawnRows& rows) {
  Chart chart{.id = "cost", .title = "Cost", .note = "Rows without the figure are left out of the chart."};
  std::vector<TableColumn> columns;
  for (const Cost& cost : costs()) {
    std::vector<Bar> bars;
    double most = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Maybe<double> value = cost.value(*rows[i]);
      if (!value) continue;
      most = std::max(most, *value);
      const std::string words = format_metric(*value, cost.metric);
      bars.push_back({rows[i]->name, words, {{*value, i, words}}});
    }
    columns.push_back(
        {cost.title, [&cost](const RunResult& run) { return metric_cell(cost.value(run), cost.metric); }});
    if (!bars.empty()) chart.panels.push_back({cost.title, bars_svg(bars, most, cost.title + ", one bar a row")});
  }
  if (chart.panels.empty()) return {};
  chart.table = table_of_rows(rows, columns);
  return {chart};
}

}  // namespace hitbench::html
