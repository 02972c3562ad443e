// Warnings about a hit ratio that would be another one if the run were longer.
#pragma once

#include "engine/plan.h"
#include "metrics/result.h"

namespace hitbench {

// Adds to result.validity.warnings; result holds everything else already.
void warn_of_drift(const RowPlan& row, RunResult& result);

}  // namespace hitbench
