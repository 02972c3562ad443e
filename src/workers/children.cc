#include "workers/children.h"

#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "cache/cache.h"
#include "workers/forked_child.h"

namespace hitbench {
namespace {

// A process that cannot be set up again, because its cache is down too, tries again after this.
constexpr Duration kRetryEvery = std::chrono::milliseconds(100);
// A process that ends and says nothing of what it removes for so long is stuck.
constexpr Duration kEndPatience = std::chrono::seconds(10);
constexpr Duration kSetUpPatience = std::chrono::seconds(60);

}  // namespace

Children::Children(const WorkerSetup& setup)
    : setup_(setup),
      still_patience_(longest_still(setup.row)),
      all_(static_cast<size_t>(setup.row.scenario->app.processes)),
      progress_(all_.size()) {}

Children::~Children() {
  for (Child& child : all_) child.bury();
}

bool Children::any_under_way() const {
  return std::any_of(all_.begin(), all_.end(), [](const Child& child) { return child.is_under_way(); });
}

void Children::start() {
  for (Child& child : all_) start_child(child);
  for (Child& child : all_) {
    const PhaseOutcome ready = wait_until_set_up(child);
    set_up_.add(ready.traffic);
    harness_.ns_per_op = std::max(harness_.ns_per_op, ready.harness_ns_per_op);
    harness_.key_choice_ns = std::max(harness_.key_choice_ns, ready.key_choice_ns);
  }
}

void Children::start_child(Child& child) {
  const HeldSignals held;
  Forked forked = fork_with_socket("an application process");
  if (forked.pid == 0) {
    for (Child& other : all_) other.socket.close();
    const size_t number = number_of(child);
    child_main(setup_, {static_cast<int>(number), child.incarnation, &progress_.beats_of(number)}, forked.socket.fd());
  }
  child.state = Child::State::starting;
  child.pid = forked.pid;
  child.socket = std::move(forked.socket);
  child.inbox = {};
  child.told_to_die = false;
  child.halted = false;
  child.back_at = kNever;
}

PhaseOutcome Children::wait_until_set_up(Child& child) {
  const Time deadline = real_now() + kSetUpPatience;
  std::optional<std::string> reply;
  while (!(reply = child.inbox.take())) {
    if (real_now() >= deadline) throw too_late();
    if (setup_.interrupted) throw environment_error("interrupted");
    wait_for({{child.socket.fd(), POLLIN, 0}}, kLongestWait);
    if (!child.inbox.fill(child.socket.fd()) && !(reply = child.inbox.take())) throw died();
    if (reply) break;
  }
  child.state = Child::State::idle;
  return outcome_of(*reply);
}

void Children::send(Child& child, const PhaseOrder& order) {
  if (!write_all(child.socket.fd(), &order, sizeof order)) throw died();
  child.state = Child::State::busy;
  progress_.begin(number_of(child));
}

LeftKeys Children::finish() {
  for (const Child& child : all_) {
    if (child.state == Child::State::busy) child.break_off();
    if (child.pid > 0) kill(child.pid, SIGCONT);  // whoever stopped it: it has to tidy up
    shutdown(child.socket.fd(), SHUT_WR);
  }
  LeftKeys left;
  for (Child& child : all_) await_end(child, left);
  return left;
}

// When its keys are removed, however many they are, while it says that it gets on with that.
void Children::await_end(Child& child, LeftKeys& left) const {
  bool told = child.incarnation == 0 && child.pid <= 0;  // it never had any
  // Who does not end its phase after a Ctrl-C has had its time, where nothing of ours stays on a server.
  const bool removes = setup_.backend != nullptr && setup_.backend->marks();
  const bool hurries = setup_.interrupted && !removes && child.state == Child::State::busy;
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

void Children::watch_progress() {
  progress_.look(real_now(), 2 * kLongestWait);
  for (const Child& child : all_) {
    const Duration still = progress_.still(number_of(child));
    const bool hangs = child.state == Child::State::busy && !child.halted && still > still_patience_;
    if (hangs) throw stands_still(number_of(child), child.pid, still);
  }
}

void Children::kill_process(Child& child) {
  ++child.incarnation;
  if (child.state == Child::State::busy) {
    child.told_to_die = true;
    kill(child.pid, kDieSignal);
  } else {
    if (child.state == Child::State::starting) set_up_.bounded = false;  // what it has asked for nobody knows
    child.bury();
  }
}

void Children::halt(Child& child) {
  if (child.pid > 0) kill(child.pid, kHaltSignal);
  child.halted = true;
}

void Children::resume(Child& child) {
  if (child.pid > 0) kill(child.pid, SIGCONT);
  child.halted = false;
  progress_.begin(number_of(child));
}

void Children::bring_back() {
  for (Child& child : all_) {
    if (child.state == Child::State::dead && child.back_at <= real_now()) start_child(child);
  }
}

bool Children::take_setup(Child& child, const std::string& message) {
  if (message.front() != 'o') {
    set_up_.bounded = false;
    child.bury();
    child.back_at = real_now() + kRetryEvery;
    return false;
  }
  set_up_.add(outcome_of(message).traffic);
  child.state = Child::State::idle;
  return true;
}

void Children::revive() {
  for (Child& child : all_) {
    if (child.state != Child::State::dead) continue;
    start_child(child);
    set_up_.add(wait_until_set_up(child).traffic);
  }
}

void Children::add_setup_to(PhaseOutcome& outcome) {
  outcome.harness_ns_per_op = harness_.ns_per_op;
  outcome.key_choice_ns = harness_.key_choice_ns;
  outcome.traffic.add(std::exchange(set_up_, {}));
}

}  // namespace hitbench
