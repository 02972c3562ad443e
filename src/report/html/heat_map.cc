#include "report/html/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/html/plot.h"

namespace hitbench::html {
namespace {

constexpr size_t kShades = 5;

// Of a cell: 0 is empty, kShades is the fullest. Each shade is several times as many as the one below it.
size_t shade_of(double value, double most) {
  if (value <= 0) return 0;
  if (most <= 1) return kShades;
  const double place = std::log(std::max(value, 1.0)) / std::log(most);
  return 1 + static_cast<size_t>(std::clamp(place, 0.0, 1.0) * (kShades - 1) + 0.5);
}

double most_in(const std::vector<std::vector<double>>& cells) {
  double most = 0;
  for (const std::vector<double>& column : cells) {
    for (const double value : column) most = std::max(most, value);
  }
  return most;
}

}  // namespace

// One path a shade, in units of cells, which have the fewest digits; neighbors of one shade in a row of cells are one
// stroke.
std::string HeatMap::svg(const std::string& says) const {
  const double most = most_in(cells);
  const size_t levels = cells.empty() ? 0 : cells.front().size();
  std::array<std::string, kShades + 1> paths;
  for (size_t level = 0; level < levels; ++level) {
    for (size_t i = 0; i < cells.size();) {
      const size_t shade = shade_of(cells[i][level], most), begin = i;
      while (i < cells.size() && shade_of(cells[i][level], most) == shade) ++i;
      paths[shade] += fmt::format("M{} {}h{}", begin, level, i - begin);
    }
  }
  const Area area;
  const double width = area.width() / static_cast<double>(std::max<size_t>(cells.size(), 1));
  const double height = area.height() / static_cast<double>(std::max<size_t>(levels, 1));
  constexpr double kOverlap = 0.3;  // between levels, against a line between them
  std::string drawn =
      fmt::format("<g transform=\"matrix({:.4g} 0 0 {:.4g} {} {})\" stroke-width=\"{:.3g}\">\n", width, -height,
                  coordinate(area.left), coordinate(area.bottom - height / 2), 1 + kOverlap / height);
  for (size_t shade = 1; shade <= kShades; ++shade) {
    if (!paths[shade].empty()) drawn += fmt::format("<path class=\"heat h{}\" d=\"{}\"/>\n", shade, paths[shade]);
  }
  drawn += "</g>\n";
  return framed_plot(x, y, drawn, says);
}

}  // namespace hitbench::html
