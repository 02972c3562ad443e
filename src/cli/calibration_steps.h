// What `hitbench calibrate` measures, step by step: each is a scenario of its own, with a row for each server and
// transport, and finds the round trips or the services of an operation or two at one size of value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/calibrated_times.h"
#include "metrics/result.h"

namespace hitbench {

// A cache of these scenarios: its name there is that of the server and the transport, "redis-tcp".
struct CalibratedCache {
  std::string server, transport;
  std::string name() const { return server + "-" + transport; }
};

struct CalibrationStep {
  std::string words;  // "round trips of hits and sets, 100 B"
  std::vector<TwinOperation> operations;
  uint64_t value_bytes = 0;  // 0 where there is no value
  bool services = false;     // else round trips
  int clients = 1;
  double read = 0, write = 0, erase = 0;  // shares of the operations
  bool empty = false;                     // the cache has no key that is asked for
};

std::vector<CalibrationStep> calibration_steps();

// Its scenario, as JSON: `time` is that of each row. `cpus` are those that may be used, in ascending order: server and
// clients have one of their own if there are two. Else the scheduler decides whether a single client shares the
// server's, where a round trip of Redis over TCP took 8 instead of 14 us (two cores of an Intel Xeon).
std::string scenario_of(const CalibrationStep& step, const std::vector<CalibratedCache>& caches, Duration time,
                        const std::vector<int>& cpus);

// Adds what a row of the step has found. False where it is no measurement of that: something failed, too little was
// measured, or the kernel keeps no account of the server's CPU time.
bool add_figures(const CalibrationStep& step, const RunResult& run, FoundTimes& found);

}  // namespace hitbench
