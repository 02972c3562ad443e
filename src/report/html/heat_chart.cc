// Latency over time as a heat map: two humps, a slow stretch and a stop are visible where a percentile hides them.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/units.h"
#include "report/html/chart_parts.h"
#include "report/html/heat_map.h"

namespace hitbench::html {
namespace {

constexpr size_t kMostColumns = 60, kMostLevels = 40;  // docs/result.schema.json
constexpr size_t kMostMaps = 12, kColumnsOfAll = 120;  // so that the page stays small

// A saved result may have anything: lists that do not fit together are no map.
bool has_map(const RunResult& run) {
  const LatencyMap& map = run.latency_map;
  const auto fits = [&](const std::vector<uint64_t>& column) { return column.size() == map.highest_ns.size(); };
  return map.begins_s.size() <= kMostColumns && map.highest_ns.size() <= kMostLevels && map.begins_s.size() > 1 &&
         map.highest_ns.size() > 1 && map.reads.size() == map.begins_s.size() &&
         std::all_of(map.reads.begin(), map.reads.end(), fits) &&
         std::is_sorted(map.highest_ns.begin(), map.highest_ns.end()) && map.highest_ns.front() > 0;
}

// Some columns as one.
HeatMap heat_of(const RunResult& run, size_t each) {
  const LatencyMap& map = run.latency_map;
  HeatMap heat;
  for (size_t i = 0; i < map.reads.size(); ++i) {
    if (i % each == 0) heat.cells.emplace_back(map.highest_ns.size(), 0);
    for (size_t j = 0; j < map.reads[i].size(); ++j) heat.cells.back()[j] += static_cast<double>(map.reads[i][j]);
  }
  const double step = static_cast<double>(map.begins_s[1] - map.begins_s[0]) * static_cast<double>(each);
  const double low = static_cast<double>(map.highest_ns[0]) * static_cast<double>(map.highest_ns[0]) /
                     static_cast<double>(map.highest_ns[1]);
  heat.x = linear_axis("seconds", {.low = 0, .high = step * static_cast<double>(heat.cells.size()), .empty = false},
                       count_words);
  heat.y = log_axis("", {.low = low, .high = static_cast<double>(map.highest_ns.back()), .empty = false}, time_words);
  return heat;
}

// How many reads were in each level over the whole run; a few levels as one.
void add_levels(const RunResult& run, Grid& table) {
  constexpr size_t kLevelsEach = 4;
  const LatencyMap& map = run.latency_map;
  uint64_t reads = 0;
  for (size_t j = 0; j < map.highest_ns.size(); ++j) {
    for (const std::vector<uint64_t>& column : map.reads) reads += column[j];
    if (j % kLevelsEach + 1 < kLevelsEach && j + 1 < map.highest_ns.size()) continue;
    if (reads > 0)
      table.rows.push_back({name_cell(run), latency_cell(Maybe<int64_t>(map.highest_ns[j])), count_cell(reads)});
    reads = 0;
  }
}

}  // namespace

std::vector<Chart> heat_charts(const DrawnRows& rows) {
  DrawnRows mapped;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(mapped),
               [](const RunResult* run) { return has_map(*run); });
  if (mapped.empty()) return {};
  Chart chart{
      .id = "heat",
      .title = "Latency over time",
      .note = "Response times of reads: the darker, the more of a time span's reads were as long (logarithmic)."};
  if (mapped.size() > kMostMaps) {
    chart.note += " The first " + counted(kMostMaps, "row") + " only; the data has all.";
    mapped.resize(kMostMaps);
  }
  chart.table.columns = columns_of({"row", "up to", "reads"});
  const size_t most = kColumnsOfAll / mapped.size();
  for (const RunResult* run : mapped) {
    const size_t each = (run->latency_map.begins_s.size() + most - 1) / most;
    chart.panels.push_back({run->name, heat_of(*run, each).svg("Response times over time of " + run->name)});
    add_levels(*run, chart.table);
  }
  return {chart};
}

}  // namespace hitbench::html
