// The candidate divided by the base at each percentile of a distribution: a change of the whole distribution is a level
// line, one of the tail alone rises at the right. With the pairs of the slots as dots. A percentile that was judged has
// the estimate and the interval of its verdict; any other that the slots have, those of all pairs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/html/chart_parts.h"
#include "report/html/plot.h"
#include "report/html/verdict_rows.h"
#include "report/verdict_sections.h"
#include "stats/hodges_lehmann.h"

namespace hitbench::html {
namespace {

struct PercentileRatio {
  std::string percentile;  // "p99_9"
  double nines = 0, change = 0;
  Maybe<Interval> interval;   // of the change
  std::vector<double> pairs;  // ratios
  const VerdictItem* judged = nullptr;
};

struct RatiosOf {
  std::string name;  // "read.response"
  std::vector<PercentileRatio> ratios;
  double delta = 0;
};

Maybe<double> nines_in(const std::string& metric) {
  if (!is_metric(metric)) return std::nullopt;  // of another version
  const Maybe<PercentileValues> values = percentile_values(RunResult{}, metric);
  return values ? Maybe<double>(nines_of(values->quantile)) : std::nullopt;
}

// "read.response.p99_9" is p99_9 of read.response.
std::pair<std::string, std::string> split_percentile(const std::string& metric) {
  const std::string name = full_metric_name(metric);
  const size_t dot = name.rfind('.');
  return {name.substr(0, dot), name.substr(dot + 1)};
}

// Of the place-th percentile that the slots have of it; they may have none.
std::vector<double> percentile_pairs(const Verdict& verdict, const std::string& of, size_t place) {
  const std::vector<Sides> sides = pairs_with(verdict, [&](const VerdictSlot& slot) -> Maybe<double> {
    for (const SlotPercentiles& percentiles : slot.percentiles) {
      if (percentiles.of == of && place < percentiles.ns.size()) return percentiles.ns[place];
    }
    return std::nullopt;
  });
  std::vector<double> ratios;
  for (const Sides& pair : sides) {
    if (pair.base > 0 && pair.candidate > 0) ratios.push_back(pair.candidate / pair.base);
  }
  return ratios;
}

void estimate_of_pairs(PercentileRatio& ratio) {
  std::vector<double> logs;
  for (const double pair : ratio.pairs) logs.push_back(std::log(pair));
  const Estimate estimate = hodges_lehmann(logs);
  ratio.change = std::expm1(estimate.value);
  if (estimate.low && estimate.high) {
    ratio.interval = Interval{.low = std::expm1(*estimate.low), .high = std::expm1(*estimate.high)};
  }
}

RatiosOf& ratios_named(std::vector<RatiosOf>& all, const std::string& name) {
  const auto known = std::find_if(all.begin(), all.end(), [&](const RatiosOf& one) { return one.name == name; });
  return known != all.end() ? *known : all.emplace_back(RatiosOf{.name = name, .ratios = {}});
}

void add_judged(const Items& items, std::vector<RatiosOf>& all) {
  for (const VerdictItem* item : items) {
    const Maybe<double> nines = nines_in(item->metric);
    if (!nines) continue;
    const auto [distribution, percentile] = split_percentile(item->metric);
    RatiosOf& to = ratios_named(all, distribution);
    to.delta = std::max(to.delta, item->delta);
    to.ratios.push_back({.percentile = percentile,
                         .nines = *nines,
                         .change = *item->change,
                         .interval = change_interval(*item),
                         .pairs = {},
                         .judged = item});
  }
}

void add_others(const Verdict& verdict, const std::string& row, std::vector<RatiosOf>& all) {
  for (const char* name : kSlotDistributions) {
    for (size_t i = 0; i < verdict.percentiles.size(); ++i) {
      const std::string& percentile = verdict.percentiles[i];
      const Maybe<double> nines = nines_in(std::string(name) + "." + percentile);
      std::vector<double> pairs = percentile_pairs(verdict, row + ": " + name, i);
      if (!nines || pairs.empty()) continue;
      std::vector<PercentileRatio>& ratios = ratios_named(all, name).ratios;
      const auto judged = std::find_if(ratios.begin(), ratios.end(),
                                       [&](const PercentileRatio& ratio) { return ratio.percentile == percentile; });
      if (judged != ratios.end()) {
        judged->pairs = std::move(pairs);
        continue;
      }
      ratios.push_back({.percentile = percentile, .nines = *nines, .interval = {}, .pairs = std::move(pairs)});
      estimate_of_pairs(ratios.back());
    }
  }
}

std::vector<RatiosOf> distributions_of(const Verdict& verdict, const std::string& row, const Items& items) {
  std::vector<RatiosOf> all;
  add_judged(items, all);
  add_others(verdict, row, all);
  std::erase_if(all, [](const RatiosOf& one) { return one.ratios.size() < 2; });
  for (RatiosOf& one : all) {
    std::sort(one.ratios.begin(), one.ratios.end(),
              [](const PercentileRatio& a, const PercentileRatio& b) { return a.nines < b.nines; });
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

// Of what the intervals say; a pair that lies far outside stands at the edge.
Axis ratio_axis(const std::vector<RatiosOf>& all, double delta) {
  Range range;
  for (const RatiosOf& one : all) {
    for (const PercentileRatio& ratio : one.ratios) {
      range.add(1 + ratio.change);
      if (ratio.interval) range.add(1 + ratio.interval->low), range.add(1 + ratio.interval->high);
    }
  }
  range.add(1 - delta);
  range.add(1 + delta);
  return linear_axis("", range, factor_words);
}

void draw_ratios(const RatiosOf& one, size_t series, Plot& plot) {
  Band band;
  std::vector<Point> line, dots;
  for (const PercentileRatio& ratio : one.ratios) {
    const Interval interval = ratio.interval.value_or(Interval{.low = ratio.change, .high = ratio.change});
    band.low.push_back({ratio.nines, 1 + interval.low});
    band.high.push_back({ratio.nines, 1 + interval.high});
    line.push_back({ratio.nines, 1 + ratio.change});
    for (const double pair : thinned(ratio.pairs)) dots.push_back({ratio.nines, pair});
  }
  plot.band(band, series);
  plot.line(line, series, one.name);
  plot.dots(dots, series);
  for (size_t i = 0; i < line.size(); ++i) {
    plot.dot(line[i], series, factor_words(line[i].y), one.ratios[i].judged == nullptr);
  }
}

Panel ratio_panel(const std::string& row, const std::vector<RatiosOf>& all, Chart& chart) {
  double delta = 0;
  for (const RatiosOf& one : all) delta = std::max(delta, one.delta);
  Plot plot(percentile_axis(), ratio_axis(all, delta));
  if (delta > 0) plot.shade_rows(1 - delta, 1 + delta, "too small to count");
  plot.limit(1, "no change");
  for (const RatiosOf& one : all) draw_ratios(one, series_named(one.name, chart), plot);
  return {row, plot.svg("Candidate divided by base at each percentile of " + row)};
}

void add_ratio_rows(const std::string& row, const std::vector<RatiosOf>& all, Grid& table) {
  for (const RatiosOf& one : all) {
    for (const PercentileRatio& ratio : one.ratios) {
      VerdictItem item{.metric = one.name + "." + ratio.percentile, .change = ratio.change};
      if (ratio.interval) item.change_low = ratio.interval->low, item.change_high = ratio.interval->high;
      table.rows.push_back({text_cell(row), text_cell(item.metric),
                            change_cell(ratio.judged != nullptr ? *ratio.judged : item), count_cell(ratio.pairs.size()),
                            text_cell(ratio.judged != nullptr ? verdict_cell(*ratio.judged).text : "not judged")});
    }
  }
}

}  // namespace

Chart ratios_chart(const Verdict& verdict) {
  Chart chart{.id = "ratios",
              .title = "Candidate / base by percentile",
              .note =
                  "A large dot is the estimate, the band its 95 % interval, the small dots the pairs. A ring was not "
                  "judged: its estimate is that of all pairs. Shaded in gray: ratios that are too close to 1 to count.",
              .leads = true};
  chart.table.columns = columns_of({"row", "percentile", "change [95 %]", "pairs", "verdict"});
  for (const auto& [row, items] : items_by_row(verdict)) {
    const std::vector<RatiosOf> all = distributions_of(verdict, row, items);
    if (all.empty()) continue;
    chart.panels.push_back(ratio_panel(row, all, chart));
    add_ratio_rows(row, all, chart.table);
  }
  return chart;
}

}  // namespace hitbench::html
