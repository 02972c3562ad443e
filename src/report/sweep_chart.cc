// A sweep over many points, as a chart: a line a point, and of each row the metric that decides.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "judge/condition.h"
#include "report/section_parts.h"

namespace hitbench {
namespace {

constexpr size_t kMostPoints = 8;  // that are a table
constexpr size_t kMostBars = 4;    // rows that are drawn; of more only the figures are shown

// What the scenario judges its rows by: of its first threshold, or claim, that is about a single metric; else the mean
// read. An older result may have conditions that are no longer read.
std::string deciding_metric(const Result& result) {
  const std::vector<std::string> names = names_of(rows_of(result));
  std::vector<std::string> conditions = result.thresholds;
  for (const auto& [says, holds_if] : result.claims) conditions.push_back(holds_if);
  for (const std::string& text : conditions) {
    try {
      const Condition condition = parse_condition(text, names, "");
      if (!condition.metric.empty()) return condition.metric;
    } catch (const Error&) {
      continue;
    }
  }
  const auto reads = [](const RunResult& run) { return run.read.response.mean_ns.has_value(); };
  return std::any_of(result.runs.begin(), result.runs.end(), reads) ? "read.response.mean" : "write.response.mean";
}

// Names of rows, in the order of their first appearance.
std::vector<std::string> series_of(const std::vector<const Group*>& groups) {
  std::vector<std::string> names;
  for (const Group* group : groups) {
    for (const RunResult* run : group->runs) {
      const std::string name = short_name(*run, *group);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

const RunResult* run_named(const Group& group, const std::string& name) {
  for (const RunResult* run : group.runs) {
    if (short_name(*run, group) == name && !run->skipped) return run;
  }
  return nullptr;
}

// With its marks; an invalid one draws nothing.
std::vector<Cell> cells_of(const RunResult* run, const std::string& path, double most, bool drawn) {
  const Maybe<double> value = run == nullptr ? std::nullopt : metric(*run, path);
  Cell cell = value ? metric_cell(value, path) : nothing_cell();
  const bool valid = run != nullptr && run->validity.valid;
  if (value && is_machines(*run, path)) cell.mark = Mark::machine;
  if (value && !valid) cell.mark = Mark::invalid;
  std::vector<Cell> cells{cell};
  if (drawn) cells.push_back(number_cell(valid && most > 0 ? value.value_or(0) / most : 0, CellUnit::blocks));
  return cells;
}

double largest_of(const std::vector<const Group*>& groups, const std::vector<std::string>& names,
                  const std::string& path) {
  double most = 0;
  for (const Group* group : groups) {
    for (const std::string& name : names) {
      const RunResult* run = run_named(*group, name);
      if (run != nullptr && run->validity.valid) most = std::max(most, metric(*run, path).value_or(0));
    }
  }
  return most;
}

Section chart_of(const std::vector<const Group*>& groups, const std::string& path) {
  const std::vector<std::string> names = series_of(groups);
  const bool drawn = names.size() <= kMostBars;
  const double most = largest_of(groups, names, path);
  const std::string origin = groups.front()->origin;
  Section section{.title = path + (origin.empty() ? "" : ", origin " + origin), .grid = {{{.head = {"point"}}}, {}}};
  for (const std::string& name : names) {
    section.grid.columns.push_back({.head = {name}});
    if (drawn) section.grid.columns.push_back({.head = {""}, .starts_left = true});
  }
  for (const Group* group : groups) {
    std::vector<Cell> cells{text_cell(group->runs.front()->sweep.value_or(""))};
    for (const std::string& name : names) {
      for (Cell& cell : cells_of(run_named(*group, name), path, most, drawn)) cells.push_back(std::move(cell));
    }
    section.grid.rows.push_back(std::move(cells));
  }
  return section;
}

}  // namespace

bool is_long_sweep(const std::vector<Group>& groups) {
  std::set<std::string> points;
  for (const Group& group : groups) points.insert(group.runs.front()->sweep.value_or(""));
  return points.size() > kMostPoints;
}

std::vector<Section> chart_sections(const Result& result, const std::vector<Group>& groups) {
  std::vector<std::string> origins;
  for (const Group& group : groups) {
    if (std::find(origins.begin(), origins.end(), group.origin) == origins.end()) origins.push_back(group.origin);
  }
  std::vector<Section> sections;
  for (const std::string& origin : origins) {
    std::vector<const Group*> of_origin;
    for (const Group& group : groups) {
      if (group.origin == origin) of_origin.push_back(&group);
    }
    const auto ran = [](const Group* group) {
      return std::any_of(group->runs.begin(), group->runs.end(), [](const RunResult* run) { return !run->skipped; });
    };
    if (std::any_of(of_origin.begin(), of_origin.end(), ran)) {
      sections.push_back(chart_of(of_origin, deciding_metric(result)));
    }
  }
  return sections;
}

}  // namespace hitbench
