// The event loop of one application process: the only place that knows how to wait. Clients are fibers on it and
// read like blocking code. One thread owns a loop; nothing here is thread-safe. A fiber never changes its loop.
//
// Two clocks behind one interface: real time (CLOCK_MONOTONIC, epoll) and virtual time, which jumps to the next due
// timer when no fiber can run. In virtual time ties run in the order of (time, creation), so a run is reproducible.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/time.h"

namespace hitbench {

class Loop;

// Something one fiber announces and others wait for. Belongs to one loop. `set` wakes all waiters, in the order in
// which they began to wait, and stays set until `clear`.
class Event {
 public:
  Event();
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set();
  void clear();
  bool is_set() const;

 private:
  friend class Loop;
  struct State;
  std::unique_ptr<State> state_;
};

// A descriptor that a loop watches (edge-triggered, registered once). Not owned: close it after this is destroyed.
class Watch;

class Loop {
 public:
  enum class Poll { sleep, spin };  // spin never sleeps in the kernel: lower latency, one core busy

  static std::unique_ptr<Loop> real(Poll poll = Poll::sleep);
  static std::unique_ptr<Loop> virtual_time();
  virtual ~Loop() = default;

  virtual bool is_virtual() const = 0;

  // Real: CLOCK_MONOTONIC. Virtual: starts at zero.
  virtual Time now() const = 0;

  // Starts a fiber; callable from inside and outside of fibers. The fiber runs when the loop next does.
  virtual void spawn(std::function<void()> body) = 0;

  // Runs until every fiber has ended. Fibers that wait for ever are a bug (CHECK in virtual time).
  virtual void run() = 0;

  // The four ways to wait, called from a fiber of this loop only, never inside a catch or while holding a mutex.
  // Each returns true when what it waited for came, false when `deadline` passed first.
  virtual bool wait_readable(Watch& watch, Time deadline) = 0;
  virtual bool wait_writable(Watch& watch, Time deadline) = 0;
  virtual bool wait(Event& event, Time deadline) = 0;
  virtual void sleep_until(Time due) = 0;

  // Lets the other ready fibers run. The loop polls descriptors and timers at least every 64 switches or 1 ms. In
  // virtual time a turn costs 1 ns: time always moves.
  virtual void yield() = 0;

  // Real time only: starts watching a non-blocking descriptor.
  virtual std::unique_ptr<Watch> watch(int fd) = 0;

  // CPU time that the loop spent polling without need (Poll::spin, and the last 60 µs before a sleep's end): not work.
  virtual Duration spun() const = 0;
  // The longest span in which the loop did not get to look at its timers: a gap of our own.
  virtual Duration longest_gap() const = 0;
  virtual void reset_gap() = 0;
};

}  // namespace hitbench
