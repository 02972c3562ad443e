#include "engine/child.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "engine/forked_child.h"

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

void wait_for(std::vector<pollfd> descriptors, Duration patience) {
  const timespec time{patience.count() / 1'000'000'000, patience.count() % 1'000'000'000};
  ppoll(descriptors.data(), descriptors.size(), &time, nullptr);
}

}  // namespace hitbench
