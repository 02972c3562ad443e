#include "cli/interrupts.h"

#include <signal.h>

namespace hitbench {
namespace {

std::atomic<bool> interrupted{false};

}  // namespace

const std::atomic<bool>& watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return interrupted;
}

}  // namespace hitbench
