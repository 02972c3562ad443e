// Real time: every application process of a row is a forked child (children.h) that waits on a socket pair for orders.
// The parent owns servers, signals and faults; a child hands back what it measured as bytes. Here a phase is ordered
// and its answers are collected. While the parent waits for them it breaks and mends what the scenario says: it has no
// threads.
#include <poll.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cache/cache.h"
#include "faults/faults.h"
#include "workers/child.h"
#include "workers/children.h"
#include "workers/jitter_probe.h"
#include "workers/worker_messages.h"
#include "workers/workers.h"

namespace hitbench {
namespace {

// A phase that is over may still wait for operations under way and for a backlog; after this, its process is stuck.
constexpr Duration kGrace = std::chrono::seconds(5);
// A full write-behind queue before a slow origin drains for minutes; after this, the process counts as stuck.
constexpr Duration kLongestDrain = std::chrono::minutes(10);
// Between an order and its start: every process has read it by then.
constexpr Duration kLead = std::chrono::milliseconds(5);
// What a phase takes to end after a Ctrl-C: its processes cut it off a second earlier.
constexpr Duration kLongestStop = std::chrono::seconds(2);

class ForkedWorkers final : public Workers {
 public:
  explicit ForkedWorkers(const WorkerSetup& setup)
      : setup_(setup), timeout_(setup.row.scenario->app.timeout), children_(setup) {
    children_.start();
  }

  PhaseOutcome run(PhaseOrder order) override {
    order.start = real_now() + kLead;
    const bool observed = order.kind == PhaseOrder::Kind::measure;
    if (observed) jitter_probe_.begin();
    begin(order);
    while (children_.any_under_way()) {
      break_things();
      children_.bring_back();
      if (real_now() >= give_up_at_) throw Children::too_late();
      if (setup_.interrupted && !told_to_stop_) tell_all_to_stop();
      children_.watch_progress();
      await_answers();
      look_after_cache();
    }
    const Histogram seen = observed ? jitter_probe_.end() : Histogram();  // reviving is no measuring
    mend_everything();
    look_after_cache();
    if (!told_to_stop_) children_.revive();
    PhaseOutcome all = merged(std::move(outcomes_));
    all.observer = seen;
    children_.add_setup_to(all);
    return all;
  }

  LeftKeys finish() override { return children_.finish(); }

 private:
  using State = Child::State;

  // A server of ours that dies, or somebody's that evicts, is found out while it is measured, and not too late.
  void look_after_cache() {
    if (setup_.backend != nullptr) setup_.backend->look_after();
  }

  // ---- A phase ----

  void begin(const PhaseOrder& order) {
    order_ = order;
    // A phase of operations has no end of its own: only a process that hangs needs one, and its timeouts see to that.
    give_up_at_ = order.end() == kNever
                      ? kNever
                      : order.end() + std::max<Duration>(timeout_, kGrace) + 2 * timeout_ + kGrace + drain_patience();
    told_to_stop_ = false;
    outcomes_.clear();
    const bool breaks = setup_.faults != nullptr && order.kind == PhaseOrder::Kind::measure;
    steps_ = FaultSteps(breaks ? setup_.faults->all() : std::vector<Fault>(), order.start, order.end());
    for (Child& child : children_.all()) {
      child.done = 0;
      children_.send(child, order);
    }
  }

  // What was acknowledged must reach the origin, however slow that is.
  Duration drain_patience() const {
    const Params& params = setup_.row.strategy.params;
    const bool early = params.has("on_write") && params.part("on_write").traits.acknowledges_early;
    return early ? kLongestDrain : Duration{0};
  }

  // Until somebody answers or something is due.
  void await_answers() {
    Time wake = std::min(real_now() + Children::kLongestWait, steps_.next_due());
    std::vector<pollfd> descriptors;
    for (const Child& child : children_.all()) {
      wake = std::min(wake, child.back_at);
      if (child.state != State::dead) descriptors.push_back({child.socket.fd(), POLLIN, 0});
    }
    wait_for(std::move(descriptors), std::max(wake - real_now(), Duration{0}));
    for (Child& child : children_.all()) {
      if (child.state == State::busy || child.state == State::starting) look_at(child);
    }
  }

  void look_at(Child& child) {
    const bool open = child.inbox.fill(child.socket.fd());
    if (const auto message = child.inbox.take()) {
      take(child, *message);
    } else if (!open) {
      throw Children::died();
    }
  }

  void take(Child& child, const std::string& message) {
    if (child.state == State::starting) return take_ready(child, message);
    outcomes_.push_back(outcome_of(message));
    child.done += outcomes_.back().operations;
    if (message.front() == 'd') return child.bury();
    child.state = State::idle;
    if (!child.told_to_die) return;
    // It was quicker: the phase is over for it. But it may not have heard the signal yet, and must not die of it in the
    // next phase.
    child.back_at = kNever;
    child.bury();
  }

  // A process that has come back goes on with the rest of the phase.
  void take_ready(Child& child, const std::string& message) {
    if (!children_.take_setup(child, message)) return;
    const Time start = real_now() + kLead;
    if (told_to_stop_ || start >= order_.end()) return;
    children_.send(child, order_.rest_from(start, child.done));
    if (child.killed_by) note_healed(*child.killed_by);
  }

  void tell_all_to_stop() {
    told_to_stop_ = true;
    mend_everything();
    for (Child& child : children_.all()) {
      child.back_at = kNever;
      if (child.state == State::busy) child.break_off();
    }
    give_up_at_ = real_now() + kLongestStop;
  }

  // ---- Faults ----

  void break_things() {
    while (const auto step = steps_.take(real_now())) {
      apply(*step);
      const bool back_later = step->fault.target == Fault::Target::process && step->fault.action == Fault::Action::kill;
      const bool healed = step->heals && !step->at_end && !setup_.interrupted;
      if (healed && !back_later) note_healed(step->number);
    }
  }

  void note_healed(size_t number) { setup_.faults->note_healed(number, real_now() - order_.start); }

  void mend_everything() {
    for (const FaultStep& step : steps_.finish()) apply(step);
  }

  void apply(const FaultStep& step) {
    if (step.fault.target != Fault::Target::process) {
      return step.heals ? heal(step.fault) : setup_.faults->begin(step.fault);
    }
    Child& child = children_.all()[static_cast<size_t>(step.fault.index)];
    if (step.fault.action == Fault::Action::stop) {
      return step.heals ? children_.resume(child) : children_.halt(child);
    }
    if (step.heals) return;  // it is back when it has been set up again
    children_.kill_process(child);
    child.killed_by = step.number;
    // Known from here on, or a phase whose only process is dead would count as over.
    const Duration back = step.fault.end();
    if (back != kForever && order_.start + back < order_.end()) child.back_at = order_.start + back;
  }

  // After a Ctrl-C nobody waits for a server to come back, and what was measured stands without it.
  void heal(const Fault& fault) const {
    try {
      setup_.faults->heal(fault);
    } catch (const Error&) {
      if (!setup_.interrupted) throw;
    }
  }

  const WorkerSetup setup_;
  const Duration timeout_;
  JitterProbe jitter_probe_;
  Children children_;

  // Of the phase under way.
  PhaseOrder order_;
  Time give_up_at_ = kNever;
  FaultSteps steps_{{}, Time{}, Time{}};
  std::vector<PhaseOutcome> outcomes_;
  bool told_to_stop_ = false;
};

}  // namespace

std::unique_ptr<Workers> fork_workers(const WorkerSetup& setup) { return std::make_unique<ForkedWorkers>(setup); }

}  // namespace hitbench
