// Two rows of one result against each other: `hitbench report --rows A,B`.
#include <algorithm>
#include <array>

#include "report/sections.h"

namespace hitbench {
namespace {

constexpr std::array kMetrics = {
    "throughput",           "failed_share",        "hit_ratio",           "read.response.mean", "read.response.p50",
    "read.response.p95",    "read.response.p99",   "write.response.mean", "write.response.p50", "write.response.p99",
    "delete.response.mean", "delete.response.p50", "delete.response.p99", "origin_load.loads"};

Cell difference_cell(const MeasuredRow& from, const MeasuredRow& to, const std::string& path) {
  if (unit_of(path) == Unit::share) {
    const Maybe<PointsDifference> points = points_between(from, to, path);
    if (!points) return nothing_cell();
    Cell cell = number_cell(points->change, CellUnit::points);
    cell.interval = points->interval;
    return cell;
  }
  const Maybe<Difference> difference = difference_of(from, to, path);
  if (!difference) return nothing_cell();
  Cell cell = number_cell(difference->ratio - 1, CellUnit::change);
  if (const Maybe<Interval>& ratios = difference->interval) cell.interval = {ratios->low - 1, ratios->high - 1};
  return cell;
}

}  // namespace

std::optional<Section> side_by_side(const Result& result, const ReportStyle& style) {
  if (style.rows.size() != 2 || style.rows[0] == style.rows[1]) return std::nullopt;
  const std::vector<MeasuredRow> rows = rows_of(result);
  const MeasuredRow *from = find_row(rows, style.rows[0]), *to = find_row(rows, style.rows[1]);
  if (from == nullptr || to == nullptr || from->skipped() || to->skipped()) return std::nullopt;
  Section section{.title = to->name + " against " + from->name, .names_hidden_columns = true};
  section.grid.columns = {
      {.head = {"metric"}}, {.head = {from->name}}, {.head = {to->name}}, {.head = {"difference [95 %]"}}};
  for (const std::string path : kMetrics) {
    const Maybe<double> a = from->value(path), b = to->value(path);
    if (!a && !b) continue;
    if (path == "failed_share" && a.value_or(0) + b.value_or(0) == 0) continue;
    section.grid.rows.push_back(
        {text_cell(path), metric_cell(a, path), metric_cell(b, path), difference_cell(*from, *to, path)});
  }
  return section;
}

}  // namespace hitbench
