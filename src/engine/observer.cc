#include "engine/observer.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "engine/worker_messages.h"

namespace hitbench {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(1);
constexpr Duration kPatience = std::chrono::seconds(5);

// Until `deadline`, or until there is something to read.
bool readable(int fd, Time deadline) {
  const Duration left = std::max(deadline - real_now(), Duration{0});
  const timespec time{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  pollfd descriptor{.fd = fd, .events = POLLIN, .revents = 0};
  return ppoll(&descriptor, 1, &time, nullptr) > 0;
}

Histogram observe(int fd) {
  Histogram late;
  Time due = real_now() + kTick;
  for (bool ends = false; !ends;) {
    ends = readable(fd, due);  // also where it was stopped until after the end
    const Time now = real_now();
    for (; due <= now; due += kTick) late.record((now - due).count());
  }
  return late;
}

[[noreturn]] void observer_main(int fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1UL);  // the default, 50 µs, would be the most of what it sees
  signal(SIGINT, SIG_IGN);        // the parent decides
  char order = 0;
  while (read_all(fd, &order, 1, kNever)) {
    std::string bytes;
    observe(fd).append_bytes(bytes);
    if (!read_all(fd, &order, 1, kNever) || !send_message(fd, bytes)) break;
  }
  _exit(0);
}

}  // namespace

Observer::Observer() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw world_error(std::string("no socket pair for the observer: ") + strerror(errno));
  }
  socket_ = Socket(ends[0]);
  const Socket its(ends[1]);
  pid_ = fork();
  if (pid_ < 0) throw world_error(std::string("the observer could not be forked: ") + strerror(errno));
  if (pid_ == 0) {
    socket_.close();
    observer_main(its.fd());
  }
}

Observer::~Observer() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Observer::begin() { write_all(socket_.fd(), "b", 1); }

Histogram Observer::end() {
  if (!write_all(socket_.fd(), "e", 1)) return {};
  const std::string bytes = read_message(socket_.fd(), real_now() + kPatience);
  std::string_view rest = bytes;
  if (!rest.empty()) return Histogram::take_bytes(rest);
  Histogram late;  // by so much at least
  late.record(kPatience.count());
  return late;
}

}  // namespace hitbench
