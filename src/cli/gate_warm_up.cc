#include "cli/gate_warm_up.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "metrics/json_archive.h"

namespace hitbench {
namespace {

// Older versions cannot warm up until the hit ratio is steady.
bool knows_steady(const Result& result) {
  const Json::json_pointer until("/warmup/until");
  return embedded_document(result.scenario_json).contains(until);
}

bool searches(const RowPlan& row) { return row.warms_up_together() && row.scenario->warmup.searches(); }

}  // namespace

bool warm_up_is_searched(const std::vector<RowPlan>& rows) { return std::any_of(rows.begin(), rows.end(), searches); }

Duration longest_warm_up(const std::vector<RowPlan>& rows) {
  Duration sum{0};
  for (const RowPlan& row : rows) {
    const WarmupSpec& warmup = row.scenario->warmup;
    sum += warmup.duration;
    if (searches(row) && row.has_cache) sum += warmup.steady_limit();
  }
  return sum;
}

std::vector<std::string> warm_up_sets(const Result& base, const Result& candidate) {
  bool searched = false;
  uint64_t most = 0, cut = UINT64_MAX;
  for (const Result* side : {&base, &candidate}) {
    for (const RunResult& run : side->runs) {
      const uint64_t operations = run.warmup.operations.value_or(0);
      if (operations == 0) continue;
      most = std::max(most, operations);
      searched = searched || run.warmup.steady.has_value();
      if (run.warmup.steady == false) cut = std::min(cut, operations);
    }
  }
  if (!searched) return {};
  std::vector<std::string> sets = {fmt::format("warmup.operations={}", std::min(most, cut))};
  if (knows_steady(base) && knows_steady(candidate)) {
    // In stretches until it is steady, as many as a side needs; every stretch begins an open loop's schedule anew. In
    // virtual time, where both sides must answer the same operations at the same times, it is one stretch.
    const bool in_one = base.runs.front().clock == "virtual";
    sets.emplace_back(in_one ? "warmup.until=null" : "warmup.until=steady");
    sets.emplace_back("warmup.limit=null");
  }
  return sets;
}

}  // namespace hitbench
