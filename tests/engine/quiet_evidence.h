// What a judge of a row is given where nothing disturbed it.
#pragma once

#include "engine/validity.h"

namespace hitbench {

// Of a second; for what a test asks about, it sets the members.
inline Evidence quiet_evidence(const RowPlan& row, const PhaseOutcome& outcome) {
  return {.row = row,
          .outcome = outcome,
          .measured = std::chrono::seconds(1),
          .scheduled = std::chrono::seconds(1),
          .started = std::chrono::seconds(1),
          .timed_one_in = 1,
          .waits_on_socket = true,
          .blocks_thread = false,
          .serialized_origin = false,
          .steal = {},
          .psi = {}};
}

}  // namespace hitbench
