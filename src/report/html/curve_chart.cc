// The HTML page of a set of curves.
#include <algorithm>

#include "base/units.h"
#include "report/curve_page.h"
#include "report/html/blocks.h"
#include "report/html/chart_parts.h"
#include "report/html/html.h"
#include "report/html/plot.h"

namespace hitbench {
namespace html {
namespace {

using Ratio = std::optional<double> (*)(const CurvePoint&);

std::optional<double> hit_ratio_of(const CurvePoint& point) { return point.hit_ratio; }
std::optional<double> byte_ratio_of(const CurvePoint& point) { return point.byte_hit_ratio; }

std::string size_text(const CurveSet& set, double size) {
  return set.unit == SizeUnit::bytes ? format_size(size) : count_words(size);
}

Axis size_axis(const CurveSet& set) {
  Range range;
  for (const PolicyCurve& curve : set.curves) {
    for (const CurvePoint& point : curve.points) range.add(static_cast<double>(point.size));
  }
  const Words words = [&set](double size) { return size_text(set, size); };
  return log_axis(set.unit == SizeUnit::bytes ? "size of the cache" : "entries in the cache", range, words);
}

Panel curve_panel(const CurveSet& set, const std::string& title, Ratio ratio) {
  Range range;
  range.add(0);
  range.add(set.ceiling_ratio());
  for (const PolicyCurve& curve : set.curves) {
    for (const CurvePoint& point : curve.points) range.add(ratio(point).value_or(0));
  }
  Plot plot(size_axis(set), linear_axis("", range, share_words));
  for (size_t series = 0; series < set.curves.size(); ++series) {
    const PolicyCurve& curve = set.curves[series];
    std::vector<Point> points;
    Band band;
    for (const CurvePoint& point : curve.points) {
      const auto size = static_cast<double>(point.size);
      const double share = ratio(point).value_or(not_measured());
      points.push_back({size, share});
      plot.dot(points.back(), series, curve.policy + ", " + size_text(set, size) + ": " + share_words(share));
      band.low.push_back({size, share - point.error.value_or(0)});
      band.high.push_back({size, share + point.error.value_or(0)});
    }
    if (set.sample && ratio == hit_ratio_of) plot.band(band, series);
    plot.line(points, series, curve.policy);
  }
  if (ratio == hit_ratio_of) plot.limit(set.ceiling_ratio(), "unlimited size: " + share_words(set.ceiling_ratio()));
  return {title, plot.svg(title + " over the size of the cache, one line a policy")};
}

Grid point_table(const CurveSet& set) {
  Grid table{.columns = columns_of({"policy", "size", "hits", "hit ratio", "byte hit ratio"}), .rows = {}};
  for (const PolicyCurve& curve : set.curves) {
    for (const CurvePoint& point : curve.points) {
      table.rows.push_back({text_cell(curve.policy), text_cell(size_text(set, static_cast<double>(point.size))),
                            count_cell(point.hits), number_cell(point.hit_ratio, CellUnit::share),
                            number_cell(point.byte_hit_ratio, CellUnit::share)});
    }
  }
  return table;
}

Chart chart_of(const CurveSet& set) {
  Chart chart{.id = "curves",
              .title = "Hit ratio by cache size",
              .note = "Sizes are as far apart as their factor; the dashed line is what an unlimited size would reach.",
              .leads = true};
  for (size_t i = 0; i < set.curves.size(); ++i) chart.legend.push_back({line_sample(i), set.curves[i].policy});
  chart.panels.push_back(curve_panel(set, "Hit ratio", hit_ratio_of));
  if (set.has_sizes() && !set.equal_sizes) chart.panels.push_back(curve_panel(set, "Byte hit ratio", byte_ratio_of));
  chart.table = point_table(set);
  return chart;
}

}  // namespace
}  // namespace html

std::string report_curve_html(const CurveReport& report) {
  const Page page = page_of(report);
  html::HtmlParts parts{.title = "Hit ratio by cache size: " + report.trace,
                        .blocks = html::blocks_html(page),
                        .details = html::details_html(page),
                        .footer = html::footer_html(page),
                        .charts = {html::chart_of(report.set)},
                        .attached = {}};
  parts.attached.push_back({.label = "",
                            .environment_json = "",
                            .scenario_json = "",
                            .file_name = "hitbench-curve",
                            .data = html::data_of(report.json)});
  return html::document_html(parts);
}

}  // namespace hitbench
