// Real time: every application process of a row is a forked child that waits on a socket pair for orders. The parent
// owns servers, signals and faults; a child hands back what it measured as bytes. While the parent waits for its
// children it breaks and mends what the scenario says: it has no threads.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cache/cache.h"
#include "faults/faults.h"
#include "io/socket.h"
#include "workers/child.h"
#include "workers/forked_child.h"
#include "workers/jitter_probe.h"
#include "workers/progress.h"
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
// How often a Ctrl-C is looked for.
constexpr Duration kLongestWait = std::chrono::milliseconds(50);
// A process that cannot be set up again, because its cache is down too, tries again after this.
constexpr Duration kRetryEvery = std::chrono::milliseconds(100);
// What a phase takes to end after a Ctrl-C: its processes cut it off a second earlier.
constexpr Duration kLongestStop = std::chrono::seconds(2);
// A process that ends and says nothing of what it removes for so long is stuck.
constexpr Duration kEndPatience = std::chrono::seconds(10);
constexpr Duration kSetUpPatience = std::chrono::seconds(60);

class ForkedWorkers final : public Workers {
 public:
  explicit ForkedWorkers(const WorkerSetup& setup)
      : setup_(setup),
        timeout_(setup.row.scenario->app.timeout),
        still_patience_(longest_still(setup.row)),
        children_(process_count()),
        progress_(children_.size()) {}

  // Apart from the constructor: if one process cannot be set up, the destructor ends the others.
  void start() {
    for (size_t i = 0; i < children_.size(); ++i) start_child(i);
    for (Child& child : children_) {
      const PhaseOutcome ready = receive(child, real_now() + kSetUpPatience);
      set_up_.add(ready.traffic);
      harness_.harness_ns_per_op = std::max(harness_.harness_ns_per_op, ready.harness_ns_per_op);
      harness_.key_choice_ns = std::max(harness_.key_choice_ns, ready.key_choice_ns);
    }
  }

  ~ForkedWorkers() override {
    for (Child& child : children_) child.bury();
  }

  PhaseOutcome run(PhaseOrder order) override {
    order.start = real_now() + kLead;
    const bool observed = order.kind == PhaseOrder::Kind::measure;
    if (observed) jitter_probe_.begin();
    begin(order);
    while (std::any_of(children_.begin(), children_.end(), is_under_way)) {
      break_things();
      bring_back();
      if (real_now() >= give_up_at_) throw too_late();
      if (setup_.interrupted && !told_to_stop_) tell_all_to_stop();
      watch_progress();
      await_answers();
      look_after_cache();
    }
    const Histogram seen = observed ? jitter_probe_.end() : Histogram();  // reviving is no measuring
    mend_everything();
    look_after_cache();
    if (!told_to_stop_) revive();
    PhaseOutcome all = std::move(outcomes_.front());
    for (size_t i = 1; i < outcomes_.size(); ++i) all.merge(outcomes_[i]);
    all.harness_ns_per_op = harness_.harness_ns_per_op;
    all.key_choice_ns = harness_.key_choice_ns;
    all.observer = seen;
    all.traffic.add(std::exchange(set_up_, {}));
    return all;
  }

  LeftKeys finish() override {
    for (const Child& child : children_) {
      if (child.state == State::busy) child.break_off();
      if (child.pid > 0) kill(child.pid, SIGCONT);  // whoever stopped it: it has to tidy up
      shutdown(child.socket.fd(), SHUT_WR);
    }
    LeftKeys left;
    for (Child& child : children_) await_end(child, left);
    return left;
  }

 private:
  using State = Child::State;

  size_t process_count() const { return static_cast<size_t>(setup_.row.scenario->app.processes); }
  static Error died() { return environment_error("an application process died"); }
  static Error too_late() { return environment_error("an application process did not answer in time"); }

  // ---- Children ----

