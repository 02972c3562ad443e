// A chart of cells, the darker the more is in them, as SVG. Knows nothing of results.
#pragma once

#include <string>
#include <vector>

#include "report/html/axis.h"

namespace hitbench::html {

struct HeatMap {
  Axis x, y;                               // the cells fill them evenly
  std::vector<std::vector<double>> cells;  // columns from left to right, each from its bottom to its top

  std::string svg(const std::string& says) const;
};

}  // namespace hitbench::html
