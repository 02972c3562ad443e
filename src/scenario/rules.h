// What a scenario's fields demand of each other. Everything that one field alone can say is in its table.
#pragma once

#include <vector>

#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

// `root` is the scenario's outermost place; fails with the path of the offender.
void check_rules(const Scenario& scenario, const Location& root, const Registry& registry);

// A baseline in a sweep of the mix may write nothing, but not every point. `place` is that of write_keys.
void check_write_keys_are_used(const std::vector<Scenario>& points, const Location& location);

// None of its strategies has a cache.
bool caches_nothing(const Scenario& scenario);

}  // namespace hitbench
