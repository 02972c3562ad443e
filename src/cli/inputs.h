// The files that a command reads: no report may be written over one.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace hitbench {

// `files` and those that the rows' scenarios name: traces, measured times, passwords, and programs that are not looked
// for on the PATH.
std::vector<std::string> files_read(std::vector<std::string> files, const std::vector<RowPlan>& rows);

// Those that the points of a scenario name.
std::vector<std::string> files_named(const std::vector<Scenario>& points);

// Files that the scenario names in the same place on both sides and that are not the same: "file times.txt: changed". A
// server's configuration is not among them, for the scenario has what is in it.
struct SideFiles {
  std::string scenario;  // its path
  const std::vector<RowPlan>& rows;
};
std::vector<std::string> files_that_differ(const SideFiles& base, const SideFiles& candidate);

}  // namespace hitbench
