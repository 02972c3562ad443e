// A run second by second, with the faults that the scenario injected and the moments of time_marks.h. Long runs are
// drawn in steps of several seconds, so that the page stays small.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "report/document.h"
#include "report/html/chart_parts.h"
#include "report/html/plot.h"
#include "report/html/time_marks.h"

namespace hitbench::html {
namespace {

constexpr size_t kMostPoints = 144, kFewestPoints = 12;  // of all rows together; of one

// Some seconds as one: rates are their mean, the percentile is their highest.
struct Step {
  double begin_s = 0, length_s = 0;
  uint64_t operations = 0, reads = 0, hits = 0, failed = 0;
  Maybe<uint64_t> origin_loads;      // of a row with an origin
  Maybe<uint64_t> expired, evicted;  // misses for this cause, where it is known
  Maybe<int64_t> read_p99_ns;

  Maybe<double> per_second(uint64_t count) const {
    return length_s > 0 ? Maybe<double>(static_cast<double>(count) / length_s) : std::nullopt;
  }
  Maybe<double> hit_ratio() const {
    return reads > 0 ? Maybe<double>(static_cast<double>(hits) / static_cast<double>(reads)) : std::nullopt;
  }
  double middle_s() const { return begin_s + length_s / 2; }
};

void add_second(Step& step, const SecondResult& second) {
  step.operations += second.operations;
  step.reads += second.reads;
  step.hits += second.hits;
  step.failed += second.failed;
  if (step.origin_loads) *step.origin_loads += second.origin_loads;
  if (second.expired) step.expired = step.expired.value_or(0) + *second.expired;
  if (second.evicted) step.evicted = step.evicted.value_or(0) + *second.evicted;
  if (second.read_p99_ns) step.read_p99_ns = std::max(step.read_p99_ns.value_or(0), *second.read_p99_ns);
}

// The last second may be a part of one. Less than a twentieth of it is no basis for a rate.
std::vector<Step> steps_of(const RunResult& run, size_t seconds_each) {
  const double duration_s = static_cast<double>(run.duration_ns) / 1e9;
  std::vector<Step> steps;
  for (size_t i = 0; i < run.series.size(); ++i) {
    const double begin = static_cast<double>(i);
    if (i % seconds_each == 0) {
      steps.push_back({.begin_s = begin});
      if (run.has_origin()) steps.back().origin_loads = 0;
    }
    const bool is_last = i + 1 == run.series.size();
    const double rest = is_last && duration_s > begin ? duration_s - begin : 1;
    steps.back().length_s += rest < 0.05 ? 0 : std::min(rest, 1.0);
    add_second(steps.back(), run.series[i]);
  }
  return steps;
}

struct Drawn {
  std::vector<std::vector<Step>> steps;  // of each row
  size_t seconds_each = 1;
  double end_s = 0;
};

Drawn drawn_of(const DrawnRows& rows) {
  size_t longest = 0;
  for (const RunResult* run : rows) longest = std::max(longest, run->series.size());
  Drawn drawn{.end_s = static_cast<double>(longest)};
  const size_t most = std::max(kMostPoints / std::max<size_t>(rows.size(), 1), kFewestPoints);
  drawn.seconds_each = std::max<size_t>((longest + most - 1) / most, 1);
  for (const RunResult* run : rows) drawn.steps.push_back(steps_of(*run, drawn.seconds_each));
  return drawn;
}

struct Outage {
  double begin_s, end_s;
  std::string words;
};

double seconds_in(const Document& fault, const char* name, double fallback) {
  const std::optional<Duration> duration = parse_duration(word_at(fault, {name}));
  return duration ? static_cast<double>(duration->count()) / 1e9 : fallback;
}

// What happened meanwhile.
struct Events {
  std::vector<Outage> outages;
  std::vector<TimeMark> marks;
};

std::vector<Outage> outages_of(const Result& result, double end_s) {
  std::vector<Outage> outages;
  const Document faults = value_at(document_of(result.scenario_json), {"faults"});
  if (!faults.is_array()) return outages;
  for (const Document& fault : faults) {
    const double at = seconds_in(fault, "at", -1);
    if (at < 0 || at > end_s) continue;
    std::string words = word_at(fault, {"target"});
    add_part(words, word_at(fault, {"action"}), ": ");
    outages.push_back({at, std::min(at + seconds_in(fault, "for", end_s), end_s), words});
  }
  return outages;
}

struct Measure {
  std::string title;
  Maybe<double> (*value)(const Step&);
  Words words;
  bool is_log = false, is_share = false;
};

const std::vector<Measure>& measures() {
  static const std::vector<Measure> all = {
      {"Operations per second", [](const Step& step) { return step.per_second(step.operations); }, count_words},
      {"p99 of reads",
       [](const Step& step) {
         return step.read_p99_ns ? Maybe<double>(static_cast<double>(*step.read_p99_ns)) : std::nullopt;
       },
       time_words, true},
      {"Hit ratio", [](const Step& step) { return step.hit_ratio(); }, share_words, false, true},
      {"Origin loads per second",
       [](const Step& step) { return step.origin_loads ? step.per_second(*step.origin_loads) : std::nullopt; },
       count_words}};
  return all;
}

Axis value_axis(const Measure& measure, const Drawn& drawn) {
  Range range;
  if (!measure.is_log) range.add(0);
  if (measure.is_share) range.add(1);
  for (const std::vector<Step>& steps : drawn.steps) {
    for (const Step& step : steps) range.add(number_or_none(measure.value(step)));
  }
  return measure.is_log ? log_axis("", range, measure.words) : linear_axis("", range, measure.words);
}

Panel panel_of(const Measure& measure, const Drawn& drawn, const DrawnRows& rows, const Events& events) {
  const Axis seconds = linear_axis("seconds", {.low = 0, .high = drawn.end_s, .empty = false}, count_words);
  Plot plot(seconds, value_axis(measure, drawn));
  for (const Outage& outage : events.outages) plot.shade(outage.begin_s, outage.end_s, outage.words);
  for (const TimeMark& mark : events.marks) plot.moment(mark.at_s, mark.text, mark.title);
  for (size_t i = 0; i < rows.size(); ++i) {
    std::vector<Point> points;
    for (const Step& step : drawn.steps[i]) points.push_back({step.middle_s(), number_or_none(measure.value(step))});
    plot.line(points, i, rows[i]->name);
  }
  return {measure.title, plot.svg(measure.title + " over time, one line a row")};
}

Grid table_over_time(const Drawn& drawn, const DrawnRows& rows) {
  Grid table;
  table.columns = columns_of({"row", "from second", "operations", "reads", "hits", "failed", "origin loads", "expired",
                              "evicted", "read p99"});
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const Step& step : drawn.steps[i]) {
      table.rows.push_back({name_cell(*rows[i]), number_cell(step.begin_s, CellUnit::count),
                            count_cell(step.operations), count_cell(step.reads), count_cell(step.hits),
                            count_cell(step.failed), count_cell(step.origin_loads), count_cell(step.expired),
                            count_cell(step.evicted), latency_cell(step.read_p99_ns)});
    }
  }
  return table;
}

}  // namespace

