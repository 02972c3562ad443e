// One application process of a row, as its parent sees it.
//
//            forked              is set up           gets an order
//   dead ------------> starting -----------> idle -------------------> busy
//     ^                   |                  | ^                        | |
//     |                   | setup failed,    | +---- has measured ------+ |
//     |                   v or killed        v killed                     | killed, and has handed over
//     +-------------------+------------------+----------------------------+ what it measured (told_to_die)
//
// A dead one that is to come back does so at back_at, in a new incarnation. A fault that stops a process (`halted`)
// leaves its state as it is.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "io/socket.h"
#include "workers/worker_messages.h"

namespace hitbench {

struct Child {
  enum class State { idle, starting, busy, dead } state = State::dead;
  pid_t pid = -1;
  Socket socket;
  Inbox inbox;
  int incarnation = 0;
  bool told_to_die = false;
  bool halted = false;              // by a fault, until it heals
  Time back_at = kNever;            // of a dead one
  std::optional<size_t> killed_by;  // the number of the fault
  uint64_t done = 0;                // operations of its share of this phase

  // It has not ended its share of the phase, or is to come back for it.
  bool is_under_way() const { return state == State::busy || state == State::starting || back_at != kNever; }
  // SIGKILL; returns when it is gone. Nothing happens to one that is dead.
  void bury();
  // Ends its phase early, with what it has.
  void break_off() const;
};

// A process forked from this one, with a socket between the two: each of them gets its own end.
struct Forked {
  pid_t pid;  // 0: this is the new one
  Socket socket;
};
// `name` is what an Error{environment} calls it.
Forked fork_with_socket(const std::string& name);

// Until one of the descriptors is ready, a signal comes, or the patience ends.
void wait_for(std::vector<pollfd> descriptors, Duration patience);

}  // namespace hitbench
