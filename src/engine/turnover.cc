#include "engine/turnover.h"

#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "base/units.h"

namespace hitbench {
namespace {

// A trace that is replayed as it was recorded: its speed is not the run's.
bool keeps_its_own_pace(const RowPlan& row) {
  const Part& keys = row.scenario->workload.keys;
  return keys.traits.recorded && row.open() && keys.params.real("pace") <= 1;
}

std::string slower(const RowPlan& row) {
  const WorkloadSpec& workload = row.scenario->workload;
  if (workload.keys.traits.recorded) return "replay the trace at its own pace (\"pace\": 1), if it has times";
  if (row.open()) return "lower workload.arrivals.rate";
  if (row.barrier()) return "raise workload.arrivals.every";
  return "give the clients a think time (workload.arrivals.think)";
}

}  // namespace

void judge_turnover(const Evidence& evidence, RunResult& result) {
  const uint64_t evictions = result.backend.evictions.value_or(0), entries = result.backend.entries.value_or(0);
  if (!evidence.coarse_uses || evictions == 0 || !result.hit_ratio || keeps_its_own_pace(evidence.row)) return;
  const double evictions_s = static_cast<double>(evictions) / in_seconds(evidence.measured);
  const double turnover_s = static_cast<double>(entries) / evictions_s;
  const Duration least = evidence.coarse_uses->turnover;
  if (!(turnover_s < in_seconds(least))) return;
  const bool ours = !evidence.row.cache.params.has("address");
  result.validity.warnings.push_back(
      {"fast-turnover",
       fmt::format("the server evicts as many entries as it holds within {:.2g} s ({}, {} evictions/s), and {}: its "
                   "hit ratio depends on the speed of this run; {}, or {}, until that takes {:.0f} s at least",
                   turnover_s, counted(entries, "entry"), format_rate(evictions_s), evidence.coarse_uses->why,
                   slower(evidence.row), ours ? "raise \"memory\"" : "give the server more memory",
                   in_seconds(least))});
}

}  // namespace hitbench
