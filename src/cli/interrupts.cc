#include "cli/interrupts.h"

#include <signal.h>

#include <cstdint>
#include <initializer_list>

#include "base/time.h"

namespace hitbench {
namespace {

// Signals that come this soon after the first are the same event: `timeout` signals its child and the group that the
// child is in, and a terminal that closes hangs up more than once.
constexpr int64_t kOneEventNs = 1'000'000'000;

std::atomic<bool> was_interrupted{false};
std::atomic<int64_t> first_at{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free);

void obey(int number) {
  const int64_t now = real_now().time_since_epoch().count();
  if (!was_interrupted.exchange(true)) {
    first_at = now;
  } else if (now - first_at > kOneEventNs) {
    signal(number, SIG_DFL);
    raise(number);  // delivered when this handler returns
  }
}

}  // namespace

const std::atomic<bool>& watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = &obey;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (number == SIGHUP && before.sa_handler == SIG_IGN) continue;  // nohup
    sigaction(number, &action, nullptr);
  }
  signal(SIGPIPE, SIG_IGN);
  return was_interrupted;
}

}  // namespace hitbench
