#include "app/closed_loop.h"

#include <algorithm>

namespace hitbench {

ClosedLoop::ClosedLoop(AppParts& parts, PhaseRun& phase)
    : phase_(phase),
      loop_(parts.loop),
      workload_(*parts.workload),
      arrivals_(*parts.arrivals),
      performer_(*parts.performer),
      shape_(parts.shape),
      batch_(parts.batch) {}

// Why it is flattened, and what it calls is not inlined: docs/architecture.md, "Clients are fibers".
[[gnu::flatten]] void ClosedLoop::run(ClientState& state) {
  const uint64_t quota = quota_of(state);
  skip_drawn(state);
  PhaseRun& phase = phase_;
  Time due{};  // of the operation after a think time
  bool thought = false;
  bool at_once = false;
  while (!phase.stopped() && (phase.order.operations == 0 || state.done < quota)) {
    const Time start = performer_.start_operation(state, at_once);
    if (start >= phase.end) return;
    if (batch_ > 1) {
      read_batch(state, phase.order.operations == 0 ? batch_ : quota - state.done, thought ? due : start, thought);
    } else {
      performer_.perform(state, draw(state), thought ? due : start, thought);
    }
    const Duration think = arrivals_.next_gap(state.draws);
    thought = think > Duration{0};
    at_once = !thought && !loop_.yield_unless_waited();
    if (!thought) continue;
    const Time since = loop_.now();
    due = std::max(since, std::min(since + think, phase.end));  // who thinks until the end is there until then
    if (!phase.wait_until(due)) return;
    phase.outcome.thought += due - since;
  }
}

uint64_t ClosedLoop::quota_of(const ClientState& state) const {
  const PhaseOrder& order = phase_.order;
  const auto quota = [&](int id) {
    return share_of(order.operations, shape_.process * shape_.clients + id, shape_.processes * shape_.clients);
  };
  if (order.done_before == 0) return quota(state.client.id);
  uint64_t whole = 0;
  for (int id = 0; id < shape_.clients; ++id) whole += quota(id);
  return share_of(whole - std::min(whole, order.done_before), state.client.id, shape_.clients);
}

// The clients of a process walk a sequence together, each taking its turn.
Operation ClosedLoop::draw(ClientState& state) {
  const uint64_t place =
      state.position * static_cast<uint64_t>(shape_.clients) + static_cast<uint64_t>(state.client.id);
  const Operation operation = workload_.next(state.draws, place);
  phase_.outcome.checksum += Workload::checksum(operation, state.stream, state.position++);
  return operation;
}

void ClosedLoop::read_batch(ClientState& state, uint64_t most, Time due, bool was_idle) {
  const size_t count = std::min(batch_, most);
  state.key_texts.resize(batch_);
  state.batch.resize(count);
  for (size_t i = 0; i < count; ++i) state.batch[i] = workload_.key(draw(state).key, state.key_texts[i]);
  performer_.perform_batch(state, due, was_idle);
}

// With the think times, as run() draws them: rows that think at random would else answer different streams.
void ClosedLoop::skip_drawn(ClientState& state) {
  const uint64_t share = share_of(phase_.order.drawn, shape_.process * shape_.clients + state.client.id,
                                  shape_.processes * shape_.clients);
  for (uint64_t n = 0; n < share && !phase_.stopped();) {
    for (const uint64_t end = std::min(share, n + batch_); n < end; ++n) phase_.skip(draw(state), workload_);
    arrivals_.next_gap(state.draws);
  }
}

}  // namespace hitbench
