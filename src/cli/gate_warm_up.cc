#include "cli/gate_warm_up.h"

#include <fmt/format.h>

#include <algorithm>

namespace hitbench {
namespace {

// 0: no row went by its hit ratio.
uint64_t needed_by(const Result& result) {
  uint64_t operations = 0;
  for (const RunResult& run : result.runs) {
    if (run.warmup.steady) operations = std::max(operations, run.warmup.operations.value_or(0));
  }
  return operations;
}

}  // namespace

std::vector<std::string> warm_up_sets(const Result& base, const Result& candidate) {
  const uint64_t first = needed_by(base), second = needed_by(candidate);
  if (first == 0 || second == 0) return {};
  return {"warmup.until=steady", fmt::format("warmup.operations={}", std::max(first, second))};
}

}  // namespace hitbench
