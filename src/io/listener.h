// Who listens on a TCP port of this machine's loopback: between the choice of a free port and a server's bind, another
// local user may take it. Linux only, from /proc.
#pragma once

#include <sys/types.h>

#include <vector>

#include "io/socket.h"

namespace hitbench {

enum class Listener {
  none,      // nobody, or a socket that the kernel would not choose for 127.0.0.1
  ours,      // a process of the group
  anothers,  // somebody else, or a process whose descriptors we may not see
};

// Whoever gets connections to the loopback's `port`. Throws Error{environment} where /proc does not tell.
Listener listener_of(int port, pid_t group);
// Whoever gets those to a Unix socket.
Listener listener_of(const std::string& socket, pid_t group);

// The processes that listen at an address of the loopback, or on a Unix socket, as far as we may see whose they are:
// none for any other address, and none where one of the descriptors is out of our sight.
std::vector<pid_t> listening_processes(const Address& address);

}  // namespace hitbench
