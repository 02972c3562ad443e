// The application processes of a row, from the first fork to the end: they are set up, get orders, are watched, and
// die, halt and come back when a fault says so. What is ordered, and what becomes of the answers, is not known here:
// see fork_workers.cc. For the parent only, which has no threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "app/phase.h"
#include "base/error.h"
#include "base/time.h"
#include "workers/child.h"
#include "workers/progress.h"
#include "workers/workers.h"

namespace hitbench {

class Children {
 public:
  // How often a Ctrl-C is looked for.
  static constexpr Duration kLongestWait = std::chrono::milliseconds(50);

  // Forks nothing yet: if one process cannot be set up, the destructor ends the others.
  explicit Children(const WorkerSetup& setup);
  ~Children();
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  std::vector<Child>& all() { return all_; }
  bool any_under_way() const;

  // Forks all, and returns when they are set up.
  void start();
  void send(Child& child, const PhaseOrder& order);
  // Ends all; on a user's own server they first remove the keys that they stored.
  LeftKeys finish();

  // Throws Error{environment} for one that hangs. Called at least every 2 * kLongestWait while a phase is under way.
  void watch_progress();

  // One that measures hands over first, and dies then (told_to_die). One that has ended its share, or is not back yet,
  // has nothing to hand over.
  void kill_process(Child& child);
  void halt(Child& child);
  void resume(Child& child);

  // Forks those that are to be back by now; their answers come later, for take_setup.
  void bring_back();
  // Its answer to the setup. False: it could not be set up, since its cache is down too, and tries again later.
  bool take_setup(Child& child, const std::string& message);
  // Between two phases: all that are dead are forked, and set up when it returns.
  void revive();

  // What the harness costs, and the traffic of those that were set up since the last call.
  void add_setup_to(PhaseOutcome& outcome);

  static Error died() { return environment_error("an application process died"); }
  static Error too_late() { return environment_error("an application process did not answer in time"); }

 private:
  size_t number_of(const Child& child) const { return static_cast<size_t>(&child - all_.data()); }
  void start_child(Child& child);
  PhaseOutcome wait_until_set_up(Child& child);
  void await_end(Child& child, LeftKeys& left) const;

  const WorkerSetup setup_;
  const Duration still_patience_;
  std::vector<Child> all_;
  Progress progress_;
  HarnessCost harness_;
  Traffic set_up_;  // of processes that were set up since it was last told
};

}  // namespace hitbench
