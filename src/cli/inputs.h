// The files that a command reads: no report may be written over one.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace hitbench {

// `files` and those that the rows' scenarios name: traces, measured times, passwords, and programs that are not looked
// for on the PATH.
std::vector<std::string> files_read(std::vector<std::string> files, const std::vector<RowPlan>& rows);

}  // namespace hitbench
