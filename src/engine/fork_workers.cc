// Real time: every application process of a row is a forked child that waits on a socket pair for orders. The parent
// owns servers and signals; a child hands back what it measured as bytes.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "engine/app_process.h"
#include "engine/workers.h"

namespace hitbench {
namespace {

std::atomic<bool> stop_requested{false};  // in a child: set by SIGUSR1, cleared when an order begins

// A phase that is over may still wait for operations under way and for a backlog; after this, its process is stuck.
constexpr Duration kGrace = std::chrono::seconds(5);
// Between an order and its start: every process has read it by then.
constexpr Duration kLead = std::chrono::milliseconds(5);

Time real_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

bool write_all(int fd, const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool send_message(int fd, std::string_view bytes) {
  const uint64_t size = bytes.size();
  return write_all(fd, &size, sizeof size) && write_all(fd, bytes.data(), bytes.size());
}

// Reads exactly `size` bytes until `deadline`; false on the end of the stream or a time-out.
bool read_all(int fd, void* data, size_t size, Time deadline) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - real_now()).count();
    if (deadline != kNever && left <= 0) return false;
    const int rc = poll(&ready, 1, deadline == kNever ? -1 : static_cast<int>(std::min<int64_t>(left, 1 << 30)));
    if (rc <= 0) continue;  // a time-out, or a signal: whoever waits for one looks for it between short waits
    const ssize_t n = recv(fd, at, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

// ---- The child ----

void pin_to(const std::vector<int>& cores, int process) {
  if (cores.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(cores[static_cast<size_t>(process) % cores.size()]), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    throw usage_error("app.pin: this machine has no such core", "name cores that `nproc` counts, from 0");
  }
}

// The threads of a process: one for all clients (model fiber), or one for each (model thread).
class ChildProcess {
 public:
  ChildProcess(const WorkerSetup& setup, int process) {
    const AppSpec& app = setup.row.scenario->app;
    pin_to(app.pin, process);
    const bool threads = app.thread_model || (setup.backend != nullptr && setup.backend->blocks_thread());
    const int count = threads ? app.clients : 1;
    for (int i = 0; i < count; ++i) {
      const AppShape shape = threads ? AppShape{process * count + i, app.processes * count, 1, 1}
                                     : AppShape{process, app.processes, app.clients, app.connections};
      loops_.push_back(Loop::real(app.spin ? Loop::Poll::spin : Loop::Poll::sleep));
      processes_.push_back(std::make_unique<AppProcess>(setup.row, shape, *loops_.back(), setup.backend, setup.server,
                                                        setup.registry, stop_requested));
    }
  }

  PhaseOutcome run(const PhaseOrder& order) {
    std::vector<PhaseOutcome> outcomes(processes_.size());
    const auto run_one = [&](size_t i) {
      processes_[i]->begin(order);
      loops_[i]->run();
      outcomes[i] = processes_[i]->end();
    };
    std::vector<std::thread> threads;
    for (size_t i = 1; i < processes_.size(); ++i) threads.emplace_back(run_one, i);
    run_one(0);
    for (std::thread& thread : threads) thread.join();
    for (size_t i = 1; i < outcomes.size(); ++i) outcomes[0].merge(outcomes[i]);
    return std::move(outcomes[0]);
  }

  void remove_own_keys() {
    for (const auto& process : processes_) process->remove_own_keys();
  }

 private:
  std::vector<std::unique_ptr<Loop>> loops_;  // outlive the processes
  std::vector<std::unique_ptr<AppProcess>> processes_;
};

// Replies begin with one letter: 'o' an outcome follows, 'w', 'u' or 's' an Error (world, usage, unavailable) as
// what NUL remedy.
std::string error_reply(const Error& error) {
  const char cause = error.cause() == Error::Cause::world ? 'w' : error.cause() == Error::Cause::usage ? 'u' : 's';
  return cause + std::string(error.what()) + '\0' + error.remedy();
}

void serve_orders(const WorkerSetup& setup, int process, int fd) {
  ChildProcess child(setup, process);
  PhaseOutcome ready;
  if (process == 0) {
    const HarnessCost cost = measure_harness(setup.row, setup.registry);
    ready.harness_ns_per_op = cost.ns_per_op;
    ready.key_choice_ns = cost.key_choice_ns;
  }
  if (!send_message(fd, 'o' + ready.to_bytes())) return;
  PhaseOrder order;
  while (read_all(fd, &order, sizeof order, kNever)) {
    if (!send_message(fd, 'o' + child.run(order).to_bytes())) return;
    stop_requested = false;
  }
  child.remove_own_keys();
}

[[noreturn]] void child_main(const WorkerSetup& setup, int process, int fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGINT, SIG_IGN);  // the parent decides; it sends SIGUSR1
  struct sigaction stop {};
  stop.sa_handler = [](int) { stop_requested = true; };
  stop.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &stop, nullptr);
  try {
    serve_orders(setup, process, fd);
  } catch (const Error& error) {
    send_message(fd, error_reply(error));
  } catch (const std::exception& error) {
    send_message(fd, error_reply(world_error(error.what())));
  }
  _exit(0);  // what the parent made (servers, files) is the parent's to take down
}

// ---- The parent ----

struct Child {
  pid_t pid = -1;
  int fd = -1;
};

PhaseOutcome outcome_of(std::string_view reply) {
  if (reply.front() == 'o') return PhaseOutcome::from_bytes(reply.substr(1));
  const auto cause = reply.front() == 'w'   ? Error::Cause::world
                     : reply.front() == 'u' ? Error::Cause::usage
                                            : Error::Cause::unavailable;
  const size_t end = reply.find('\0');
  throw Error(cause, std::string(reply.substr(1, end - 1)), std::string(reply.substr(end + 1)));
}

class ForkedWorkers final : public Workers {
 public:
  explicit ForkedWorkers(const WorkerSetup& setup)
      : name_(setup.row.name), timeout_(setup.row.scenario->app.timeout), interrupted_(setup.interrupted) {}

