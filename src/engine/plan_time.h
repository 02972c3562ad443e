// How long a plan takes, one row after the other: at most, for what has to outlast it, and about, for who waits.
#pragma once

#include <vector>

#include "app/row_plan.h"

namespace hitbench {

struct Registry;

// About how long all rows take one after the other; a number of operations at what the slowest of servers does.
Duration planned_time(const std::vector<RowPlan>& rows);

// Of what an operation waits for: the schedule, the think time, and the origin as if nothing hit.
struct TimeEstimate {
  double seconds = 0;
  bool at_most = false;    // that much only if nothing hits
  bool exceeds = false;    // or more: what else an operation waits for is not counted
  bool uncounted = false;  // of some nobody knows
};

struct PlanEstimate {
  TimeEstimate measuring, warm_up;
};
PlanEstimate estimate_of(const std::vector<RowPlan>& rows, const Registry& registry);

}  // namespace hitbench
