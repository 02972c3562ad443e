#include "workers/forked_child.h"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "app/app_process.h"
#include "base/error.h"
#include "faults/faults.h"
#include "io/cpus.h"
#include "io/socket.h"
#include "workers/worker_messages.h"

namespace hitbench {
namespace {

std::atomic<bool> stop_requested{false};  // set by kStopSignal, cleared when an order is done
std::atomic<bool> die_requested{false};
std::atomic<bool> halt_requested{false};
std::atomic<int> bell{-1};  // an eventfd that wakes whoever looks after signals

// Gaps of a thread's loop judge nothing, and 200 threads that wake every 10 ms would take a fifth of a core.
constexpr Duration kLongestSleepOfAThread = std::chrono::seconds(1);

// What a phase may take to end that was stopped early: operations under way, and what they left. Then it is cut off.
constexpr Duration kStopPatience = std::chrono::milliseconds(750);
constexpr Duration kBeatEvery = std::chrono::milliseconds(250);
constexpr Duration kSayEvery = std::chrono::milliseconds(500);

void ring() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(bell, &one, sizeof one);
}

void obey(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(number, &action, nullptr);
}

void pin_to(const std::vector<int>& cores, int process) {
  if (cores.empty()) return;
  if (!keep_on_cpus(0, {cores[static_cast<size_t>(process) % cores.size()]})) {
    throw usage_error("app.pin: this machine has no such core", "name cores that `nproc` counts, from 0");
  }
}

// The threads of a process: one for all clients (model fiber), or one for each (model thread).
class ChildProcess {
 public:
  ChildProcess(const WorkerSetup& setup, ChildIdentity identity, int fd) : fd_(fd), beats_(identity.beats) {
    const AppSpec& app = setup.row.scenario->app;
    pin_to(app.pin, identity.process);
    const bool threads = setup.row.uses_threads();
    const int count = threads ? app.clients : 1;
    for (int i = 0; i < count; ++i) {
      const AppShape shape =
          threads ? AppShape{identity.process * count + i, app.processes * count, 1, 1, identity.incarnation}
                  : AppShape{identity.process, app.processes, app.clients, app.connections, identity.incarnation};
      loops_.push_back(Loop::real(app.spin ? Loop::Poll::spin : Loop::Poll::sleep,
                                  threads ? kLongestSleepOfAThread : Loop::kLongestSleep));
      processes_.push_back(std::make_unique<AppProcess>(setup.row, shape, *loops_.back(), setup.backend, setup.server,
                                                        setup.watch, setup.registry, stop_requested, setup.faults));
      over_.push_back(std::make_unique<Event>());
    }
    const auto breaks_by = [&](Fault::Action action) {
      return setup.faults != nullptr && setup.faults->has(Fault::Target::process, action);
    };
    if (!breaks_by(Fault::Action::kill) && !breaks_by(Fault::Action::stop)) return;
    bell_ = Socket(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    bell = bell_.fd();
    watch_ = loops_.front()->watch(bell);
  }

  // Throws what was thrown on any of its threads, when all have ended.
  PhaseOutcome run(const PhaseOrder& order) {
    std::vector<PhaseOutcome> outcomes(processes_.size());
    halt_requested = false;  // one that came when there was nothing to stop
    if (watch_) loops_.front()->spawn([this] { look_after_signals(); });
    on_every_thread([&](size_t i) {
      begin(i, order);
      loops_[i]->run();
      outcomes[i] = processes_[i]->end();
    });
    return merged(std::move(outcomes));
  }

  // Of its setup.
  Traffic traffic() {
    Traffic all;
    for (const auto& process : processes_) all.add(process->take_traffic());
    return all;
  }

  // Says now and then that it gets on, and in the end how many keys it had to leave. All threads at once: each waits
  // for a server that does not answer.
  void remove_own_keys() {
    std::mutex saying;
    Time next = real_now() + kSayEvery;
    std::atomic<uint64_t> left{0};
    on_every_thread([&](size_t i) {
      left += processes_[i]->remove_own_keys([&] {
        const std::lock_guard<std::mutex> lock(saying);
        if (real_now() < next) return;
        next = real_now() + kSayEvery;
        send_message(fd_, "p");
      });
    });
    send_message(fd_, keys_left_reply(left));
  }

 private:
  // Does it for each of the processes on its own thread, and throws what was thrown on any when all have ended.
  template <class Work>
  void on_every_thread(const Work& work) {
    std::vector<std::exception_ptr> failures(processes_.size());
    const auto try_one = [&](size_t i) {
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
        stop_requested = true;
      }
    };
    {
      std::vector<std::jthread> threads;
      for (size_t i = 1; i < processes_.size(); ++i) threads.emplace_back(try_one, i);
      try_one(0);
    }
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
  }

