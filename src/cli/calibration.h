// The times of cache servers that were measured on this machine (cache/twin/service_times.h), kept in the file
// calibration.json of the state folder.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/plan.h"

namespace hitbench {

struct CalibratedTimes;

// For rows in virtual time; read once. Null where there is no such file, and in real time. Throws Error{environment}
// for one that cannot be read.
const CalibratedTimes* calibrated_times(const std::vector<RowPlan>& rows);

// Where they are kept; empty where the environment names no folder.
std::filesystem::path calibration_path();

}  // namespace hitbench
