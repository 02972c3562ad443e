// Runs a plan: every row is prepared, warmed up and visited once a round, in a seeded random order, so that a machine
// that drifts hits all rows alike.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/plan.h"
#include "metrics/result.h"

namespace hitbench {

struct Registry;

struct RunOptions {
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  std::map<std::string, std::string> libraries;  // name -> version, for the environment
};

// What is not there is a skipped row, and one that the environment refuses is a failed one (metrics/result.h); the
// others go on. Throws Error{usage} for what the scenario alone got wrong. After an interruption the result holds what
// was measured, with complete = false.
Result run_plan(const std::vector<RowPlan>& rows, const Registry& registry, const std::atomic<bool>& interrupted,
                const RunOptions& options);

}  // namespace hitbench
