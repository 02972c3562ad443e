// The rounds of each row as dots, with the interval of their mean. A row whose difference to the best one of its group
// may be chance is shaded.
#include <algorithm>
#include <cmath>

#include "judge/format.h"
#include "judge/measured_row.h"
#include "report/contest.h"
#include "report/html/chart_parts.h"
#include "report/html/lanes.h"

namespace hitbench::html {
namespace {

struct Compared {
  std::string title, metric;
  bool lower_is_better = true;
};

const std::vector<Compared>& compared() {
  static const std::vector<Compared> all = {{"Mean read response", "read.response.mean"},
                                            {"p99 of read responses", "read.response.p99"},
                                            {"Operations per second", "throughput", false}};
  return all;
}

MeasuredRow measured(const RunResult& run) { return {.name = run.name, .measured = &run}; }

Maybe<Interval> interval_of(const std::map<int, double>& rounds) {
  std::vector<double> logs;
  for (const auto& [round, value] : rounds) {
    if (value > 0) logs.push_back(std::log(value));
  }
  const std::optional<Interval> interval = mean_interval(logs);
  if (!interval) return std::nullopt;
  return Interval{.low = std::exp(interval->low), .high = std::exp(interval->high)};
}

// Of the rows that may be compared with each other, the best valid one.
const RunResult* best_of(const Group& group, const Compared& by) {
  const bool needs_origin =
      std::any_of(group.runs.begin(), group.runs.end(), [](const RunResult* run) { return run->has_origin(); });
  const RunResult* best = nullptr;
  double best_value = 0;
  for (const RunResult* run : group.runs) {
    const Maybe<double> value = metric(*run, by.metric);
    const bool may_win = !needs_origin || run->has_origin();  // else it loads nothing and would always win
    if (!value || !may_win || !why_left_out(measured(*run), "read").empty()) continue;
    if (best != nullptr && (by.lower_is_better ? *value >= best_value : *value <= best_value)) continue;
    best = run;
    best_value = *value;
  }
  return best;
}

bool is_inconclusive(const RunResult& run, const Groups& groups, const Compared& by) {
  for (const Group& group : groups) {
    if (std::find(group.runs.begin(), group.runs.end(), &run) == group.runs.end()) continue;
    const RunResult* best = group.searched ? nullptr : best_of(group, by);
    if (best == nullptr || best == &run) return false;
    const Maybe<Difference> difference = difference_of(measured(*best), measured(run), by.metric);
    return difference && difference->interval && !difference->sure();
  }
  return false;
}

Strip strip_of(const RunResult& run, size_t series, const Compared& by) {
  const std::map<int, double> rounds = measured(run).by_round(by.metric);
  Strip strip{.label = run.name, .series = series, .middle = metric(run, by.metric), .interval = interval_of(rounds)};
  if (strip.middle) strip.figure = format_metric(*strip.middle, by.metric);
  std::vector<double> values;
  for (const auto& [round, value] : rounds) values.push_back(value);
  strip.dots = thinned(values);
  return strip;
}

void add_range(const Strip& strip, Range& range) {
  for (const double dot : strip.dots) range.add(dot);
  if (strip.middle) range.add(*strip.middle);
  if (strip.interval) range.add(strip.interval->low), range.add(strip.interval->high);
}

void add_panel(Chart& chart, const DrawnRows& rows, const Groups& groups, const Compared& by) {
  std::vector<Strip> strips;
  Range range;
  for (size_t i = 0; i < rows.size(); ++i) {
    Strip strip = strip_of(*rows[i], i, by);
    if (strip.dots.empty()) continue;
    strip.is_shaded = is_inconclusive(*rows[i], groups, by);
    if (strip.is_shaded) strip.figure += ", inconclusive";
    add_range(strip, range);
    Cell interval = number_cell({}, CellUnit::metric);
    interval.metric = by.metric;
    interval.interval = strip.interval;
    chart.table.rows.push_back({name_cell(*rows[i]), text_cell(by.metric), metric_cell(strip.middle, by.metric),
                                strip.interval ? interval : nothing_cell(), count_cell(rows[i]->rounds.size()),
                                text_cell(strip.is_shaded ? "inconclusive" : "")});
    strips.push_back(std::move(strip));
  }
  if (strips.empty()) return;
  const Axis axis = log_axis("", range, by.lower_is_better ? time_words : count_words);
  chart.panels.push_back({by.title, strips_svg(strips, axis, by.title + " by round, one line a row")});
}

}  // namespace

std::vector<Chart> round_charts(const DrawnRows& rows, const Groups& groups) {
  const auto is_repeated = [](const RunResult* run) { return run->rounds.size() > 1; };
  if (std::none_of(rows.begin(), rows.end(), is_repeated)) return {};
  Chart chart{.id = "rounds",
              .title = "Round by round",
              .note =
                  "A small dot is a round, the large one the whole run, the bar the 95 % interval of the rounds' "
                  "mean. Shaded: whether the row differs from the best one is inconclusive."};
  chart.table.columns =
      columns_of({"row", "metric", "whole run", "mean of the rounds, 95 %", "rounds", "against the best"});
  for (const Compared& by : compared()) add_panel(chart, rows, groups, by);
  if (chart.panels.empty()) return {};
  return {chart};
}

}  // namespace hitbench::html
