// The changes of a verdict: by percentile, and metric by metric with the pairs behind each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "judge/format.h"
#include "report/html/chart_parts.h"
#include "report/html/lanes.h"
#include "report/html/plot.h"
#include "report/verdict_sections.h"

namespace hitbench::html {
namespace {

using Items = std::vector<const VerdictItem*>;

bool has_change(const VerdictItem& item) { return item.change && std::isfinite(*item.change); }

// In the order of the verdict, with a change that has a size.
std::vector<std::pair<std::string, Items>> items_by_row(const Verdict& verdict) {
  std::vector<std::pair<std::string, Items>> rows;
  for (const VerdictItem& item : verdict.items) {
    if (item.metric.empty() || !has_change(item)) continue;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.first == item.row; });
    if (row == rows.end()) row = rows.insert(rows.end(), {item.row, {}});
    row->second.push_back(&item);
  }
  return rows;
}

// The change from base to candidate in each pair that has both sides. Of counts per operation the slots keep no more
// than the counts.
std::vector<double> pairs_of(const Verdict& verdict, const VerdictItem& item) {
  std::vector<double> changes;
  if (item.basis == "per operation") return changes;
  const std::string name = item.row + ": " + item.metric;
  std::map<std::pair<int, int>, std::map<std::string, double>> sides;
  for (const VerdictSlot& slot : verdict.slots) {
    const auto value = slot.values.find(name);
    if (!slot.failure && value != slot.values.end()) sides[{slot.stage, slot.pair}][slot.side] = value->second;
  }
  for (const auto& [pair, values] : sides) {
    const auto base = values.find("base"), candidate = values.find("candidate");
    if (base == values.end() || candidate == values.end()) continue;
    const double difference = candidate->second - base->second;
    if (item.basis == "points") changes.push_back(difference);
    if (item.basis != "points" && base->second != 0) changes.push_back(difference / base->second);
  }
  return changes;
}

std::string change_words(double change) { return format_change(change, {}); }

size_t series_of(Word word) {
  if (word == Word::regressed || word == Word::invalid) return 1;
  if (word == Word::suspect || word == Word::inconclusive) return 4;
  return word == Word::improved ? 2 : 0;
}

Maybe<Interval> interval_of(const VerdictItem& item) {
  if (!item.change_low || !item.change_high) return std::nullopt;
  return Interval{.low = *item.change_low, .high = *item.change_high};
}

Strip strip_of(const Verdict& verdict, const VerdictItem& item) {
  Strip strip{.label = label_of(item),
              .figure = verdict_cell(item).text,
              .series = series_of(item.verdict),
              .dots = pairs_of(verdict, item),
              .middle = item.change,
              .interval = interval_of(item)};
  if (item.delta > 0) strip.band = Interval{.low = -item.delta, .high = item.delta};
  return strip;
}

// Around what the intervals say; a pair that lies far outside stands at the edge.
Range range_of(const std::vector<Strip>& strips) {
  Range range;
  for (const Strip& strip : strips) {
    range.add(*strip.middle);
    if (strip.interval) range.add(strip.interval->low), range.add(strip.interval->high);
    if (strip.band) range.add(strip.band->low), range.add(strip.band->high);
  }
  const double margin = 0.1 * (range.high - range.low);
  return {.low = range.low - margin, .high = range.high + margin, .empty = false};
}

Chart changes_chart(const Verdict& verdict) {
  Chart chart{.id = "changes",
              .title = "Change by metric",
              .note =
                  "Of the candidate against the base. A small dot is a pair, the large one their middle, the bar its "
                  "95 % interval. Shaded: changes that are too small to count. Of hit ratios and other shares, 1 % "
                  "stands for a point.",
              .leads = true};
  chart.table.columns = columns_of({"row", "metric", "base", "candidate", "change [95 %]", "verdict"});
  for (const auto& [row, items] : items_by_row(verdict)) {
    std::vector<Strip> strips;
    for (const VerdictItem* item : items) {
      strips.push_back(strip_of(verdict, *item));
      const auto [base, candidate] = value_cells(*item);
      chart.table.rows.push_back(
          {text_cell(row), text_cell(label_of(*item)), base, candidate, change_cell(*item), verdict_cell(*item)});
    }
    const Axis axis = linear_axis("change of the candidate", range_of(strips), change_words);
    chart.panels.push_back({row, strips_svg(strips, axis, "Changes of " + row + ", one line a metric")});
  }
  return chart;
}

