#include "workers/jitter_probe.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "workers/child.h"
#include "workers/worker_messages.h"

namespace hitbench {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(1);

// Until `deadline`, or until there is something to read.
bool readable(int fd, Time deadline) {
  const Duration left = std::max(deadline - real_now(), Duration{0});
  const timespec time = timespec_of(left);
  pollfd descriptor{.fd = fd, .events = POLLIN, .revents = 0};
  return ppoll(&descriptor, 1, &time, nullptr) > 0;
}

// From `begin` on, which is when it was asked to: that it was not let begin is what it looks for, too.
Histogram probe(int fd, Time begin) {
  Histogram late;
  Time due = begin + kTick;
  for (bool ends = false; !ends;) {
    ends = readable(fd, due);  // also where it was stopped until after the end
    const Time now = real_now();
    for (; due <= now; due += kTick) late.record((now - due).count());
  }
  return late;
}

[[noreturn]] void probe_main(int fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1UL);  // the default, 50 µs, would be the most of what it sees
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);  // the parent decides
  Time begin;
  while (read_all(fd, &begin, sizeof begin, kNever)) {
    std::string bytes;
    probe(fd, begin).append_bytes(bytes);
    char order = 0;
    if (!read_all(fd, &order, 1, kNever) || !send_message(fd, bytes)) break;
  }
  _exit(0);
}

}  // namespace

JitterProbe::JitterProbe(Duration patience) : patience_(patience) { start(); }

JitterProbe::~JitterProbe() { stop(); }

void JitterProbe::start() {
  socket_.close();
  Forked forked = fork_with_socket("the jitter probe");
  if (forked.pid == 0) probe_main(forked.socket.fd());
  pid_ = forked.pid;
  socket_ = std::move(forked.socket);
}

void JitterProbe::stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void JitterProbe::begin() {
  const Time now = real_now();
  write_all(socket_.fd(), &now, sizeof now);
}

Histogram JitterProbe::end() {
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
