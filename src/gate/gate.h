// The gate: base and candidate, interleaved in one sitting, slot by slot, and a verdict on every metric of every row.
// It reads results and knows nothing of engines. docs/ci.md tells how it decides.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gate/slots.h"
#include "judge/criterion.h"
#include "judge/verdict.h"

namespace hitbench {

struct GateOptions {
  std::string question, base, candidate;  // what makes the two sides, in words
  int pairs = 10;                         // of the first stage; the second has half as many more
  bool calibrate = false;                 // both sides are the base: how noisy is this machine?
  uint64_t seed = 1;                      // of the first pair's slots; each pair has the next
  uint64_t order_seed = 1;                // which side of a pair goes first
  std::vector<Criterion> metrics;         // empty: the usual ones
  std::vector<std::string> differences;   // of the sides, that no result tells of
};

inline constexpr int kFewestPairs = 6;  // fewer have no 95 % interval
inline constexpr int kMostPairs = 200;

// Where everything is exact (virtual time) one slot a side is all there is. `interrupted` ends it between two slots,
// with a verdict on what is there. `progress` is told what runs next.
Verdict run_gate(SlotRunner& slots, const GateOptions& options, const std::atomic<bool>& interrupted,
                 const std::function<void(const std::string&)>& progress);

}  // namespace hitbench
