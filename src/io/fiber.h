// A stackful fiber: a function on a stack of its own that can be left in the middle and entered again. Used by the
// scheduler only; everyone else sees Loop. A fiber stays on the thread that made it.
//
// The switch is Boost.Context's fcontext. The annotations that AddressSanitizer and ThreadSanitizer need to follow a
// switch live in fiber.cc and nowhere else.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <utility>

#include "base/time.h"
#include "io/loop.h"

namespace hitbench {

// One mapping: a guard page below, the stack above. Pages are touched lazily, so size costs address space only.
class Stack {
 public:
  explicit Stack(size_t number);  // `number` shifts the top, see fiber.cc; throws Error{world} when memory is refused
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  void* top() const { return top_; }
  void* bottom() const;
  size_t size() const { return static_cast<size_t>(static_cast<char*>(top_) - static_cast<char*>(bottom())); }

 private:
  void* mapping_ = nullptr;
  void* top_ = nullptr;
};

class Fiber {
 public:
  Fiber(Scheduler& home, size_t number);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Prepares a new body; the fiber has none or its last one has ended.
  void start(std::function<void()> body);
  // Drops a body that was never entered.
  void drop();
  // From the scheduler: runs the body until it leaves or ends.
  void enter();
  // From the body: back to whoever entered. Throws when the fiber was cancelled meanwhile.
  void leave();

  bool has_ended() const { return state_ == State::ended; }
  bool is_suspended() const { return state_ == State::suspended; }
  bool is_new() const { return state_ == State::fresh; }
  std::exception_ptr take_failure() { return std::exchange(failure_, nullptr); }

  // From here on every wait throws, so that the stack is unwound.
  void cancel() { cancelled_ = true; }
  bool is_cancelled() const { return cancelled_; }
  // What a wait of a cancelled fiber does instead of waiting: throws, except in a destructor that runs because of it.
  static void unwind();

  // The scheduler's notes on what this fiber waits for.
  Scheduler& home;
  Fiber* next = nullptr;
  Fiber* previous = nullptr;
  Event* event = nullptr;     // the event it waits for
  FiberList* list = nullptr;  // the list of I/O waits it is in
  Fiber** watcher = nullptr;  // the place in a watch that points to it
  Time due{};                 // of its timer or its I/O deadline
  uint64_t sequence = 0;      // breaks ties between timers that are due at the same time
  static constexpr uint32_t kNoTimer = UINT32_MAX;
  uint32_t timer_place = kNoTimer;  // in the scheduler's heap
  Loop::Group group = 0;            // 0: none
  bool woken = false;               // by what it waited for, not by its deadline

 private:
  enum class State { ended, fresh, running, suspended };

  static void entry(boost::context::detail::transfer_t from);
  void run_body() noexcept;

  Stack stack_;
  State state_ = State::ended;
  bool cancelled_ = false;
  boost::context::detail::fcontext_t context_ = nullptr;  // of the body, while it is left
  boost::context::detail::fcontext_t enterer_ = nullptr;  // of whoever entered
  std::function<void()> body_;
  std::exception_ptr failure_;

  // For the sanitizers: the enterer's stack and both sides' shadow state. Unused in other builds.
  struct Annotations {
    const void* enterer_bottom = nullptr;
    size_t enterer_size = 0;
    void* enterer_fake_stack = nullptr;
    void* fake_stack = nullptr;
    void* enterer_thread = nullptr;
    void* thread = nullptr;
  } notes_;

  void before_enter();
  void after_enter();
  void before_leave(bool for_ever);
  void after_leave();
};

}  // namespace hitbench
