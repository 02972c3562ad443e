#include "workers/child.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "workers/forked_child.h"

namespace hitbench {

void Child::bury() {
  if (pid < 0) return;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  socket.close();
  pid = -1;
  state = State::dead;
}

void Child::break_off() const { kill(pid, kStopSignal); }

Forked fork_with_socket(const std::string& name) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw environment_error("no socket pair for " + name + ": " + strerror(errno));
  }
  Socket ours(ends[0]), its(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) throw environment_error(name + " could not be forked: " + strerror(errno));
  return {pid, std::move(pid == 0 ? its : ours)};
}

void wait_for(std::vector<pollfd> descriptors, Duration patience) {
  const timespec time = timespec_of(patience);
  ppoll(descriptors.data(), descriptors.size(), &time, nullptr);
}

}  // namespace hitbench
