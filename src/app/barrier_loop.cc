#include "app/barrier_loop.h"

namespace hitbench {

BarrierLoop::BarrierLoop(AppParts& parts, PhaseRun& phase)
    : phase_(phase),
      parts_(parts),
      performer_(*parts.performer),
      warm_(parts.row.barrier() && parts.row.scenario->workload.arrivals.params.boolean("warm")) {}

void BarrierLoop::run(ClientState& state) {
  const PhaseOrder& order = phase_.order;
  const Duration every = parts_.arrivals->next_gap(state.draws);  // fixed: draws nothing
  const bool loads = warm_ && state.client.id == 0 && (parts_.in_process_cache || parts_.shape.process == 0);
  for (uint64_t n = 0; n < order.barriers; ++n) {
    const uint64_t key = order.first_barrier + n;
    // A warm barrier needs the time before it for the load and for the TTL to end.
    const Time due = order.phase_start() + every * static_cast<int64_t>(warm_ ? n + 1 : n);
    if (due < order.start) continue;  // it was down then
    if (loads) load(state, key, due - every);
    const bool was_idle = due >= parts_.loop.now();
    if (!phase_.wait_until(due)) return;
    phase_.outcome.checksum += Workload::checksum({.key = key}, mix64(static_cast<uint64_t>(state.client.id)), n);
    performer_.start_operation(state);
    performer_.perform(state, {.action = Action::read, .key = key}, due, was_idle);
  }
}

void BarrierLoop::load(ClientState& state, uint64_t key, Time at) {
  if (!phase_.wait_until(at)) return;
  performer_.start_operation(state);
  parts_.strategy->read(parts_.workload->key(key, state.key_text), state.client);
}

}  // namespace hitbench
