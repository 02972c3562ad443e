// The plan in words, for `hitbench check`: rows, operations, memory, time.
#pragma once

#include <string>
#include <vector>

#include "app/row_plan.h"

namespace hitbench {

struct Registry;

std::string describe_plan(const std::vector<RowPlan>& rows, const Registry& registry);

}  // namespace hitbench
