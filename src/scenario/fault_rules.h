// Rules on "faults" that no table of fields can say; check_rules calls this.
#pragma once

#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

void check_faults(const Scenario& scenario, const Location& root);

// The part of it that is about when they begin and end, for a scenario of which it is known how long it is measured.
void check_fault_times(const Scenario& scenario, const Location& root);

}  // namespace hitbench
