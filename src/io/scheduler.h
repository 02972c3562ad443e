// What both loops share: the fibers, the queue of those that can run, timers and waiting for events. It has no clock
// and no descriptors; the loops add those.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "base/check.h"
#include "io/fiber.h"
#include "io/loop.h"
#include "io/timers.h"

namespace hitbench {

void append(FiberList& list, Fiber& fiber);
void remove(FiberList& list, Fiber& fiber);

class Scheduler {
 public:
  Scheduler() = default;
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Into the group of the current fiber.
  void spawn(std::function<void()> body);
  Loop::Group spawn_group(std::function<void()> body);
  void cancel_group(Loop::Group group);
  void pause_group(Loop::Group group);
  void resume_group(Loop::Group group);
  bool is_paused(const Fiber& fiber) const {
    return fiber.group != 0 && std::find(paused_.begin(), paused_.end(), fiber.group) != paused_.end();
  }
  size_t live() const { return live_; }
  bool any_ready() const { return ready_first_ != nullptr; }
  bool in_fiber() const { return current_ != nullptr; }
  Fiber& current() const {
    CHECK(current_ != nullptr && "only a fiber of this loop may wait");
    return *current_;
  }

  // Takes the first ready fiber and runs it until it waits. When it ends with an exception, unwinds all others and
  // throws it.
  void run_next();
  // Unwinds every fiber; what these throw is lost.
  void cancel_all();
  void run(Fiber& fiber);

  // From the current fiber: lets the first ready fiber run now, and this one after all that are ready.
  void yield();
  // From the current fiber: leaves it until it is made ready. Returns whether what it waited for came.
  bool block();
  void make_ready(Fiber& fiber);

  // Waits, from the current fiber, for the event or whatever else wakes it: see set_timer.
  bool wait(Event& event);
  void set_timer(Time due);
  void sleep(Time due);
  uint64_t next_sequence() { return ++sequence_; }

  // The fiber's wait is over: takes it out of everything it was in and makes it ready.
  void wake(Fiber& fiber, bool woken);

  const std::vector<std::unique_ptr<Fiber>>& fibers() const { return fibers_; }

  Timers timers;

 private:
  void spawn_into(Loop::Group group, std::function<void()> body);
  void append_ready(Fiber& fiber);
  Fiber& take_ready();
  void forget_wait(Fiber& fiber);
  void recycle(Fiber& fiber);

  Outside outside_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> idle_;  // ended; their stacks are used again, the warmest first
  Fiber* ready_first_ = nullptr;
  Fiber* ready_last_ = nullptr;
  std::vector<Loop::Group> paused_;
  std::vector<Fiber*> held_;  // could run, but for their group's pause
  Loop::Group groups_ = 0;
  Fiber* current_ = nullptr;
  size_t live_ = 0;
  uint64_t sequence_ = 0;
};

}  // namespace hitbench
