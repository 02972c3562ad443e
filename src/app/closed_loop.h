// The clients of a closed loop: each begins its next operation when the one before has ended and its think time is
// over. Client i draws from a stream of its own that goes on from phase to phase.
#pragma once

#include <cstdint>

#include "app/app_parts.h"
#include "app/phase_run.h"

namespace hitbench {

class ClosedLoop {
 public:
  ClosedLoop(AppParts& parts, PhaseRun& phase);

  // The client's part of the phase, on its fiber.
  void run(ClientState& state);

 private:
  uint64_t quota_of(const ClientState& state) const;
  Operation draw(ClientState& state);
  [[gnu::noinline]] void read_batch(ClientState& state, uint64_t most, Time due, bool was_idle);
  void skip_drawn(ClientState& state);

  PhaseRun& phase_;
  Loop& loop_;
  Workload& workload_;
  Arrivals& arrivals_;
  Performer& performer_;
  const AppShape shape_;
  const uint64_t batch_;  // reads that go at once
};

}  // namespace hitbench
