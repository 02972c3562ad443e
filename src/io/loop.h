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

class Fiber;
class Scheduler;

// Fibers that wait, linked through themselves: a fiber is in one list at most, for it waits for one thing at a time.
struct FiberList {
  Fiber* first = nullptr;
  Fiber* last = nullptr;
};

// Something one fiber announces and others wait for. Belongs to one loop. `set` wakes all waiters, in the order in
// which they began to wait, and stays set until `clear`. A waiter that was woken returns true even if the event is
// cleared before it gets to run. No fiber may wait for it any more when it is destroyed.
class Event {
 public:
  Event() = default;
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set();
  void clear() { is_set_ = false; }
  bool is_set() const { return is_set_; }

 private:
  friend class Scheduler;
  FiberList waiting_;
  bool is_set_ = false;
};

// A descriptor that a loop watches (edge-triggered, registered once). Destroy it before the descriptor is closed and
// before the loop is; the descriptor is not owned. Because edges are reported once, read (or write) until EAGAIN
// before waiting: try, EAGAIN, wait, try again. A wait may return without need; then the next try says EAGAIN.
class Watch {
 public:
  virtual ~Watch() = default;
};

class Loop {
 public:
  enum class Poll { sleep, spin };  // spin never sleeps in the kernel: lower latency, one core busy

  // A loop that sleeps in the kernel cannot tell a quiet server from being stopped itself, so it wakes after
  // `longest_sleep`: a stop counts as a gap but for that. An empty wake-up costs some 10 µs.
  static constexpr Duration kLongestSleep = std::chrono::milliseconds(10);
  static std::unique_ptr<Loop> real(Poll poll = Poll::sleep, Duration longest_sleep = kLongestSleep);
  static std::unique_ptr<Loop> virtual_time();
  // What so many calls of a real one's now() cost on this machine; measured once.
  static Duration cost_of_readings(int64_t count);
  virtual ~Loop() = default;

  virtual bool is_virtual() const = 0;

  // Real: CLOCK_MONOTONIC. Virtual: starts at zero.
  virtual Time now() const = 0;
  // The clock's last reading, by whomever: free, and no older than the loop's last look at its timers (256 turns or
  // 1 ms). For times that nobody measures with. In virtual time it is now().
  virtual Time last_reading() const = 0;

  // Starts a fiber; callable from inside and outside of fibers. The fiber runs when the loop next does, after every
  // fiber that is ready now.
  virtual void spawn(std::function<void()> body) = 0;

  // A group of fibers that end together, as those of an operating system's process do: the one that runs `body`, and
  // whatever a member spawns.
  using Group = uint32_t;
  virtual Group spawn_group(std::function<void()> body) = 0;
  // Unwinds every member where it waits, before anything else runs; one that has not begun to run yet is unwound at
  // its first wait. Not from inside the group.
  virtual void cancel(Group group) = 0;
  // Keeps its members from running; what they wait for goes on.
  virtual void pause(Group group) = 0;
  virtual void resume(Group group) = 0;

  // Runs until every fiber has ended; may be called again after more are spawned. A state in which nothing can wake
  // any fiber is a bug (CHECK). An exception that escapes a fiber ends the run: the other fibers are unwound where
  // they wait (by an exception of an unnamed type, so a `catch (...)` must rethrow) and run() throws the first one.
  virtual void run() = 0;

  // Whether the caller is on a fiber of this loop, and so may wait.
  virtual bool in_fiber() const = 0;

  // The four ways to wait, called from a fiber of this loop only, never inside a catch (CHECKed) or while holding a
  // mutex. Each returns true when what it waited for came, false when `deadline` passed first; a wait that begins after
  // its deadline fails even where the descriptor is ready, whereas an event that is set is taken. In real time the
  // deadline of the first three may be noticed up to 5 ms late: they cost nothing when they don't pass. One fiber at
  // most may wait for each direction of a watch.
  virtual bool wait_readable(Watch& watch, Time deadline) = 0;
  virtual bool wait_writable(Watch& watch, Time deadline) = 0;
  virtual bool wait(Event& event, Time deadline) = 0;
  // Returns at once when `due` has passed already.
  virtual void sleep_until(Time due) = 0;

  // Lets the other ready fibers run. The loop polls descriptors and timers at least every 256 switches (64 while a
  // timer is set) or 1 ms. In virtual time a turn costs 1 ns: time always moves.
  virtual void yield() = 0;

  // For a fiber that might go on for ever without waiting: yields every 16th time. Not if it has waited since it last
  // called this: then the others have had their turn. In virtual time always a turn. Whether it yielded.
  virtual bool yield_unless_waited() = 0;

  // Real time only: starts watching a non-blocking descriptor. Register a socket after connect() or accept(): an
  // unconnected one reports a hang-up.
  virtual std::unique_ptr<Watch> watch(int fd) = 0;

  // Time that the loop spent polling without need (Poll::spin, and the last 60 µs before a sleep's end): not work.
  virtual Duration spun() const = 0;
  // The longest span in which the loop did not get to look at its timers: a gap of our own. Sleeping is none, waking
  // up late is one. Whoever was stopped for D has a gap of D less its longest sleep at least.
  virtual Duration longest_gap() const = 0;
  virtual void reset_gap() = 0;
};

// Calls `body` on a fiber of `loop` and returns when it is done: directly when already on one, else by running the
// loop, with whatever else is on it. For setup code that has to wait before a run.
void run_on_fiber(Loop& loop, const std::function<void()>& body);

}  // namespace hitbench
