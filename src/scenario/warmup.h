// The section "warmup": what is said, and what is meant where nothing is.
#pragma once

#include "scenario/part_reader.h"
#include "scenario/scenario.h"

namespace hitbench {

WarmupSpec read_warmup(const Json* given, const Location& location, const Registry& registry, Json& normalized);

// Where nothing is said: until the hit ratio is steady, if the scenario's caches may evict or its entries expire; else
// a number of operations. Everything else of the scenario has been read.
void choose_warmup(Scenario& scenario, Json& normalized);

// Whether the cache may have less room than the scenario's data takes, of a trace once its keys have been counted.
// Nobody knows that of a user's own server, whose data ours must not drive out.
bool may_evict(const Scenario& scenario, const Part& cache);

}  // namespace hitbench
