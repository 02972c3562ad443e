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
  // `number` shifts the top, see fiber.cc; throws Error{environment} when memory is refused.
  explicit Stack(size_t number);
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

// Where the fibers of a scheduler were entered from, and go back to: the stack of its thread.
struct Outside {
  boost::context::detail::fcontext_t context = nullptr;
  // For the sanitizers.
  const void* stack_bottom = nullptr;
  size_t stack_size = 0;
  void* fake_stack = nullptr;
  void* thread = nullptr;
};

// What a switch touches lies in one line of the cache, the scheduler's notes included.
class Fiber {
  enum class State : uint8_t { ended, fresh, running, suspended };

  alignas(64) State state_ = State::ended;
  bool canceled_ = false;
  boost::context::detail::fcontext_t context_ = nullptr;  // of the body, while it is left
  Outside& outside_;

 public:
  Fiber(Scheduler& home, Outside& outside, size_t number);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Prepares a new body; the fiber has none or its last one has ended.
  void start(std::function<void()> body);
  // Drops a body that was never entered.
  void drop();
  // From the scheduler: runs the body until it, or another that it left to, leaves or ends.
  void enter();
  // From the body: back to the scheduler. Throws when the fiber was canceled meanwhile.
  void leave();
  // The same, but straight into another body: half the price of going through the scheduler.
  void leave_to(Fiber& other);
  // From the scheduler, once the body has ended.
  void after_end();

  // Fetches the frames that the body returns through, so that they are in the cache when it is entered. Hundreds of
  // stacks don't fit there, and each miss would be waited for in turn.
  void prefetch() const {
    constexpr int kLines = 12;  // of 64 bytes: from a wait on a connection up to the client's loop
    const char* const frames = static_cast<const char*>(context_);
    for (int line = 0; line < kLines; ++line) __builtin_prefetch(frames + 64 * line, 1);
  }

  bool has_ended() const { return state_ == State::ended; }
  bool is_suspended() const { return state_ == State::suspended; }
  bool is_new() const { return state_ == State::fresh; }
  std::exception_ptr take_failure() { return std::exchange(failure_, nullptr); }

  // From here on every wait throws, so that the stack is unwound.
  void cancel() { canceled_ = true; }
  bool is_canceled() const { return canceled_; }
  // What a wait of a canceled fiber does instead of waiting: throws, except in a destructor that runs because of it.
  static void unwind();

  // The scheduler's notes on what this fiber waits for.
  Scheduler& home;
  Fiber* next = nullptr;
  Fiber* previous = nullptr;
  Event* event = nullptr;  // the event it waits for
  bool woken = false;      // by what it waited for, not by its deadline
  bool noted = false;      // `due` is a deadline that the loop looks at now and then
  bool waited = false;     // left since it was last asked, see Loop::yield_unless_waited
  static constexpr uint32_t kNoTimer = UINT32_MAX;
  uint32_t timer_place = kNoTimer;  // in the scheduler's heap
  Loop::Group group = 0;            // 0: none
  Time due{};                       // of its timer or its deadline
  uint64_t sequence = 0;            // breaks ties between timers that are due at the same time
  FiberList* list = nullptr;        // the loop's own list that it is in
  Fiber** watcher = nullptr;        // the place in a watch that points to it

 private:
  static void entry(boost::context::detail::transfer_t from);
  void run_body() noexcept;
  void suspend();
  void arrive(boost::context::detail::transfer_t from);

  Stack stack_;
  std::function<void()> body_;
  std::exception_ptr failure_;

  // For the sanitizers; unused in other builds.
  void* fake_stack_ = nullptr;
  [[maybe_unused]] void* thread_ = nullptr;

  void before_enter(void** fake_stack_left);
  void before_leave(bool for_ever);
  void after_arrival(bool from_outside);
};

}  // namespace hitbench
