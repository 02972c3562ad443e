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

struct CalibratedTimes;
struct Registry;

// Where a run is. Times and rates are of the row's rounds so far.
struct RunProgress {
  std::string phase;  // "setup", "warm-up", "round 2/5", "check"
  std::string row;
  double done = 0;  // of the measuring, 0 to 1
  Maybe<double> ops_s, p99_ns;
};

struct RunOptions {
  std::function<void(const RunProgress&)> progress = [](const RunProgress&) {};  // told before each step
  std::map<std::string, std::string> libraries;                                  // name -> version, for the environment
  const CalibratedTimes* times = nullptr;  // of caches in virtual time; null: those that are shipped
};

// What is not there is a skipped row, and one that the environment refuses is a failed one (metrics/result.h); the
// others go on. Throws Error{usage} for what the scenario alone got wrong. After an interruption the result holds what
// was measured, with complete = false.
Result run_plan(const std::vector<RowPlan>& rows, const Registry& registry, const std::atomic<bool>& interrupted,
                const RunOptions& options);

}  // namespace hitbench
