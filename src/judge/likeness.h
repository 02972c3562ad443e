// Whether two results can be compared at all: the same machine, scenario, loop, client model and server.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

// The fields in which they differ, with both values: "scenario.strategies[0].ttl: 1min against 1s". The machine does
// not count where all is virtual time, and neither does what only the report reads (question, answer, claims,
// thresholds) or what says where the scenario may run (requires).
std::vector<std::string> unlike_fields(const Result& base, const Result& candidate);

// A field of the scenario in which two sides differ, as `--set` names it: "strategies.0.ttl". Of a server's arguments
// and its configuration file each option is one: "caches.0.config.maxmemory-samples", "caches.0.args.-m" of "-m64".
// Sizes are words: "64 MiB".
struct FieldChange {
  std::string path, base, candidate;
  std::string words() const { return path + ": " + base + " → " + candidate; }
};
std::vector<FieldChange> scenario_changes(const Result& base, const Result& candidate);

// Whether a scenario's sweep changes its trace: then what a plan has told of it ("keys", "ttl_keys") is of the first
// point. Another pace is the same trace.
bool sweeps_trace(const nlohmann::ordered_json& scenario);

// Whether the row was skipped on both sides, and failed on neither: then there is nothing to judge.
bool are_left_out(const RunResult& base, const RunResult& candidate);

// The run of that name that is not skipped, or any; null if there is none.
const RunResult* run_named(const Result& result, const std::string& name);

}  // namespace hitbench
