// A slot is one fresh run of one side of a gate: setup, warm-up and a short measurement, from a new process on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/result.h"

namespace hitbench {

enum class Side { base, candidate };

struct Slot {
  Maybe<Result> result;      // empty: it crashed, hung, or was interrupted
  std::string failure;       // why
  Maybe<double> control_ns;  // a fixed piece of work just before and after: how fast the machine was
};

// Real slots are processes (process_slots.h); tests have simulated ones.
class SlotRunner {
 public:
  virtual ~SlotRunner() = default;
  virtual Slot run(Side side, uint64_t seed) = 0;
};

// Both sides with one seed, back to back: what they are given is the same, down to each operation.
struct Pair {
  int stage = 1, number = 0;
  uint64_t seed = 0;
  bool base_first = true;
  Slot base, candidate;
  bool disturbed = false;
  bool by_machine = false;  // for what its slots say of the machine, whatever became of their rows

  bool complete() const { return base.result && candidate.result; }
  Slot& of(Side side) { return side == Side::base ? base : candidate; }
  const Slot& of(Side side) const { return side == Side::base ? base : candidate; }
};

}  // namespace hitbench