  // Apart from the constructor: if one process cannot be set up, the destructor ends the others.
  void start(const WorkerSetup& setup) {
    for (int process = 0; process < setup.row.scenario->app.processes; ++process) start_child(setup, process);
    for (const Child& child : children_) {
      const PhaseOutcome ready = receive(child, real_now() + std::chrono::seconds(60));
      harness_.harness_ns_per_op = std::max(harness_.harness_ns_per_op, ready.harness_ns_per_op);
      harness_.key_choice_ns = std::max(harness_.key_choice_ns, ready.key_choice_ns);
    }
  }

  ~ForkedWorkers() override {
    for (const Child& child : children_) {
      kill(child.pid, SIGKILL);
      close(child.fd);
      waitpid(child.pid, nullptr, 0);
    }
  }

  PhaseOutcome run(PhaseOrder order) override {
    order.start = real_now() + kLead;
    told_to_stop_ = false;
    for (const Child& child : children_) {
      if (!write_all(child.fd, &order, sizeof order)) throw died();
    }
    // A phase of operations has no end of its own: only a process that hangs needs one, and its time-outs see to that.
    const Time deadline =
        order.duration > Duration{0}
            ? order.start + order.duration + std::max<Duration>(timeout_, kGrace) + 2 * timeout_ + kGrace
            : kNever;
    PhaseOutcome all = receive(children_.front(), deadline);
    for (size_t i = 1; i < children_.size(); ++i) all.merge(receive(children_[i], deadline));
    all.harness_ns_per_op = harness_.harness_ns_per_op;
    all.key_choice_ns = harness_.key_choice_ns;
    return all;
  }

  void finish() override {
    for (const Child& child : children_) shutdown(child.fd, SHUT_WR);
    for (Child& child : children_) {
      char byte;
      read_all(child.fd, &byte, 1, real_now() + std::chrono::seconds(60));  // its end, when the keys are removed
    }
  }

  Time now() const override { return real_now(); }

 private:
  void start_child(const WorkerSetup& setup, int process) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      throw world_error(std::string("no socket pair for an application process: ") + strerror(errno));
    }
    const pid_t pid = fork();
    if (pid < 0) throw world_error(std::string("no application process could be forked: ") + strerror(errno));
    if (pid == 0) {
      close(ends[0]);
      for (const Child& other : children_) close(other.fd);
      child_main(setup, process, ends[1]);
    }
    close(ends[1]);
    children_.push_back({pid, ends[0]});
  }

  // Waits for a reply; a Ctrl-C meanwhile is passed on, once, and shortens the wait.
  PhaseOutcome receive(const Child& child, Time deadline) {
    uint64_t size = 0;
    while (!read_all(child.fd, &size, sizeof size, step(deadline))) {
      if (real_now() >= deadline) throw world_error(name_ + ": an application process did not answer in time");
      if (!readable_again(child)) throw died();
      if (interrupted_ && !told_to_stop_) deadline = tell_all_to_stop();
    }
    std::string reply(size, '\0');
    if (!read_all(child.fd, reply.data(), size, kNever)) throw died();
    return outcome_of(reply);
  }

  static Time step(Time deadline) { return std::min<Time>(deadline, real_now() + std::chrono::milliseconds(50)); }

  static bool readable_again(const Child& child) {
    char byte;
    const ssize_t n = recv(child.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n != 0 && (n > 0 || errno == EAGAIN || errno == EINTR);
  }

  Time tell_all_to_stop() {
    told_to_stop_ = true;
    for (const Child& child : children_) kill(child.pid, SIGUSR1);
    return real_now() + 2 * timeout_ + kGrace;
  }

  Error died() const { return world_error(name_ + ": an application process died"); }

  const std::string name_;
  const Duration timeout_;
  const std::atomic<bool>& interrupted_;
  std::vector<Child> children_;
  PhaseOutcome harness_;
  bool told_to_stop_ = false;
};

}  // namespace

std::unique_ptr<Workers> fork_workers(const WorkerSetup& setup) {
  auto workers = std::make_unique<ForkedWorkers>(setup);
  workers->start(setup);
  return workers;
}

}  // namespace hitbench
