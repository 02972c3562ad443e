// What a scenario will run: one row for every legal combination of strategy, cache, origin and sweep point.
#pragma once

#include <vector>

#include "app/row_plan.h"
#include "cache/cache.h"
#include "scenario/scenario.h"

namespace hitbench {

struct Registry;

// Throws Error{usage} for two rows of one name, or for parts that cannot be combined.
std::vector<RowPlan> make_plan(const std::vector<Scenario>& points, const Registry& registry);

// What a row keeps in its cache: of inserts and of absent keys, only what is bounded.
DataSet data_set(const RowPlan& row, const Registry& registry);

}  // namespace hitbench