  void start_child(size_t process) {
    Child& child = children_[process];
    const HeldSignals held;
    Forked forked = fork_with_socket("an application process");
    if (forked.pid == 0) {
      for (Child& other : children_) other.socket.close();
      child_main(setup_, {static_cast<int>(process), child.incarnation, &progress_.beats_of(process)},
                 forked.socket.fd());
    }
    child.state = State::starting;
    child.pid = forked.pid;
    child.socket = std::move(forked.socket);
    child.inbox = {};
    child.told_to_die = false;
    child.halted = false;
    child.back_at = kNever;
  }

  // When its keys are removed, however many they are, while it says that it gets on with that.
  void await_end(Child& child, LeftKeys& left) const {
    bool told = child.incarnation == 0 && child.pid <= 0;  // it never had any
    // Who does not end its phase after a Ctrl-C has had its time, where nothing of ours stays on a server.
    const bool removes = setup_.backend != nullptr && setup_.backend->marks();
    const bool hurries = setup_.interrupted && !removes && child.state == State::busy;
    Time deadline = real_now() + (hurries ? Duration{0} : Duration{kEndPatience});
    for (bool open = child.pid > 0; open && real_now() < deadline;) {
      open = child.inbox.fill(child.socket.fd());
      while (const auto message = child.inbox.take()) {
        deadline = real_now() + kEndPatience;
        told = told || message->front() == 'k';
        left.known += keys_left_in(*message);
      }
      if (open) wait_for({{child.socket.fd(), POLLIN, 0}}, kLongestWait);
    }
    left.more = left.more || !told || child.incarnation > 0;
  }

  void send(Child& child, const PhaseOrder& order) {
    if (!write_all(child.socket.fd(), &order, sizeof order)) throw died();
    child.state = State::busy;
    progress_.begin(static_cast<size_t>(&child - children_.data()));
  }

  // The answer to its setup.
  PhaseOutcome receive(Child& child, Time deadline) {
    std::optional<std::string> reply;
    while (!(reply = child.inbox.take())) {
      if (real_now() >= deadline) throw too_late();
      if (setup_.interrupted) throw environment_error("interrupted");
      wait_for({{child.socket.fd(), POLLIN, 0}}, kLongestWait);
      if (!child.inbox.fill(child.socket.fd()) && !(reply = child.inbox.take())) throw died();
      if (reply) break;
    }
    child.state = State::idle;
    return outcome_of(*reply);
  }

  // A server of ours that dies, or somebody's that evicts, is found out while it is measured, and not too late.
  void look_after_cache() {
    if (setup_.backend != nullptr) setup_.backend->look_after();
  }

  // ---- A phase ----

  static bool is_under_way(const Child& child) {
    return child.state == State::busy || child.state == State::starting || child.back_at != kNever;
  }

