#include "app/open_loop.h"

#include <algorithm>
#include <utility>

namespace hitbench {
namespace {

// A stream of Rng(seed, process, stream) that belongs to no client and no operation.
constexpr uint64_t kScheduleStream = ~uint64_t{0};

}  // namespace

OpenLoop::OpenLoop(AppParts& parts, PhaseRun& phase)
    : phase_(phase),
      loop_(parts.loop),
      workload_(*parts.workload),
      arrivals_(*parts.arrivals),
      performer_(*parts.performer),
      shape_(parts.shape),
      seed_(parts.seed),
      most_(arrivals_.operations()),
      schedule_(seed_, static_cast<uint64_t>(shape_.process), kScheduleStream) {}

void OpenLoop::begin() {
  const PhaseOrder& order = phase_.order;
  if (shape_.incarnation > 0 && next_operation_ == 0) {
    next_operation_ = arrivals_.skip_to(order.scheduled_before + order.late);
  }
  next_due_ = order.start + first_gap();
  scheduled_ = 0;
}

// The schedule goes on where a phase's end cut it: rounds that are shorter than a gap would else have an operation
// each.
Duration OpenLoop::first_gap() {
  const std::optional<Duration> rest = std::exchange(rest_of_gap_, std::nullopt);
  return rest ? *rest : arrivals_.first_due(shape_.process, schedule_);
}

void OpenLoop::run(ClientState& state) {
  PhaseRun& phase = phase_;
  PhaseOutcome& outcome = phase.outcome;
  const PhaseOrder& order = phase.order;
  const uint64_t whole = share_of(order.operations, shape_.process, shape_.processes);
  const uint64_t quota = whole - std::min(whole, order.done_before);
  skip_scheduled();
  while (!phase.stopped()) {
    if (order.operations != 0 && scheduled_ >= quota) return;
    if (next_operation_ >= most_) return;
    const Time due = next_due_;
    if (due >= phase.end) return;
    const uint64_t number = next_operation_++;
    next_due_ += arrivals_.next_gap(schedule_);
    ++scheduled_;
    const bool was_idle = due > loop_.now();
    if (was_idle && !phase.wait_until(due)) return;
    if (loop_.now() > phase.hard_end) {
      ++outcome.unserved;
      loop_.yield_unless_waited();  // of a rate far too high there are millions
      continue;
    }
    const Operation operation = draw(number);
    outcome.scheduled = std::max(outcome.scheduled, due - order.phase_start());
    outcome.started = std::max(outcome.started, performer_.start_operation(state) - order.phase_start());
    performer_.perform(state, operation, due, was_idle);
    loop_.yield_unless_waited();
  }
}

void OpenLoop::wait_out() {
  if (phase_.end == kNever || phase_.order.operations > 0 || phase_.stopped()) return;
  rest_of_gap_ = next_due_ - phase_.end;
  phase_.wait_until(phase_.end);
}

Operation OpenLoop::draw(uint64_t number) {
  Rng draws(seed_, static_cast<uint64_t>(shape_.process), number);
  const Operation operation = workload_.next(draws, number);
  phase_.outcome.checksum += Workload::checksum(operation, mix64(static_cast<uint64_t>(shape_.process)), number);
  return operation;
}

// With the gaps of its schedule: what is performed afterwards is due from the phase's start on.
void OpenLoop::skip_scheduled() {
  const uint64_t share = share_of(phase_.order.drawn, shape_.process, shape_.processes);
  while (phase_.skipped < share && !phase_.stopped()) {
    const uint64_t number = next_operation_++;
    arrivals_.next_gap(schedule_);
    phase_.skip(draw(number), workload_);
  }
}

}  // namespace hitbench