  void begin(size_t i, const PhaseOrder& order) {
    Loop& loop = *loops_[i];
    over_[i]->clear();
    const Loop::Group clients =
        loop.spawn_group([this, i, order] { processes_[i]->begin(order, [this, i] { settle(i); }); });
    loop.spawn([this, i, clients] { watch_over(i, clients); });
  }

  // A fiber alongside the clients of each loop: it shows the parent that the loop turns, and cuts off what does not
  // end.
  void watch_over(size_t i, Loop::Group clients) {
    Loop& loop = *loops_[i];
    Time cut_at = kNever;
    while (!over_[i]->is_set()) {
      beats_->fetch_add(1, std::memory_order_relaxed);
      const Time now = loop.now();
      if (stop_requested) cut_at = std::min(cut_at, now + kStopPatience);
      if (now >= cut_at) {
        loop.cancel(clients);
        settle(i);
      } else {
        loop.wait(*over_[i], now + kBeatEvery);
      }
    }
  }

  // A fiber alongside the clients: it sleeps until the signal comes, or the phase ends.
  void look_after_signals() {
    settled_ = false;
    while (!settled_) {
      uint64_t count = 0;
      while (read(bell, &count, sizeof count) > 0) {
      }
      if (halt_requested.exchange(false)) raise(SIGSTOP);
      if (die_requested) die();
      if (!settled_) loops_.front()->wait_readable(*watch_, kNever);
    }
  }

  void settle(size_t i) {
    over_[i]->set();
    if (!watch_) return;
    settled_ = true;
    ring();
  }

  // As a crash: no operation ends, nothing is flushed, no destructor runs. Only what was measured is handed over.
  [[noreturn]] void die() {
    send_message(fd_, 'd' + processes_.front()->cut().to_bytes());
    kill(getpid(), SIGKILL);
    while (true) pause();
  }

  const int fd_;
  std::atomic<uint64_t>* const beats_;
  std::vector<std::unique_ptr<Loop>> loops_;  // outlive the processes
  std::vector<std::unique_ptr<Event>> over_;  // the phase, on that loop
  std::vector<std::unique_ptr<AppProcess>> processes_;
  Socket bell_;
  std::unique_ptr<Watch> watch_;  // null: nobody kills or stops this process
  bool settled_ = false;
};

void serve_orders(const WorkerSetup& setup, ChildIdentity identity, int fd) {
  ChildProcess child(setup, identity, fd);
  PhaseOutcome ready;
  ready.traffic = child.traffic();
  if (identity.process == 0 && identity.incarnation == 0) {
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

sigset_t own_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {kStopSignal, kDieSignal, kHaltSignal}) sigaddset(&set, number);
  return set;
}

}  // namespace

HeldSignals::HeldSignals() {
  const sigset_t held = own_signals();
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

HeldSignals::~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void child_main(const WorkerSetup& setup, ChildIdentity identity, int fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);  // the parent decides
  obey(kStopSignal, [](int) { stop_requested = true; });
  obey(kDieSignal, [](int) {
    die_requested = true;
    ring();
  });
  obey(kHaltSignal, [](int) {
    halt_requested = true;
    ring();
  });
  obey(SIGCONT, [](int) { halt_requested = false; });  // it came before the halt was obeyed
  const sigset_t held = own_signals();
  pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
  try {
    serve_orders(setup, identity, fd);
  } catch (const Error& error) {
    send_message(fd, error_reply(error));
  } catch (const std::exception& error) {
    send_message(fd, error_reply(environment_error(error.what())));
  }
  _exit(0);  // what the parent made (servers, files) is the parent's to take down
}

}  // namespace hitbench
