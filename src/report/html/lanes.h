// Charts with one lane a row, its name above it, as SVG: bars of parts, and dots along a common axis with their
// interval. Knows nothing of results. Every text is escaped here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/html/axis.h"
#include "stats/interval.h"

namespace hitbench::html {

struct BarPart {
  double value = 0;
  size_t series = 0;
  std::string title;
};

struct Bar {
  std::string label, figure;  // above it, at its left and right end
  std::vector<BarPart> parts;
};

// A bar of the length `full` has the whole width.
std::string bars_svg(const std::vector<Bar>& bars, double full, const std::string& says);

struct Strip {
  std::string label, figure;
  size_t series = 0;
  std::vector<double> dots;
  std::optional<double> middle;
  std::optional<Interval> interval;
  std::optional<Interval> band;  // shaded, behind the dots
  bool is_shaded = false;        // all of it
};

std::string strips_svg(const std::vector<Strip>& strips, const Axis& axis, const std::string& says);

}  // namespace hitbench::html
