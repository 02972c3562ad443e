// Processes that a server of ours left outside its process group, by setsid or as a daemon: a wrapper may do that. A
// daemon's parent is then this process (PR_SET_CHILD_SUBREAPER), else it would be nobody's whom we know. Main thread
// only; Linux only, from /proc.
#pragma once

#include <sys/types.h>

#include <vector>

#include "io/socket.h"

namespace hitbench {

// From now on orphans among the descendants of this process become its children. False, and nothing is done, where it
// had children already that no ServerProcess started: a shell's, which became this process by exec.
bool adopt_orphans();

// The descendants of `leader` that have left its group, each held by a descriptor of the process, for the number of one
// that ends may be used again by somebody else.
class Strays {
 public:
  explicit Strays(pid_t leader);
  void kill() const;

 private:
  std::vector<Socket> held_;
};

// Kills and reaps what this process has adopted: children that run another program than it does, and that no
// ServerProcess started.
void end_adopted();

}  // namespace hitbench
