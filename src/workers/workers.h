// The application processes of one row, as the parent sees them: forked ones in real time, a group of fibers on one
// loop in virtual time. They live from setup to the end of the run, so that caches stay warm between rounds.
#pragma once

#include <atomic>
#include <memory>

#include "app/phase.h"
#include "app/row_plan.h"

namespace hitbench {

class Backend;
class Faults;
class OriginServer;
struct Registry;
struct RowWatch;

// What the workers of a row need; everything outlives them.
struct WorkerSetup {
  const RowPlan& row;
  Backend* backend;      // null: strategy none
  OriginServer* server;  // null: strategy direct
  const RowWatch& watch;
  const Registry& registry;
  const std::atomic<bool>& interrupted;  // Ctrl-C: phases end early, with what they have
  Faults* faults = nullptr;              // null: a row without
};

// Keys of ours that stay on a user's own server until their TTL ends.
struct LeftKeys {
  uint64_t known = 0;
  bool more = false;  // a process was killed before it could remove its own, or did not say
};

class Workers {
 public:
  virtual ~Workers() = default;
  // Runs one phase in all processes and merges what they measured. Throws Error{environment} if a process died or did
  // not answer long after the phase had to be over.
  virtual PhaseOutcome run(PhaseOrder order) = 0;
  // Ends them; on a user's own server they first remove the keys that they stored.
  virtual LeftKeys finish() = 0;
};

// Each throws Error if a process could not be set up (a refused connection).
std::unique_ptr<Workers> fork_workers(const WorkerSetup& setup);
std::unique_ptr<Workers> virtual_workers(const WorkerSetup& setup);

// What the harness itself costs in this row, without cache and origin: filled into the outcome of a real-time
// process' setup.
struct HarnessCost {
  double ns_per_op = 0;
  double key_choice_ns = 0;
};
HarnessCost measure_harness(const RowPlan& row, const Registry& registry);

}  // namespace hitbench
