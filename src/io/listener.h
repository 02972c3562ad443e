// Who listens on a TCP port of this machine's loopback: between the choice of a free port and a server's bind, another
// local user may take it. Linux only, from /proc.
#pragma once

#include <sys/types.h>

namespace hitbench {

enum class Listener {
  none,      // nobody, or a socket that the kernel would not choose for 127.0.0.1
  ours,      // a process of the group
  anothers,  // somebody else, or a process whose descriptors we may not see
};

// Whoever gets connections to 127.0.0.1:`port`. Throws Error{world} where /proc does not tell.
Listener listener_of(int port, pid_t group);

}  // namespace hitbench
