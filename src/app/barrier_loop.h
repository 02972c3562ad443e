// The clients of barrier arrivals: at each barrier all of them read one key, a fresh one each time.
#pragma once

#include <cstdint>

#include "app/app_parts.h"
#include "app/phase_run.h"

namespace hitbench {

class BarrierLoop {
 public:
  BarrierLoop(AppParts& parts, PhaseRun& phase);

  // The client's part of the phase, on its fiber.
  void run(ClientState& state);

 private:
  void load(ClientState& state, uint64_t key, Time at);

  PhaseRun& phase_;
  AppParts& parts_;
  Performer& performer_;
  const bool warm_;  // the key is loaded before its barrier, and its TTL ends before it, too
};

}  // namespace hitbench
