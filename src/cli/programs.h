// The programs that a run starts: a scenario may name some, and it may come from anybody.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace hitbench {

// A line for each kind of private server: which program with which arguments of the scenario's. Empty where none is
// started.
std::string programs_text(const std::vector<RowPlan>& rows);

// For --no-exec. Throws Error{usage} if a row's cache has a "server" or "args", from the file or from --set. The
// redis-server and memcached of the PATH, with our own arguments, are no choice of the scenario's.
void refuse_programs(const std::vector<RowPlan>& rows);

}  // namespace hitbench
