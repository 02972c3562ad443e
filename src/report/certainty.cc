// How sure a row's own figures are, and what of them is this machine's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "report/section_parts.h"
#include "stats/interval.h"

namespace hitbench {
namespace {

// Of the mean over the rounds, as a share of it: of this row alone. Differences between rows are surer than that, since
// they are taken within rounds.
std::string scatter_cell(const RunResult& run, const std::string& metric) {
  std::vector<double> logs;
  for (const RoundResult& round : run.rounds) {
    const Maybe<double> value = metric_of_round(run, round, metric);
    if (value && *value > 0) logs.push_back(std::log(*value));
  }
  const std::optional<Interval> interval = mean_interval(logs);
  if (!interval) return kNothing;
  const double percent = 100 * (std::exp((interval->high - interval->low) / 2) - 1);
  return fmt::format("±{:.{}f} %", percent, percent < 10 ? 1 : 0);
}

std::string range_cell(const Maybe<std::vector<int64_t>>& range) {
  if (!range || range->size() != 2) return kNothing;
  return latency_cell(Maybe<int64_t>(range->front())) + " - " + latency_cell(Maybe<int64_t>(range->back()));
}

// Of a cache in the process there is nothing to say.
std::string waited_cell(const RunResult& run) {
  if (run.validity.server_kept_waiting) return format_share(*run.validity.server_kept_waiting);
  return run.backend.version ? "not known" : kNothing;
}

}  // namespace

// A tail beside what a do-nothing process saw: where the two are alike, the tail is the machine's.
Section certainty_section(const Group& group, const Runs& runs) {
  const bool reads =
      std::any_of(runs.begin(), runs.end(), [](const RunResult* run) { return run->read.response.count > 0; });
  const LatencyResult RunResult::*kind = reads ? &RunResult::read : &RunResult::write;
  const std::string word = reads ? "read" : "write";
  const auto scatter = [&](const std::string& name, int expendable) {
    return Figure{.head = {name + ",", "by round"},
                  .cell = [path = word + ".response." + name](const RunResult& run) { return scatter_cell(run, path); },
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
      {.head = {"observer", "p99"}, .cell = [](const RunResult& run) { return latency_cell(run.observer.p99_ns); }},
      {.head = {"observer", "p99.9"},
       .cell = [](const RunResult& run) { return latency_cell(run.observer.p99_9_ns); },
       .expendable = 6},
      {.head = {"observer", "max"}, .cell = [](const RunResult& run) { return latency_cell(run.observer.max_ns); }},
      {.head = {"forced", "switches"},
       .cell = [](const RunResult& run) { return count_cell(run.client.involuntary_switches); },
       .expendable = 1}};
  const auto has_server = [](const RunResult* run) { return waited_cell(*run) != kNothing; };
  if (std::any_of(runs.begin(), runs.end(), has_server)) {
    figures.push_back({.head = {"server", "waited"}, .cell = waited_cell, .expendable = 3});
  }
  return {.title = fmt::format("How sure, and what an observer that did nothing saw of this machine ({}s)", word),
          .grid = grid_of(group, runs, figures)};
}

}  // namespace hitbench
