// Measured times as a file has them: {"schema": "hitbench.calibration/1", "source": "...", "servers": [{"server":
// "redis", "transport": "tcp", "operations": {"get_hit": [{"value_bytes": 100, "round_trip_ns": [...], "service_ns":
// [...]}]}}]}. A list of times has one for each of TimeQuantiles::kProbabilities, or one for all of them.
#pragma once

#include <string>

#include "cache/twin/service_times.h"

namespace hitbench {

std::string times_to_json(const CalibratedTimes& times);
// Throws Error{environment} for what is no such text.
CalibratedTimes times_from_json(const std::string& text);

}  // namespace hitbench
