#include "io/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/error.h"

#if defined(__SANITIZE_ADDRESS__)
#define HITBENCH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HITBENCH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define HITBENCH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HITBENCH_TSAN 1
#endif
#endif
#ifdef HITBENCH_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef HITBENCH_TSAN
#include <sanitizer/tsan_interface.h>
// ThreadSanitizer notes entry and exit of a function on the current fiber's list of calls. One that changes the fiber
// between the two, or never returns, would leave that list longer every time.
#define HITBENCH_UNTRACED __attribute__((no_sanitize("thread")))
#else
#define HITBENCH_UNTRACED
#endif

namespace hitbench {
namespace {

namespace context = boost::context::detail;

// Enough for SQLite and fmt, which run on fibers; sanitizers make frames several times larger.
#if defined(HITBENCH_ASAN) || defined(HITBENCH_TSAN)
constexpr size_t kStackBytes = size_t{1} << 20;
#else
constexpr size_t kStackBytes = size_t{256} << 10;
#endif

// Stacks begin at multiples of the page size, so the hot frames of all fibers would fall into the same few sets of
// the first-level cache (64 sets of 64 bytes: one page). Shifting the tops spreads them over the page, but not so far
// that the frames down to a wait (1.3 KiB) reach into a second one: hundreds of fibers would need twice the TLB's
// entries.
constexpr size_t kColors = 20;
constexpr size_t kColorBytes = 128;

size_t page_bytes() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

struct Canceled {};

// What a jump carries along, on the stack that is left: where the context of that stack is to be kept.
struct Departure {
  Fiber* entered;  // null: the scheduler goes on
  context::fcontext_t* left;
};

context::fcontext_t* keep_context(context::transfer_t from) {
  context::fcontext_t* const left = static_cast<Departure*>(from.data)->left;
  *left = from.fctx;
  return left;
}

// The C++ runtime keeps one stack of caught exceptions a thread; a switch in a handler would mix up the fibers'. This
// is std::current_exception() and std::uncaught_exceptions() at less than a fifth of their price, which every switch
// would pay: the layout is fixed by the Itanium C++ ABI, section 2.2.2 of its part on exception handling.
struct CaughtExceptions {
  const void* caught;
  unsigned uncaught;
};

bool handles_no_exception() {
  static thread_local const CaughtExceptions* const of_thread =
      reinterpret_cast<const CaughtExceptions*>(abi::__cxa_get_globals());
  return of_thread->caught == nullptr && of_thread->uncaught == 0;
}

}  // namespace

Stack::Stack(size_t number) {
  const size_t whole = kStackBytes + page_bytes();
  mapping_ = mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  const bool mapped = mapping_ != MAP_FAILED;
  if (!mapped || mprotect(static_cast<char*>(mapping_) + page_bytes(), kStackBytes, PROT_READ | PROT_WRITE) != 0) {
    const int error = errno;
    if (mapped) munmap(mapping_, whole);
    throw environment_error("no memory for the stack of client " + std::to_string(number) + ": " + std::strerror(error),
                            "use fewer clients, or raise vm.max_map_count (two mappings a client)");
  }
  top_ = static_cast<char*>(mapping_) + whole - (number % kColors) * kColorBytes;
}

Stack::~Stack() {
#ifdef HITBENCH_ASAN
  ASAN_UNPOISON_MEMORY_REGION(bottom(), kStackBytes);
#endif
  munmap(mapping_, kStackBytes + page_bytes());
}

void* Stack::bottom() const { return static_cast<char*>(mapping_) + page_bytes(); }

Fiber::Fiber(Scheduler& scheduler, Outside& outside, size_t number)
    : outside_(outside), home(scheduler), stack_(number) {}

Fiber::~Fiber() {
  CHECK(state_ == State::ended || state_ == State::fresh);
#ifdef HITBENCH_TSAN
  if (thread_ != nullptr) __tsan_destroy_fiber(thread_);
#endif
}

void Fiber::start(std::function<void()> body) {
  CHECK(state_ == State::ended);
  body_ = std::move(body);
  canceled_ = false;
  woken = false;
  context_ = context::make_fcontext(stack_.top(), stack_.size(), &Fiber::entry);
  state_ = State::fresh;
}

void Fiber::drop() {
  CHECK(state_ == State::fresh);
  state_ = State::ended;
  body_ = nullptr;
}

void Fiber::enter() {
  state_ = State::running;
#ifdef HITBENCH_TSAN
  outside_.thread = __tsan_get_current_fiber();
#endif
  before_enter(&outside_.fake_stack);
  Departure departure{this, &outside_.context};
  keep_context(context::jump_fcontext(context_, &departure));
#ifdef HITBENCH_ASAN
  __sanitizer_finish_switch_fiber(outside_.fake_stack, nullptr, nullptr);
#endif
}

void Fiber::suspend() {
  CHECK(handles_no_exception() && "a fiber waits in a catch");
  state_ = State::suspended;
}

void Fiber::leave() {
  if (canceled_) return unwind();
  suspend();
  before_leave(false);
  Departure departure{nullptr, &context_};
  arrive(context::jump_fcontext(outside_.context, &departure));
  if (canceled_) unwind();
}

void Fiber::leave_to(Fiber& other) {
  if (canceled_) return unwind();
  suspend();
  other.state_ = State::running;
  other.before_enter(&fake_stack_);
  Departure departure{&other, &context_};
  arrive(context::jump_fcontext(other.context_, &departure));
  if (canceled_) unwind();
}

// Runs on the fiber when it has been entered, from outside or from another fiber.
void Fiber::arrive(context::transfer_t from) { after_arrival(keep_context(from) == &outside_.context); }

void Fiber::unwind() {
  if (std::uncaught_exceptions() == 0) throw Canceled{};
}

HITBENCH_UNTRACED void Fiber::entry(context::transfer_t from) {
  Fiber& self = *static_cast<Departure*>(from.data)->entered;
  self.arrive(from);
  self.run_body();
  self.state_ = State::ended;
  self.before_leave(true);
  Departure departure{nullptr, &self.context_};
  context::jump_fcontext(self.outside_.context, &departure);
  CHECK(false && "an ended fiber was entered");
}

void Fiber::run_body() noexcept {
  try {
    body_();
  } catch (const Canceled&) {
    // Unwound as it should be.
  } catch (...) {
    failure_ = std::current_exception();
  }
  body_ = nullptr;
}

void Fiber::after_end() {
  CHECK(has_ended());
#ifdef HITBENCH_ASAN
  ASAN_UNPOISON_MEMORY_REGION(stack_.bottom(), stack_.size());
#endif
}

HITBENCH_UNTRACED void Fiber::before_enter([[maybe_unused]] void** fake_stack_left) {
#ifdef HITBENCH_ASAN
  __sanitizer_start_switch_fiber(fake_stack_left, stack_.bottom(), stack_.size());
#endif
#ifdef HITBENCH_TSAN
  if (thread_ == nullptr) thread_ = __tsan_create_fiber(0);
  __tsan_switch_to_fiber(thread_, 0);
#endif
}

HITBENCH_UNTRACED void Fiber::before_leave([[maybe_unused]] bool for_ever) {
#ifdef HITBENCH_ASAN
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &fake_stack_, outside_.stack_bottom, outside_.stack_size);
#endif
#ifdef HITBENCH_TSAN
  __tsan_switch_to_fiber(outside_.thread, 0);
#endif
}

void Fiber::after_arrival([[maybe_unused]] bool from_outside) {
#ifdef HITBENCH_ASAN
  __sanitizer_finish_switch_fiber(std::exchange(fake_stack_, nullptr), from_outside ? &outside_.stack_bottom : nullptr,
                                  from_outside ? &outside_.stack_size : nullptr);
#endif
}

}  // namespace hitbench
