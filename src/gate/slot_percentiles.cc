#include "gate/slot_percentiles.h"

#include <algorithm>
#include <utility>

namespace hitbench {

const std::vector<std::string>& slot_percentiles() {
  static const std::vector<std::string> names = {"p25", "p50", "p75", "p90", "p95", "p99", "p99_5", "p99_9", "p99_99"};
  return names;
}

std::vector<SlotPercentiles> percentiles_of(const RunResult& run, const std::string& row) {
  std::vector<SlotPercentiles> all;
  for (const std::string distribution : kSlotDistributions) {
    SlotPercentiles percentiles{.of = row + ": " + distribution, .ns = {}};
    for (const std::string& name : slot_percentiles()) {
      const std::string path = distribution + "." + name;
      percentiles.ns.push_back(run.can_judge(path) ? metric(run, path) : std::nullopt);
    }
    const auto is_there = [](const Maybe<double>& ns) { return ns.has_value(); };
    if (std::any_of(percentiles.ns.begin(), percentiles.ns.end(), is_there)) all.push_back(std::move(percentiles));
  }
  return all;
}

}  // namespace hitbench
