// What the tables of a report are made of, for the files that make them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/sections.h"

namespace hitbench {

// One column of figures: its head, when it is left out, and the cell of a run.
struct Figure {
  std::vector<std::string> head;
  std::function<Cell(const RunResult&)> cell;
  int expendable = 0;
};

using Runs = std::vector<const RunResult*>;

Grid grid_of(const Group& group, const Runs& runs, const std::vector<Figure>& figures);

Section certainty_section(const Group& group, const Runs& runs);

bool tells_recovery(const RunResult& run);
Section recovery_section(const Group& group, const Runs& runs);

}  // namespace hitbench
