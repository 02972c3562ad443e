// Rules on "faults" that no table of fields can say; check_rules calls this.
#pragma once

#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

void check_faults(const Scenario& scenario, const Location& root);

}  // namespace hitbench
