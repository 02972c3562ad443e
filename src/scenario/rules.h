// What a scenario's fields demand of each other. Everything that one field alone can say is in its table.
#pragma once

#include <vector>

#include "scenario/place.h"
#include "scenario/scenario.h"

namespace hitbench {

// `root` is the scenario's outermost place; fails with the path of the offender.
void check_rules(const Scenario& scenario, const Place& root, const Registry& registry);

// A baseline in a sweep of the mix may write nothing, but not every point. `place` is that of write_keys.
void check_write_keys_are_used(const std::vector<Scenario>& points, const Place& place);

// None of its strategies has a cache.
bool caches_nothing(const Scenario& scenario);

}  // namespace hitbench