std::vector<Chart> time_charts(const Result& result, const DrawnRows& rows) {
  const Drawn drawn = drawn_of(rows);
  if (drawn.end_s < 2) return {};
  const Events events{.outages = outages_of(result, drawn.end_s), .marks = time_marks(rows)};
  Chart chart{.id = "time", .title = "Over time", .note = "From the start of measuring"};
  add_part(chart.note, warm_up_words(rows), ": ");
  chart.note += ".";
  if (drawn.seconds_each > 1) {
    chart.note +=
        fmt::format(" A point stands for {} seconds: their sums, and the highest of their p99.", drawn.seconds_each);
  }
  if (!events.outages.empty()) chart.note += " Shaded: faults that the scenario injected.";
  if (const std::string words = first_second_words(rows); !words.empty()) {
    chart.note += " Reads missed in the first second already because of: " + words + ".";
  }
  if (!events.marks.empty()) {
    chart.note += " Dashed: the second with a row's first misses of expired, or evicted, entries.";
  }
  chart.legend = row_legend(rows);
  for (const Measure& measure : measures()) {
    const auto any = [&](const std::vector<Step>& steps) {
      return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return measure.value(step).has_value(); });
    };
    if (std::none_of(drawn.steps.begin(), drawn.steps.end(), any)) continue;
    chart.panels.push_back(panel_of(measure, drawn, rows, events));
  }
  chart.table = table_over_time(drawn, rows);
  return {chart};
}

}  // namespace hitbench::html
