// Of a sample of a trace's keys (workload.trace.sample) the caches get the same share of their sizes: what is measured
// then stands for the whole (SHARDS: Waldspurger et al., FAST 2015).
#pragma once

#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

// Only in the parameters of the caches: the canonical JSON keeps the sizes as they were given, and the sample beside
// them. Throws Error{usage} for a cache whose size cannot be scaled.
void scale_caches(Scenario& scenario, const Location& root);

}  // namespace hitbench
