// Real time: CLOCK_MONOTONIC and edge-triggered epoll. A round is: run ready fibers, at most 256 turns (64 while a
// timer is set) or for about 1 ms, then look at descriptors and timers; sleep in the kernel only when no fiber can run.
//
// Two kinds of deadline, by what they must cost. A sleep uses the heap: exact. A wait for a descriptor or an event is
// nearly always ended by what it waits for, so its deadline is a note in the fiber; all fibers are scanned when the
// earliest of them has passed, and at most every 5 ms.
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/error.h"
#include "io/parts.h"
#include "io/scheduler.h"

namespace hitbench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// A look is a system call, which many turns share. Where a timer is set, turns could make it late.
constexpr int kTurnsPerPoll = 256;
constexpr int kTurnsPerPollTimed = 64;
// Of one fiber that need not wait: a switch, and what the next fiber finds no longer in the CPU's caches, cost as much
// as a quarter of a hit in the process' memory.
constexpr int kTurnsInARow = 16;
constexpr Duration kPollEvery = milliseconds(1);
constexpr Duration kScanEvery = milliseconds(5);
// A sleep in the kernel ends some 50 µs late on common machines even with a timer slack of 1 ns; the rest is polled.
constexpr Duration kSpinBefore = microseconds(60);
// An empty poll costs about 1 µs. What takes much longer was another process' time, not spinning.
constexpr Duration kLongestEmptyPoll = microseconds(20);
constexpr int kEventsPerPoll = 256;

// What is known of one direction of a descriptor, and who waits for it.
struct Readiness {
  bool ready = false;
  Fiber* waiter = nullptr;
};

class RealWatch final : public Watch {
 public:
  RealWatch(int epoll, int fd, int& watches) : epoll_(epoll), fd_(fd), watches_(watches) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = this;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &event) != 0) {
      throw environment_error(std::string("cannot watch a descriptor: ") + std::strerror(errno));
    }
    ++watches_;
  }
  ~RealWatch() override {
    CHECK(readable.waiter == nullptr && writable.waiter == nullptr && "a fiber still waits for this descriptor");
    epoll_ctl(epoll_, EPOLL_CTL_DEL, fd_, nullptr);
    --watches_;
  }

  Readiness readable;
  Readiness writable;

 private:
  int epoll_;
  int fd_;
  int& watches_;  // of the loop
};

