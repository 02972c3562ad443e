#include "report/section_parts.h"

namespace hitbench {

Grid grid_of(const Group& group, const Runs& runs, const std::vector<Figure>& figures) {
  Grid grid;
  grid.columns.push_back({.head = {"row"}});
  for (const Figure& figure : figures) grid.columns.push_back({.head = figure.head, .expendable = figure.expendable});
  for (const RunResult* run : runs) {
    std::vector<Cell> cells{row_label(*run, group)};
    for (const Figure& figure : figures) cells.push_back(figure.cell(*run));
    grid.rows.push_back(std::move(cells));
  }
  return grid;
}

}  // namespace hitbench
