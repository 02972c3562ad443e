// The changes of a verdict, metric by metric, with the pairs behind each.
#include <algorithm>

#include "judge/format.h"
#include "report/html/chart_parts.h"
#include "report/html/lanes.h"
#include "report/html/verdict_rows.h"
#include "report/verdict_sections.h"

namespace hitbench::html {
namespace {

// The change from base to candidate in each pair that has both sides. Of counts per operation the slots keep no more
// than the counts.
std::vector<double> pairs_of(const Verdict& verdict, const VerdictItem& item) {
  std::vector<double> changes;
  if (item.basis == "per operation") return changes;
  const std::string name = item.row + ": " + item.metric;
  const std::vector<Sides> pairs = pairs_with(verdict, [&](const VerdictSlot& slot) {
    const auto value = slot.values.find(name);
    return value != slot.values.end() ? Maybe<double>(value->second) : std::nullopt;
  });
  for (const Sides& pair : pairs) {
    const double difference = pair.candidate - pair.base;
    if (item.basis == "points") changes.push_back(difference);
    if (item.basis != "points" && pair.base != 0) changes.push_back(difference / pair.base);
  }
  return changes;
}

std::string change_words(double change) { return format_change(change, {}); }

size_t series_of(Word word) {
  if (word == Word::regressed || word == Word::invalid) return 1;
  if (word == Word::suspect || word == Word::inconclusive) return 4;
  return word == Word::improved ? 2 : 0;
}

Strip strip_of(const Verdict& verdict, const VerdictItem& item) {
  Strip strip{.label = label_of(item),
              .figure = verdict_cell(item).text,
              .series = series_of(item.verdict),
              .dots = thinned(pairs_of(verdict, item)),
              .middle = item.change,
              .interval = change_interval(item)};
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

}  // namespace

std::vector<Chart> charts_of(const Verdict& verdict) {
  std::vector<Chart> charts;
  for (Chart& chart : std::vector<Chart>{changes_chart(verdict), ratios_chart(verdict)}) {
    if (!chart.panels.empty()) charts.push_back(std::move(chart));
  }
  return charts;
}

}  // namespace hitbench::html
