// How sure a row's own figures are, and what of them is this machine's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/section_parts.h"
#include "stats/interval.h"

namespace hitbench {
namespace {

// Of the mean over the rounds, as a share of it: of this row alone. Differences between rows are surer than that, since
// they are taken within rounds.
Cell spread_cell(const RunResult& run, const std::string& metric) {
  std::vector<double> logs;
  for (const RoundResult& round : run.rounds) {
    const Maybe<double> value = metric_of_round(run, round, metric);
    if (value && *value > 0) logs.push_back(std::log(*value));
  }
  const std::optional<Interval> interval = mean_interval(logs);
  if (!interval) return nothing_cell();
  return number_cell(std::exp((interval->high - interval->low) / 2) - 1, CellUnit::spread);
}

Cell range_cell(const Maybe<std::vector<int64_t>>& range) {
  if (!range || range->size() != 2) return nothing_cell();
  Cell cell = number_cell({}, CellUnit::latency);
  cell.interval = Interval{.low = static_cast<double>(range->front()), .high = static_cast<double>(range->back())};
  return cell;
}

// A cache in the process has none.
bool has_server(const RunResult& run) { return run.validity.server_kept_waiting || run.backend.version; }

Cell waited_cell(const RunResult& run) {
  if (run.validity.server_kept_waiting) return number_cell(*run.validity.server_kept_waiting, CellUnit::share);
  return has_server(run) ? text_cell("not known") : nothing_cell();
}

}  // namespace

// A tail alongside what a do-nothing process saw: where the two are alike, the tail is the machine's.
Section certainty_section(const Group& group, const Runs& runs) {
  const bool reads =
      std::any_of(runs.begin(), runs.end(), [](const RunResult* run) { return run->read.response.count > 0; });
  const LatencyResult RunResult::*kind = reads ? &RunResult::read : &RunResult::write;
  const std::string word = reads ? "read" : "write";
  const auto scatter = [&](const std::string& name, int expendable) {
    return Figure{.head = {name + ",", "by round"},
                  .cell = [path = word + ".response." + name](const RunResult& run) { return spread_cell(run, path); },
                  .expendable = expendable};
  };
  const auto of_response = [&](const std::vector<std::string>& head, auto cell, int expendable = 0) {
    return Figure{.head = head,
                  .cell = [kind, cell](const RunResult& run) { return cell((run.*kind).response); },
                  .expendable = expendable};
  };
  std::vector<Figure> figures{
      scatter("p50", 3),
      scatter("p99", 2),
      of_response(
          {"p99", "lies in"}, [](const Percentiles& p) { return range_cell(p.p99_interval_ns); }, 5),
      of_response(
          {"p99.9", "lies in"}, [](const Percentiles& p) { return range_cell(p.p99_9_interval_ns); }, 4),
      of_response({"p99.9"}, [](const Percentiles& p) { return latency_cell(p.p99_9_ns); }),
      of_response({"max"}, [](const Percentiles& p) { return latency_cell(p.max_ns); }),
      {.head = {"jitter", "p99"}, .cell = [](const RunResult& run) { return latency_cell(run.observer.p99_ns); }},
      {.head = {"jitter", "p99.9"},
       .cell = [](const RunResult& run) { return latency_cell(run.observer.p99_9_ns); },
       .expendable = 6},
      {.head = {"jitter", "max"}, .cell = [](const RunResult& run) { return latency_cell(run.observer.max_ns); }},
      {.head = {"involuntary", "switches"},
       .cell = [](const RunResult& run) { return count_cell(run.client.involuntary_switches); },
       .expendable = 1}};
  if (std::any_of(runs.begin(), runs.end(), [](const RunResult* run) { return has_server(*run); })) {
    figures.push_back({.head = {"server", "waited"}, .cell = waited_cell, .expendable = 3});
  }
  return telling_section(fmt::format("Uncertainty and machine noise ({}s)", word), group, runs, figures);
}

}  // namespace hitbench
