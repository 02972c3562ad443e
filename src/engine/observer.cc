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
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);  // the parent decides
  char order = 0;
  while (read_all(fd, &order, 1, kNever)) {
    std::string bytes;
    observe(fd).append_bytes(bytes);
    if (!read_all(fd, &order, 1, kNever) || !send_message(fd, bytes)) break;
  }
  _exit(0);
}

}  // namespace

Observer::Observer(Duration patience) : patience_(patience) { start(); }

Observer::~Observer() { stop(); }

void Observer::start() {
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

void Observer::stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Observer::begin() { write_all(socket_.fd(), "b", 1); }

Histogram Observer::end() {
  const bool asked = write_all(socket_.fd(), "e", 1);
  const Time deadline = real_now() + patience_;
  const std::string bytes = asked ? read_message(socket_.fd(), deadline) : "";
  std::string_view rest = bytes;
  if (!rest.empty()) return Histogram::take_bytes(rest);
  Histogram late;
  if (real_now() >= deadline) late.record(patience_.count());
  stop();
  start();
  return late;
}

}  // namespace hitbench
