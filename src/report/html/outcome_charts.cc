// Where reads went, why they missed, and how stale they were: shares of all reads, or of all misses, as stacks.
#include <algorithm>

#include "judge/format.h"
#include "report/html/chart_parts.h"
#include "report/html/lanes.h"
#include "report/html/plot.h"

namespace hitbench::html {
namespace {

struct Part {
  std::string name;
  size_t series;
  Maybe<uint64_t> (*count)(const RunResult&);
};

// Colors by what it means to the reader: green is served as wished, vermilion waited, purple got nothing.
const std::vector<Part>& read_parts() {
  static const std::vector<Part> parts = {
      {"fresh hit", 2, [](const RunResult& run) { return Maybe<uint64_t>(run.reads.fresh_hit); }},
      {"stale hit", 4, [](const RunResult& run) { return Maybe<uint64_t>(run.reads.stale_hit); }},
      {"negative hit", 5, [](const RunResult& run) { return Maybe<uint64_t>(run.reads.null_hit); }},
      {"coalesced", 0, [](const RunResult& run) { return Maybe<uint64_t>(run.reads.coalesced); }},
      {"miss", 1, [](const RunResult& run) { return Maybe<uint64_t>(run.reads.miss); }},
      {"failed", 3, [](const RunResult& run) { return Maybe<uint64_t>(run.reads.failed); }}};
  return parts;
}

const std::vector<Part>& miss_parts() {
  static const std::vector<Part> parts = {
      {"first time", 0, [](const RunResult& run) { return run.misses.first; }},
      {"expired", 4, [](const RunResult& run) { return run.misses.expired; }},
      {"evicted", 1, [](const RunResult& run) { return run.misses.evicted; }},
      {"deleted", 2, [](const RunResult& run) { return run.misses.invalidated; }},
      {"lost", 3, [](const RunResult& run) { return run.misses.lost; }},
      {"loaded early", 5, [](const RunResult& run) { return run.misses.early; }},
      {"cache failed", 7, [](const RunResult& run) { return run.misses.unavailable; }},
      {"unknown", 6, [](const RunResult& run) { return run.misses.unknown; }}};
  return parts;
}

uint64_t sum_of(const RunResult& run, const std::vector<Part>& parts) {
  uint64_t sum = 0;
  for (const Part& part : parts) sum += part.count(run).value_or(0);
  return sum;
}

Bar stack_of(const RunResult& run, const std::vector<Part>& parts, const std::string& figure) {
  const double all = static_cast<double>(sum_of(run, parts));
  Bar bar{.label = run.name, .figure = figure};
  for (const Part& part : parts) {
    const Maybe<uint64_t> count = part.count(run);
    if (count.value_or(0) == 0) continue;
    const double share = static_cast<double>(*count) / all;
    bar.parts.push_back({share, part.series, part.name + ": " + share_words(share)});
  }
  return bar;
}

// The parts that any of the rows has.
std::vector<Part> present(const DrawnRows& rows, const std::vector<Part>& parts) {
  std::vector<Part> there;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(there), [&](const Part& part) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const RunResult* run) { return part.count(*run).value_or(0) > 0; });
  });
  return there;
}

void add_stacks(Chart& chart, const DrawnRows& rows, const std::vector<Part>& parts, const std::string& says) {
  std::vector<Bar> bars;
  std::vector<TableColumn> columns;
  for (const Part& part : present(rows, parts)) {
    chart.legend.push_back({box_sample(part.series), part.name});
    columns.push_back({part.name, [count = part.count](const RunResult& run) { return count_cell(count(run)); }});
  }
  for (const RunResult* run : rows) {
    bars.push_back(stack_of(*run, parts, cell_text(count_cell(sum_of(*run, parts)))));
  }
  chart.panels.push_back({"", bars_svg(bars, 1, says)});
  chart.table = table_of_rows(rows, columns);
}

DrawnRows with_any(const DrawnRows& rows, const std::vector<Part>& parts) {
  DrawnRows some;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(some),
               [&](const RunResult* run) { return sum_of(*run, parts) > 0; });
  return some;
}

void add_freshness(const DrawnRows& rows, std::vector<Chart>& charts) {
  DrawnRows stale;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(stale),
               [](const RunResult* run) { return run->consistency.stale_reads.value_or(0) > 0; });
  if (stale.empty()) return;
  std::vector<Bar> shares, ages;
  double most = 0, oldest = 0;
  for (const RunResult* run : stale) {
    const double share = static_cast<double>(*run->consistency.stale_reads) /
                         static_cast<double>(std::max<uint64_t>(answered(run->reads), 1));
    const double age = static_cast<double>(run->consistency.max_staleness_ns.value_or(0));
    most = std::max(most, share);
    oldest = std::max(oldest, age);
    shares.push_back({run->name, share_words(share), {{share, 4, share_words(share)}}});
    ages.push_back({run->name, time_words(age), {{age, 4, time_words(age)}}});
  }
  Chart chart{.id = "freshness",
              .title = "Freshness",
              .note =
                  "Reads that returned a value although a newer one had been acknowledged, and for how long it had "
                  "been. Rows without one are left out of the chart."};
  chart.panels = {{"Stale reads, share of all that were answered", bars_svg(shares, most, "Stale reads by row")},
                  {"The oldest stale read", bars_svg(ages, oldest, "Longest staleness by row")}};
  const auto counted_by = [](Maybe<uint64_t> Consistency::*count) {
    return [count](const RunResult& run) { return count_cell(run.consistency.*count); };
  };
  chart.table = table_of_rows(
      rows, {{"stale reads", counted_by(&Consistency::stale_reads)},
             {"staleness p99", [](const RunResult& run) { return latency_cell(run.consistency.p99_staleness_ns); }},
             {"staleness max", [](const RunResult& run) { return time_cell(run.consistency.max_staleness_ns); }},
             {"dirty reads", counted_by(&Consistency::dirty_reads)},
             {"non-monotonic reads", counted_by(&Consistency::non_monotonic_reads)},
             {"permanently stale keys", counted_by(&Consistency::stuck_keys)},
             {"lost writes", counted_by(&Consistency::lost_writes)}});
  charts.push_back(std::move(chart));
}

}  // namespace

std::vector<Chart> outcome_charts(const DrawnRows& rows) {
  std::vector<Chart> charts;
  if (const DrawnRows reading = with_any(rows, read_parts()); !reading.empty()) {
    Chart chart{.id = "reads", .title = "Where reads went", .note = "Each bar is all reads of a row; right: how many."};
    add_stacks(chart, reading, read_parts(), "Outcomes of reads as shares of all, one bar a row");
    charts.push_back(std::move(chart));
  }
  if (const DrawnRows missing = with_any(rows, miss_parts()); !missing.empty()) {
    Chart chart{
        .id = "misses", .title = "Misses by cause", .note = "Each bar is all misses of a row; right: how many."};
    add_stacks(chart, missing, miss_parts(), "Causes of misses as shares of all, one bar a row");
    charts.push_back(std::move(chart));
  }
  add_freshness(rows, charts);
  return charts;
}

}  // namespace hitbench::html