class RealLoop final : public Loop {
 public:
  RealLoop(Poll poll, Duration longest_sleep)
      : spins_(poll == Poll::spin), longest_sleep_(longest_sleep), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw environment_error(std::string("cannot make an epoll descriptor: ") + std::strerror(errno));
    seen_ = looked_ = real_now();
  }
  ~RealLoop() override { close(epoll_); }

  bool is_virtual() const override { return false; }
  Time now() const override { return seen_ = real_now(); }
  Time last_reading() const override { return seen_; }
  void spawn(std::function<void()> body) override { scheduler_.spawn(std::move(body)); }
  bool in_fiber() const override { return scheduler_.in_fiber(); }
  Group spawn_group(std::function<void()> body) override { return scheduler_.spawn_group(std::move(body)); }
  void cancel(Group group) override { scheduler_.cancel_group(group); }
  void pause(Group group) override { scheduler_.pause_group(group); }
  void resume(Group group) override { scheduler_.resume_group(group); }
  std::unique_ptr<Watch> watch(int fd) override { return std::make_unique<RealWatch>(epoll_, fd, watches_); }
  Duration spun() const override { return spun_; }
  Duration longest_gap() const override { return longest_gap_; }
  void reset_gap() override { longest_gap_ = Duration{0}; }

  void run() override {
    CHECK(!in_fiber());
    prctl(PR_SET_TIMERSLACK, 1UL);  // of this thread; the default is 50 µs
    looked_ = now();
    try {
      while (scheduler_.live() > 0) turn();
    } catch (...) {  // outside of any fiber, as where memory ends: none is left behind in the middle of a wait
      scheduler_.cancel_all();
      throw;
    }
  }

  void yield() override {
    Fiber& fiber = scheduler_.current();
    if (fiber.is_canceled()) return Fiber::unwind();
    ++turns_;
    if (!poll_is_due()) return scheduler_.yield();
    scheduler_.make_ready(fiber);
    scheduler_.block();
  }

  bool yield_unless_waited() override {
    Fiber& fiber = scheduler_.current();
    const bool yields = !fiber.waited && (++turns_ % kTurnsInARow == 0 || poll_is_due() || fiber.is_canceled());
    if (yields) yield();
    fiber.waited = false;
    return yields;
  }

  void sleep_until(Time due) override {
    CHECK(due != kNever && "a fiber would sleep forever");
    if (due > now()) scheduler_.sleep(due);
  }

  [[gnu::flatten]] bool wait(Event& event, Time deadline) override {
    if (event.is_set()) return true;
    if (deadline <= seen_) return false;
    Fiber& fiber = scheduler_.current();
    if (fiber.is_canceled()) return Fiber::unwind(), false;
    note_deadline(fiber, deadline);
    return scheduler_.wait(event);
  }

  bool wait_readable(Watch& watch, Time deadline) override {
    return wait_for(static_cast<RealWatch&>(watch).readable, deadline);
  }
  bool wait_writable(Watch& watch, Time deadline) override {
    return wait_for(static_cast<RealWatch&>(watch).writable, deadline);
  }

 private:
  void turn() {
    if (!scheduler_.any_ready() || poll_is_due()) return poll();
    ++turns_;
    scheduler_.run_next();
  }

  bool wait_for(Readiness& side, Time deadline) {
    Fiber& fiber = scheduler_.current();
    if (deadline <= seen_) return false;  // first: a fast answer to what was asked too late is late as well
    if (side.ready) return side.ready = false, true;
    if (fiber.is_canceled()) return Fiber::unwind(), false;
    CHECK(side.waiter == nullptr && "two fibers wait for one direction of a descriptor");
    side.waiter = &fiber;
    fiber.watcher = &side.waiter;
    note_deadline(fiber, deadline);
    return scheduler_.block();
  }

  void note_deadline(Fiber& fiber, Time deadline) {
    fiber.due = deadline;
    fiber.noted = true;
    first_deadline_ = std::min(first_deadline_, deadline);
  }

  // Costs no clock reading: clients read the clock around every operation, and that reading is used here.
  bool poll_is_due() const {
    const int most = scheduler_.timers.empty() ? kTurnsPerPoll : kTurnsPerPollTimed;
    return turns_ >= most || seen_ - looked_ >= kPollEvery;
  }

  void poll() {
    const bool idle = !scheduler_.any_ready();
    const Time begin = idle ? now() : seen_;
    const Time wake = idle && !spins_ ? std::min(wake_time(), begin + longest_sleep_) : begin;
    const bool sleeps = wake > begin;
    if (sleeps) note_gap(begin - looked_);
    const bool asks_kernel = sleeps || watches_ > 0;
    const int count = asks_kernel ? wait_for_events(sleeps ? wake - begin : Duration{0}) : 0;
    const Time end = now();
    if (!sleeps) {
      note_gap(end - looked_);
    } else if (end > wake) {
      note_gap(end - wake);
    }
    looked_ = end;
    turns_ = 0;
    dispatch(count);
    pass_deadlines();
    if (idle && !sleeps && !scheduler_.any_ready()) spun_ += std::min(end - begin, kLongestEmptyPoll);
  }

  // When there is something to do, even if no descriptor is ready until then.
  Time wake_time() const {
    const Time timer = scheduler_.timers.next_due();
    CHECK((timer != kNever || first_deadline_ != kNever || any_watches()) && "every fiber waits forever");
    const Time sleep_end = timer == kNever ? kNever : timer - kSpinBefore;
    const Time scan = first_deadline_ == kNever ? kNever : std::max(first_deadline_, scanned_ + kScanEvery);
    return std::min(sleep_end, scan);
  }

  bool any_watches() const {
    const auto& fibers = scheduler_.fibers();
    return std::any_of(fibers.begin(), fibers.end(), [](const auto& fiber) { return fiber->watcher != nullptr; });
  }

  int wait_for_events(Duration timeout) {
    const timespec time = timespec_of(timeout);
    int count = -1;
    if (has_pwait2_) {
      count = epoll_pwait2(epoll_, events_.data(), kEventsPerPoll, &time, nullptr);
      has_pwait2_ = count >= 0 || errno != ENOSYS;
    }
    if (!has_pwait2_) {  // Linux before 5.11: whole milliseconds, rounded down; the rest is polled
      count = epoll_wait(epoll_, events_.data(), kEventsPerPoll, static_cast<int>(timeout / milliseconds(1)));
    }
    CHECK(count >= 0 || errno == EINTR);
    return count;
  }

  void dispatch(int count) {
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events_[static_cast<size_t>(i)];
      RealWatch& watch = *static_cast<RealWatch*>(event.data.ptr);
      const bool closed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
      if (closed || (event.events & (EPOLLIN | EPOLLRDHUP)) != 0) announce(watch.readable);
      if (closed || (event.events & EPOLLOUT) != 0) announce(watch.writable);
    }
  }

  void announce(Readiness& side) {
    if (side.waiter == nullptr) {
      side.ready = true;
    } else {
      scheduler_.wake(*side.waiter, true);
    }
  }

  void pass_deadlines() {
    while (scheduler_.timers.next_due() <= looked_) scheduler_.wake(scheduler_.timers.next(), false);
    if (first_deadline_ <= looked_ && scanned_ + kScanEvery <= looked_) scan_waiting();
  }

  void scan_waiting() {
    scanned_ = looked_;
    first_deadline_ = kNever;
    for (const std::unique_ptr<Fiber>& fiber : scheduler_.fibers()) {
      if (!fiber->noted) continue;
      if (fiber->due <= looked_) {
        scheduler_.wake(*fiber, false);
      } else {
        first_deadline_ = std::min(first_deadline_, fiber->due);
      }
    }
  }

  void note_gap(Duration gap) { longest_gap_ = std::max(longest_gap_, gap); }

  const bool spins_;
  const Duration longest_sleep_;
  const int epoll_;
  int watches_ = 0;
  bool has_pwait2_ = true;
  std::array<epoll_event, kEventsPerPoll> events_{};
  Time first_deadline_ = kNever;  // of those noted, or earlier: of a wait that is over
  Time scanned_{};
  mutable Time seen_{};  // the last reading of the clock, by whomever
  Time looked_{};        // the last look at descriptors and timers
  int turns_ = 0;        // since then
  Duration spun_{0};
  Duration longest_gap_{0};
  Scheduler scheduler_;
};

}  // namespace

// The quickest of a few series: whatever else the machine does can only make one slower.
Duration real_cost_of_readings(int64_t count) {
  constexpr int kSeries = 5, kReadings = 1000;
  static const Duration cost = [] {
    Duration least = kForever;
    for (int series = 0; series < kSeries; ++series) {
      const Time start = real_now();
      for (int i = 1; i < kReadings; ++i) real_now();
      least = std::min(least, real_now() - start);
    }
    return least;
  }();
  return cost * count / kReadings;
}

std::unique_ptr<Loop> make_real_loop(Loop::Poll poll, Duration longest_sleep) {
  return std::make_unique<RealLoop>(poll, longest_sleep);
}

}  // namespace hitbench
