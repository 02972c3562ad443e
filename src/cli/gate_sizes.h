// How long the slots of a gate measure, so that all of it takes about as long as the user wants to wait.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"
#include "gate/process_slots.h"

namespace hitbench {

struct GateSize {
  std::vector<std::string> sets;  // for both sides: "measure.duration=250ms"
  std::string words;              // the estimate, for people
  Slot trial;                     // the slot that failed while trying, if one did
};

// Runs a short trial of each side in real time, where the slot must be shortened; in virtual time, where a closed loop
// measures for a time, one of the base, for both sides must do the same operations. `rows` is the base's plan.
GateSize size_slots(ProcessSlots& slots, const std::vector<RowPlan>& rows, int pairs, Duration budget);

}  // namespace hitbench
