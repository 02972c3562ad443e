// The child's side of a forked application process: it sets itself up, says so, and obeys orders until its end of the
// socket pair is closed.
#pragma once

#include <signal.h>

#include <atomic>
#include <cstdint>

#include "workers/workers.h"

namespace hitbench {

struct ChildIdentity {
  int process = 0;
  int incarnation = 0;                     // how often it was killed before
  std::atomic<uint64_t>* beats = nullptr;  // in shared memory: it counts while a phase gets on
};

// Its signals: end the phase early; and die, with what is measured handed over first.
inline constexpr int kStopSignal = SIGUSR1;
inline constexpr int kDieSignal = SIGUSR2;
// Stand still until SIGCONT. Unlike SIGSTOP it is obeyed between two turns of the loop, where no lock that processes
// share is held: a stopped application process stops no other.
inline constexpr int kHaltSignal = SIGTTIN;

// A child is forked under this, for a signal that comes before it has its handlers would kill it. child_main lets the
// signals through.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_;
};

[[noreturn]] void child_main(const WorkerSetup& setup, ChildIdentity identity, int fd);

}  // namespace hitbench
