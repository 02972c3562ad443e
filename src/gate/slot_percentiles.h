// The percentiles of a slot that a verdict keeps beyond those that are judged, for the ratio of the sides by
// percentile.
#pragma once

#include <string>
#include <vector>

#include "judge/verdict.h"

namespace hitbench {

// As metrics spell them, ascending: "p99_9". No more than docs/verdict.schema.json allows.
const std::vector<std::string>& slot_percentiles();

// Those of the responses of reads and of writes of a run, as far as it has either, under the name of the gate's row.
std::vector<SlotPercentiles> percentiles_of(const RunResult& run, const std::string& row);

}  // namespace hitbench
