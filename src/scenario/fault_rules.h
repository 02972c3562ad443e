// Rules on "faults" that no table of fields can say; check_rules calls this.
#pragma once

#include "scenario/place.h"
#include "scenario/scenario.h"

namespace hitbench {

void check_faults(const Scenario& scenario, const Place& root);

}  // namespace hitbench