  void begin(const PhaseOrder& order) {
    order_ = order;
    end_ = order.duration > Duration{0} ? order.start + order.duration : kNever;
    // A phase of operations has no end of its own: only a process that hangs needs one, and its timeouts see to that.
    give_up_at_ = end_ == kNever
                      ? kNever
                      : end_ + std::max<Duration>(timeout_, kGrace) + 2 * timeout_ + kGrace + drain_patience();
    told_to_stop_ = false;
    outcomes_.clear();
    const bool breaks = setup_.faults != nullptr && order.kind == PhaseOrder::Kind::measure;
    steps_ = FaultSteps(breaks ? setup_.faults->all() : std::vector<Fault>(), order.start, end_);
    for (Child& child : children_) {
      child.done = 0;
      send(child, order);
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
    Time wake = std::min(real_now() + kLongestWait, steps_.next_due());
    std::vector<pollfd> descriptors;
    for (const Child& child : children_) {
      wake = std::min(wake, child.back_at);
      if (child.state != State::dead) descriptors.push_back({child.socket.fd(), POLLIN, 0});
    }
    wait_for(std::move(descriptors), std::max(wake - real_now(), Duration{0}));
    for (Child& child : children_) {
      if (child.state == State::busy || child.state == State::starting) look_at(child);
    }
  }

  void look_at(Child& child) {
    const bool open = child.inbox.fill(child.socket.fd());
    if (const auto message = child.inbox.take()) {
      take(child, *message);
    } else if (!open) {
      throw died();
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
    if (message.front() != 'o') {
      set_up_.bounded = false;
      child.bury();
      child.back_at = real_now() + kRetryEvery;
      return;
    }
    set_up_.add(outcome_of(message).traffic);
    child.state = State::idle;
    PhaseOrder rest = order_;
    rest.start = real_now() + kLead;
    rest.late = rest.start - order_.start;
    rest.done_before = child.done;
    if (end_ != kNever) rest.duration = end_ - rest.start;
    if (told_to_stop_ || rest.start >= end_) return;
    send(child, rest);
    if (child.killed_by) note_healed(*child.killed_by);
  }

  void tell_all_to_stop() {
    told_to_stop_ = true;
    mend_everything();
    for (Child& child : children_) {
      child.back_at = kNever;
      if (child.state == State::busy) kill(child.pid, kStopSignal);
    }
    give_up_at_ = real_now() + kLongestStop;
  }

  void watch_progress() {
    progress_.look(real_now(), 2 * kLongestWait);
    for (size_t i = 0; i < children_.size(); ++i) {
      const Child& child = children_[i];
      const bool hangs = child.state == State::busy && !child.halted && progress_.still(i) > still_patience_;
      if (hangs) throw stands_still(i, child.pid, progress_.still(i));
    }
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
    Child& child = children_[static_cast<size_t>(step.fault.index)];
    if (step.fault.action == Fault::Action::stop) {
      if (child.pid > 0) kill(child.pid, step.heals ? SIGCONT : kHaltSignal);
      child.halted = !step.heals;
      if (step.heals) progress_.begin(static_cast<size_t>(step.fault.index));
    } else if (!step.heals) {
      kill_process(child);
      child.killed_by = step.number;
      // Known from here on, or a phase whose only process is dead would count as over.
      const Duration back = step.fault.end();
      if (back != kForever && order_.start + back < end_) child.back_at = order_.start + back;
    }
  }

  // After a Ctrl-C nobody waits for a server to come back, and what was measured stands without it.
  void heal(const Fault& fault) const {
    try {
      setup_.faults->heal(fault);
    } catch (const Error&) {
      if (!setup_.interrupted) throw;
    }
  }

  // One that measures hands over first; see take(). One that has ended its share, or is not back yet, has nothing to
  // hand over.
  void kill_process(Child& child) {
    ++child.incarnation;
    if (child.state == State::busy) {
      child.told_to_die = true;
      kill(child.pid, kDieSignal);
    } else {
      if (child.state == State::starting) set_up_.bounded = false;  // what it has asked for nobody knows
      child.bury();
    }
  }

  void bring_back() {
    for (size_t i = 0; i < children_.size(); ++i) {
      if (children_[i].state == State::dead && children_[i].back_at <= real_now()) start_child(i);
    }
  }

  // Who was to come back after the end comes back now.
  void revive() {
    for (size_t i = 0; i < children_.size(); ++i) {
      if (children_[i].state != State::dead) continue;
      start_child(i);
      set_up_.add(receive(children_[i], real_now() + kSetUpPatience).traffic);
    }
  }

  const WorkerSetup setup_;
  const Duration timeout_;
  const Duration still_patience_;
  std::vector<Child> children_;
  Progress progress_;
  PhaseOutcome harness_;
  Traffic set_up_;  // of processes that were set up since the last outcome
  JitterProbe jitter_probe_;

  // Of the phase under way.
  PhaseOrder order_;
  Time end_ = kNever;
  Time give_up_at_ = kNever;
  FaultSteps steps_{{}, Time{}, Time{}};
  std::vector<PhaseOutcome> outcomes_;
  bool told_to_stop_ = false;
};

}  // namespace

std::unique_ptr<Workers> fork_workers(const WorkerSetup& setup) {
  auto workers = std::make_unique<ForkedWorkers>(setup);
  workers->start();
  return workers;
}

}  // namespace hitbench
