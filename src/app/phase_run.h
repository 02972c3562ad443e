// The phase that an application process is in: what was ordered, what came of it so far, and when it ends. Its loops
// share it; clients wait here, so that a phase that was stopped ends soon.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "app/phase.h"
#include "io/loop.h"
#include "workload/workload.h"

namespace hitbench {

struct PhaseRun {
  // `stop_early`, once it is true, ends every phase.
  PhaseRun(Loop& on, const std::atomic<bool>& stop_early) : loop(on), stop(stop_early) {}

  // An open loop's backlog is served for `grace` after the end.
  void begin(const PhaseOrder& ordered, Duration grace) {
    order = ordered;
    outcome = PhaseOutcome{};
    outcome.recorder = Recorder(order.phase_start() - order.measured_before);
    end = order.end();
    hard_end = end == kNever ? kNever : end + grace;
  }

  // Operations are performed, for which the loops are there.
  bool operates() const { return order.kind == PhaseOrder::Kind::warm_up || order.kind == PhaseOrder::Kind::measure; }
  bool stopped() const { return dead || outcome.stuck || stop.load(std::memory_order_relaxed); }

  // False when the phase was stopped meanwhile.
  bool wait_until(Time due) {
    if (loop.is_virtual()) {
      if (due > loop.now()) loop.sleep_until(due);
      return !stopped();
    }
    for (Time now = loop.now(); now < due; now = loop.now()) {
      loop.sleep_until(std::min(due, now + kStopGranularity));
      if (stopped()) return false;
    }
    return !stopped();
  }

  // An operation was drawn that is not performed: the stream goes on as if it had been.
  void skip(const Operation& operation, Workload& workload) {
    if (operation.action == Action::insert) workload.inserted(operation.key);
    if (++skipped % kDrawsPerTurn == 0) loop.yield();
  }

  PhaseOrder order;
  PhaseOutcome outcome;
  Time end{};            // no operation is begun after it
  Time hard_end{};       // an open loop's backlog is served until here
  uint64_t skipped = 0;  // operations; until the phase's outcome is taken
  bool dead = false;     // the process was killed

 private:
  // A stopped phase must end soon even when its clients sleep for long.
  static constexpr Duration kStopGranularity = std::chrono::milliseconds(100);
  static constexpr uint64_t kDrawsPerTurn = 1024;

  Loop& loop;
  const std::atomic<bool>& stop;
};

}  // namespace hitbench
