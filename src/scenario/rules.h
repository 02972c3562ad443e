// What a scenario's fields demand of each other. Everything that one field alone can say is in its table.
#pragma once

#include "scenario/place.h"
#include "scenario/scenario.h"

namespace hitbench {

// `root` is the scenario's outermost place; fails with the path of the offender.
void check_rules(const Scenario& scenario, const Place& root, const Registry& registry);

}  // namespace hitbench
