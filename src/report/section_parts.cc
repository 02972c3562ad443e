#include "report/section_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/findings.h"

namespace hitbench {
namespace {

Cell factor_cell(const RunResult& run, const std::vector<MeasuredRow>& all) {
  const MeasuredRow* baseline = baseline_of(all, run);
  if (baseline == nullptr || baseline->skipped()) return nothing_cell();
  const MeasuredRow& row = *find_row(all, run.name);
  const bool no_mean = baseline->run().validity.overloaded;  // it is as long as the run
  if (no_mean || !why_not_compared(row, *baseline).empty()) return nothing_cell();
  if (is_baseline(run)) return number_cell(1, CellUnit::factor);
  const Maybe<Difference> times = difference_of(row, *baseline, "read.response.mean");
  if (!times) return nothing_cell();
  Cell cell = number_cell(times->ratio, CellUnit::factor);
  cell.interval = times->interval;
  return cell;
}

}  // namespace

Grid grid_of(const Group& group, const Runs& runs, const std::vector<Figure>& figures) {
  Grid grid;
  grid.columns.push_back({.head = {"row"}});
  for (const Figure& figure : figures) grid.columns.push_back({.head = figure.head, .expendable = figure.expendable});
  for (const RunResult* run : runs) {
    std::vector<Cell> cells{row_label(*run, group)};
    for (const Figure& figure : figures) cells.push_back(figure.cell(*run));
    grid.rows.push_back(std::move(cells));
  }
  return grid;
}

Section telling_section(const std::string& title, const Group& group, const Runs& runs,
                        const std::vector<Figure>& figures) {
  std::vector<Figure> telling;
  std::string zeros;
  for (const Figure& figure : figures) {
    bool any = false, counted = false;
    for (const RunResult* run : runs) {
      const Cell cell = figure.cell(*run);
      const bool is_zero = cell.value == 0.0 && !cell.interval;
      any = any || (!is_zero && cell_text(cell) != kNothing);
      counted = counted || is_zero;
    }
    if (any) telling.push_back(figure);
    if (!any && counted) add_part(zeros, fmt::format("{}", fmt::join(figure.head, " ")));
  }
  Section section{.title = title};
  if (!telling.empty()) section.grid = grid_of(group, runs, telling);
  if (!zeros.empty()) section.below = "Zero in every row: " + zeros + ".";
  return section;
}

std::string loop_words(const Runs& runs) {
  std::string words;
  for (const RunResult* run : runs) {
    std::string arrivals = run->arrivals.empty() ? run->loop : run->arrivals;
    if (arrivals == "closed") arrivals = "closed loop";
    if (arrivals.starts_with("open,")) arrivals.insert(4, " loop");
    if (words.find(arrivals) == std::string::npos) add_part(words, arrivals, " / ");
  }
  return words;
}

Figure percentile(const LatencyResult RunResult::*kind, const std::string& word, const std::string& name,
                  Maybe<int64_t> Percentiles::*quantile, int expendable) {
  const std::string path = word + ".response." + name;
  std::string head = name;
  std::replace(head.begin(), head.end(), '_', '.');
  return {.head = {head},
          .cell =
              [=](const RunResult& run) {
                const Maybe<int64_t> value = (run.*kind).response.*quantile;
                Cell cell = latency_cell(value);
                if (value && is_machines(run, path)) cell.mark = Mark::machine;
                return cell;
              },
          .expendable = expendable};
}

Cell share_cell(uint64_t part, uint64_t all) {
  if (all == 0) return nothing_cell();
  return number_cell(static_cast<double>(part) / static_cast<double>(all), CellUnit::share);
}

Cell failed_cell(uint64_t failed, uint64_t all) { return failed == 0 ? count_cell(0) : share_cell(failed, all); }

Figure failed_figure() {
  return {.head = {"failed"},
          .cell = [](const RunResult& run) { return failed_cell(run.failed_operations.value_or(0), run.operations); }};
}

Figure throughput_figure() {
  return {.head = {"ops/s"},
          .cell = [](const RunResult& run) { return number_cell(run.throughput_ops_s, CellUnit::count); }};
}

Figure hit_figure() {
  return {.head = {"hit %"},
          .cell = [](const RunResult& run) { return number_cell(run.hit_ratio, CellUnit::percent); }};
}

Maybe<double> loads_per_second(const RunResult& run) {
  if (!run.has_origin() || !run.origin_load.loads || run.duration_ns <= 0) return std::nullopt;
  return static_cast<double>(*run.origin_load.loads) * 1e9 / static_cast<double>(run.duration_ns);
}

Figure factor_figure(const std::vector<MeasuredRow>& all) {
  return {.head = {"mean vs", "no cache"}, .cell = [&all](const RunResult& run) { return factor_cell(run, all); }};
}

}  // namespace hitbench
