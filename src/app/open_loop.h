// The clients of an open loop: operations are due on a schedule of the process, whoever is free serves the next one.
// The schedule goes on from phase to phase: no operation is drawn twice.
#pragma once

#include <cstdint>
#include <optional>

#include "app/app_parts.h"
#include "app/phase_run.h"
#include "base/rng.h"

namespace hitbench {

class OpenLoop {
 public:
  OpenLoop(AppParts& parts, PhaseRun& phase);

  // Before the clients of a phase with operations are spawned.
  void begin();
  // The client's part of the phase, on its fiber.
  void run(ClientState& state);
  // By the last client: users who do not come are part of an open loop. Without the time after its last operation rates
  // are too high.
  void wait_out();

 private:
  Duration first_gap();
  Operation draw(uint64_t number);
  void skip_scheduled();

  PhaseRun& phase_;
  Loop& loop_;
  Workload& workload_;
  Arrivals& arrivals_;
  Performer& performer_;
  const AppShape shape_;
  const uint64_t seed_;
  const uint64_t most_;  // operations that there are at all
  Rng schedule_;
  uint64_t next_operation_ = 0;
  Time next_due_{};
  std::optional<Duration> rest_of_gap_;  // from the end of the phase before to what is due next
  uint64_t scheduled_ = 0;               // in this phase, to be performed
};

}  // namespace hitbench
