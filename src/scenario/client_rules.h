// What the clients of a process share, and what a client does at once: rules between strategies, caches and arrivals.
#pragma once

#include "scenario/place.h"
#include "scenario/scenario.h"

namespace hitbench {

void check_client_rules(const Scenario& scenario, const Place& root);

}  // namespace hitbench
