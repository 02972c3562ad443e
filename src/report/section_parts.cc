#include "report/section_parts.h"

#include "base/units.h"

namespace hitbench {

std::string count_cell(Maybe<uint64_t> count) { return count ? format_count(static_cast<double>(*count)) : kNothing; }
std::string time_cell(Maybe<double> ns) { return ns ? format_time(*ns) : kNothing; }
std::string time_cell(Maybe<int64_t> ns) { return ns ? format_time(static_cast<double>(*ns)) : kNothing; }
std::string latency_cell(Maybe<double> ns) { return ns ? format_latency(*ns) : kNothing; }
std::string latency_cell(Maybe<int64_t> ns) { return ns ? format_latency(static_cast<double>(*ns)) : kNothing; }
std::string size_cell(Maybe<double> bytes) { return bytes ? format_size(*bytes) : kNothing; }

Grid grid_of(const Group& group, const Runs& runs, const std::vector<Figure>& figures) {
  Grid grid;
  grid.columns.push_back({.head = {"row"}});
  for (const Figure& figure : figures) grid.columns.push_back({.head = figure.head, .expendable = figure.expendable});
  for (const RunResult* run : runs) {
    std::vector<std::string> cells{row_label(*run, group)};
    for (const Figure& figure : figures) cells.push_back(figure.cell(*run));
    grid.rows.push_back(std::move(cells));
  }
  return grid;
}

}  // namespace hitbench
