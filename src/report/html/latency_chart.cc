// Latency by percentile: reads that the cache answered, and reads that waited for the origin. The two are of different
// shapes, and in one line the slow ones would hide in the tail of the quick.
#include <algorithm>
#include <array>
#include <cmath>

#include "metrics/histogram.h"
#include "report/html/chart_parts.h"
#include "report/html/plot.h"
#include "stats/quantile.h"

namespace hitbench::html {
namespace {

constexpr double kSteps = 6;           // points for each factor of ten in the number of values above
constexpr double kNines = 4;           // to p99.99
constexpr uint64_t kValuesAbove = 10;  // as for the percentiles of a result: fewer say nothing

struct Distribution {
  const RunResult* run;
  size_t series;
  std::string kind;  // "hits"
  Histogram histogram;
  const Percentiles* told = nullptr;  // where it is one of the result's own
};

// Of all reads, those that did not wait for the origin: every value of `loaded` is one of `all`.
Histogram without(const Histogram& all, const Histogram& loaded) {
  Histogram rest;
  for (size_t i = 0; i < Histogram::kBuckets; ++i) {
    const uint64_t both = all.count_at(i), some = loaded.count_at(i);
    if (both > some) rest.record(Histogram::lowest_of(i), both - some);
  }
  return rest;
}

struct Kinds {
  std::vector<Distribution> hits, misses;
};

Kinds kinds_of(const DrawnRows& rows) {
  Kinds kinds;
  for (size_t i = 0; i < rows.size(); ++i) {
    const RunResult& run = *rows[i];
    if (run.read.response.histogram.empty()) continue;
    const Histogram all = Histogram::decode_v2(run.read.response.histogram);
    if (run.loaded.histogram.empty()) {
      const bool only_hits = run.reads.miss + run.reads.coalesced == 0;  // an older result does not keep the others
      kinds.hits.push_back({&run, i, only_hits ? "hits" : "all", all, &run.read.response});
      continue;
    }
    const Histogram loaded = Histogram::decode_v2(run.loaded.histogram);
    kinds.misses.push_back({&run, i, "misses", loaded, &run.loaded});
    if (Histogram hits = without(all, loaded); hits.count() > 0) kinds.hits.push_back({&run, i, "hits", hits});
  }
  return kinds;
}

double quantile_at(double nines) { return 1 - std::pow(10, -nines); }

bool enough(const Histogram& histogram, double quantile) {
  return static_cast<double>(histogram.count()) * (1 - quantile) >= kValuesAbove * (1 - 1e-9);
}

double value_of_rank(const Histogram& histogram, double rank) {
  const double count = static_cast<double>(histogram.count());
  const auto whole = static_cast<uint64_t>(std::clamp(std::ceil(rank), 1.0, count));
  return static_cast<double>(Histogram::highest_of(histogram.index_of_rank(whole)));
}

// The values whose ranks are as far apart as the percentile's is uncertain; the binomial distribution of the rank as a
// normal one, which is close enough for a shade.
void add_bounds(const Histogram& histogram, double quantile, double nines, Band& band) {
  const double count = static_cast<double>(histogram.count()), rank = count * quantile;
  const double scatter = normal_quantile(0.975) * std::sqrt(rank * (1 - quantile));
  band.low.push_back({nines, value_of_rank(histogram, rank - scatter)});
  band.high.push_back({nines, value_of_rank(histogram, rank + scatter + 1)});
}

struct Curve {
  std::vector<Point> points;
  Band band;
};

Curve curve_of(const Histogram& histogram) {
  Curve curve;
  for (double step = 0; step <= kNines * kSteps; ++step) {
    const double nines = step / kSteps, quantile = quantile_at(nines);
    if (!enough(histogram, quantile)) break;
    curve.points.push_back({nines, value_of_rank(histogram, static_cast<double>(histogram.count()) * quantile)});
    add_bounds(histogram, quantile, nines, curve.band);
  }
  return curve;
}

Panel panel_of(const std::string& title, const std::vector<Distribution>& all) {
  Range range;
  std::vector<Curve> curves;
  for (const Distribution& each : all) {
    curves.push_back(curve_of(each.histogram));
    for (const Point& point : curves.back().points) range.add(std::max(point.y, 1.0));
  }
  Plot plot(percentile_axis(), log_axis("", range, time_words));
  for (size_t i = 0; i < all.size(); ++i) {
    plot.band(curves[i].band, all[i].series);
    plot.line(curves[i].points, all[i].series, all[i].run->name);
  }
  return {title, plot.svg(title + ": response time by percentile, one line a row")};
}

struct Named {
  const char* head;
  double quantile;
  Maybe<int64_t> Percentiles::*told;
};
constexpr std::array kTold = {
    Named{"p50", 0.5, &Percentiles::p50_ns},  Named{"p90", 0.9, &Percentiles::p90_ns},
    Named{"p99", 0.99, &Percentiles::p99_ns}, Named{"p99.9", 0.999, &Percentiles::p99_9_ns},
    Named{"p99.99", 0.9999, nullptr},
};

Cell percentile_cell(const Distribution& each, const Named& named) {
  if (each.told != nullptr && named.told != nullptr) return latency_cell(each.told->*named.told);
  if (!enough(each.histogram, named.quantile)) return nothing_cell();
  return latency_cell(Maybe<int64_t>(each.histogram.quantile(named.quantile)));
}

void add_rows(const std::vector<Distribution>& all, Grid& table) {
  for (const Distribution& each : all) {
    std::vector<Cell> cells{name_cell(*each.run), text_cell(each.kind), count_cell(each.histogram.count())};
    for (const Named& named : kTold) cells.push_back(percentile_cell(each, named));
    cells.push_back(latency_cell(Maybe<int64_t>(each.histogram.max())));
    table.rows.push_back(std::move(cells));
  }
}

}  // namespace

std::vector<Chart> latency_charts(const DrawnRows& rows) {
  const Kinds kinds = kinds_of(rows);
  if (kinds.hits.empty() && kinds.misses.empty()) return {};
  Chart chart{.id = "latency",
              .title = "Latency by percentile",
              .note =
                  "Response times of reads. Each step to the right has a tenth of the reads above it. Shaded: the "
                  "95 % interval of the percentile, if reads were independent.",
              .legend = row_legend(rows)};
  if (!kinds.hits.empty()) chart.panels.push_back(panel_of(kinds.misses.empty() ? "Reads" : "Hits", kinds.hits));
  if (!kinds.misses.empty()) chart.panels.push_back(panel_of("Misses: reads that waited for the origin", kinds.misses));
  chart.table.columns = columns_of({"row", "reads", "timed"});
  for (const Named& named : kTold) chart.table.columns.push_back({.head = {named.head}});
  chart.table.columns.push_back({.head = {"max"}});
  add_rows(kinds.hits, chart.table);
  add_rows(kinds.misses, chart.table);
  return {chart};
}

}  // namespace hitbench::html
