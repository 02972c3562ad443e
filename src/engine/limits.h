// What a machine or a server is known to refuse, before anything starts: keys and values that its cache does not take,
// more connections than files may be open.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/plan.h"

namespace hitbench {

class Backend;
struct Registry;

// Throws Error{usage} that names the field and what to set it to, or the limit to raise.
void check_limits(const std::vector<RowPlan>& rows, const Registry& registry);

// How many files a process of this row has to have open at once: an application process, or a private server where that
// needs more. `backend` is null for strategy none.
uint64_t files_needed(const RowPlan& row, const Backend* backend);

}  // namespace hitbench