// "read.response.p99_9" is 3 nines of "read.response".
struct PercentileOf {
  std::string distribution;
  double nines = 0;
};

Maybe<PercentileOf> percentile_of_item(const VerdictItem& item) {
  const Maybe<PercentileValues> values = percentile_values(RunResult{}, item.metric);
  if (!values) return std::nullopt;
  const std::string name = full_metric_name(item.metric);
  return PercentileOf{name.substr(0, name.rfind('.')), nines_of(values->quantile)};
}

struct Ratios {
  std::vector<Point> points;
  Band band;
  double delta = 0;
};

std::map<std::string, Ratios> ratios_of(const Items& items) {
  std::map<std::string, std::vector<std::pair<double, const VerdictItem*>>> sorted;
  for (const VerdictItem* item : items) {
    if (const auto percentile = percentile_of_item(*item)) {
      sorted[percentile->distribution].emplace_back(percentile->nines, item);
    }
  }
  std::map<std::string, Ratios> all;
  for (auto& [distribution, points] : sorted) {
    if (points.size() < 2) continue;
    std::sort(points.begin(), points.end());
    Ratios& ratios = all[distribution];
    for (const auto& [nines, item] : points) {
      ratios.points.push_back({nines, 1 + *item->change});
      ratios.band.low.push_back({nines, 1 + item->change_low.value_or(*item->change)});
      ratios.band.high.push_back({nines, 1 + item->change_high.value_or(*item->change)});
      ratios.delta = std::max(ratios.delta, item->delta);
    }
  }
  return all;
}

std::string factor_words(double factor) { return fmt::format("{:.3g}x", factor); }

// One series for each distribution, whichever rows have it.
size_t series_named(const std::string& distribution, Chart& chart) {
  const auto known = std::find_if(chart.legend.begin(), chart.legend.end(),
                                  [&](const LegendEntry& entry) { return entry.text == distribution; });
  const auto series = static_cast<size_t>(known - chart.legend.begin());
  if (known == chart.legend.end()) chart.legend.push_back({line_sample(series), distribution});
  return series;
}

Panel ratio_panel(const std::string& row, const std::map<std::string, Ratios>& all, Chart& chart) {
  Range range;
  double delta = 0;
  for (const auto& [distribution, ratios] : all) {
    for (const Point& point : ratios.band.low) range.add(point.y);
    for (const Point& point : ratios.band.high) range.add(point.y);
    delta = std::max(delta, ratios.delta);
  }
  range.add(1 - delta);
  range.add(1 + delta);
  Plot plot(percentile_axis(), linear_axis("", range, factor_words));
  if (delta > 0) plot.shade_rows(1 - delta, 1 + delta, "too small to count");
  plot.limit(1, "no change");
  for (const auto& [distribution, ratios] : all) {
    const size_t series = series_named(distribution, chart);
    plot.band(ratios.band, series);
    plot.line(ratios.points, series, distribution);
    for (const Point& point : ratios.points) plot.dot(point, series, factor_words(point.y));
  }
  return {row, plot.svg("Candidate divided by base at each percentile of " + row)};
}

Chart ratios_chart(const Verdict& verdict) {
  Chart chart{.id = "ratios",
              .title = "Candidate / base by percentile",
              .note = "With 95 % intervals. Shaded in gray: ratios that are too close to 1 to count.",
              .leads = true};
  chart.table.columns = columns_of({"row", "percentile", "change [95 %]"});
  for (const auto& [row, items] : items_by_row(verdict)) {
    const std::map<std::string, Ratios> all = ratios_of(items);
    if (all.empty()) continue;
    chart.panels.push_back(ratio_panel(row, all, chart));
    for (const VerdictItem* item : items) {
      if (percentile_of_item(*item)) {
        chart.table.rows.push_back({text_cell(row), text_cell(label_of(*item)), change_cell(*item)});
      }
    }
  }
  return chart;
}

}  // namespace

std::vector<Chart> charts_of(const Verdict& verdict) {
  std::vector<Chart> charts;
  for (Chart& chart : std::vector<Chart>{changes_chart(verdict), ratios_chart(verdict)}) {
    if (!chart.panels.empty()) charts.push_back(std::move(chart));
  }
  return charts;
}

}  // namespace hitbench::html
