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
// the first-level cache (64 sets of 64 bytes: one page). Shifting the tops spreads them over the page.
constexpr size_t kColours = 32;
constexpr size_t kColourBytes = 128;

size_t page_bytes() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

struct Cancelled {};

// The C++ runtime keeps one stack of caught exceptions a thread; a switch in a handler would mix up the fibers'. This
// is std::current_exception() and std::uncaught_exceptions() at a fifth of their price, which every switch would pay:
// the layout is fixed by the Itanium C++ ABI, section 2.2.2 of its part on exception handling.
bool handles_no_exception() {
  struct Globals {
    const void* caught;
    unsigned uncaught;
  };
  const auto& globals = *reinterpret_cast<const Globals*>(abi::__cxa_get_globals());
  return globals.caught == nullptr && globals.uncaught == 0;
}

}  // namespace

Stack::Stack(size_t number) {
  const size_t whole = kStackBytes + page_bytes();
  mapping_ = mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  const bool mapped = mapping_ != MAP_FAILED;
  if (!mapped || mprotect(static_cast<char*>(mapping_) + page_bytes(), kStackBytes, PROT_READ | PROT_WRITE) != 0) {
    const int error = errno;
    if (mapped) munmap(mapping_, whole);
    throw world_error("no memory for the stack of client " + std::to_string(number) + ": " + std::strerror(error),
                      "use fewer clients, or raise vm.max_map_count (two mappings a client)");
  }
  top_ = static_cast<char*>(mapping_) + whole - (number % kColours) * kColourBytes;
}

Stack::~Stack() {
#ifdef HITBENCH_ASAN
  ASAN_UNPOISON_MEMORY_REGION(bottom(), kStackBytes);
#endif
  munmap(mapping_, kStackBytes + page_bytes());
}

void* Stack::bottom() const { return static_cast<char*>(mapping_) + page_bytes(); }

Fiber::Fiber(Scheduler& scheduler, size_t number) : home(scheduler), stack_(number) {}

Fiber::~Fiber() { CHECK(state_ == State::ended || state_ == State::fresh); }

void Fiber::start(std::function<void()> body) {
  CHECK(state_ == State::ended);
  body_ = std::move(body);
  cancelled_ = false;
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
  before_enter();
  context_ = context::jump_fcontext(context_, this).fctx;
  after_enter();
}

void Fiber::leave() {
  if (cancelled_) return unwind();
  CHECK(handles_no_exception() && "a fiber waits in a catch");
  state_ = State::suspended;
  before_leave(false);
  enterer_ = context::jump_fcontext(enterer_, nullptr).fctx;
  after_leave();
  if (cancelled_) unwind();
}

void Fiber::unwind() {
  if (std::uncaught_exceptions() == 0) throw Cancelled{};
}

void Fiber::entry(context::transfer_t from) {
  Fiber& self = *static_cast<Fiber*>(from.data);
  self.enterer_ = from.fctx;
  self.after_leave();
  self.run_body();
  self.state_ = State::ended;
  self.before_leave(true);
  context::jump_fcontext(self.enterer_, nullptr);
  CHECK(false && "an ended fiber was entered");
}

void Fiber::run_body() noexcept {
  try {
    body_();
  } catch (const Cancelled&) {
    // Unwound as it should be.
  } catch (...) {
    failure_ = std::current_exception();
  }
  body_ = nullptr;
}

void Fiber::before_enter() {
#ifdef HITBENCH_ASAN
  __sanitizer_start_switch_fiber(&notes_.enterer_fake_stack, stack_.bottom(), stack_.size());
#endif
#ifdef HITBENCH_TSAN
  notes_.enterer_thread = __tsan_get_current_fiber();
  if (notes_.thread == nullptr) notes_.thread = __tsan_create_fiber(0);
  __tsan_switch_to_fiber(notes_.thread, 0);
#endif
}

void Fiber::after_enter() {
#ifdef HITBENCH_ASAN
  __sanitizer_finish_switch_fiber(notes_.enterer_fake_stack, nullptr, nullptr);
  if (has_ended()) ASAN_UNPOISON_MEMORY_REGION(stack_.bottom(), stack_.size());
#endif
#ifdef HITBENCH_TSAN
  if (has_ended()) __tsan_destroy_fiber(std::exchange(notes_.thread, nullptr));
#endif
}

void Fiber::before_leave([[maybe_unused]] bool for_ever) {
#ifdef HITBENCH_ASAN
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &notes_.fake_stack, notes_.enterer_bottom, notes_.enterer_size);
#endif
#ifdef HITBENCH_TSAN
  __tsan_switch_to_fiber(notes_.enterer_thread, 0);
#endif
}

// Runs on the fiber when it has been entered: the other half of before_enter.
void Fiber::after_leave() {
#ifdef HITBENCH_ASAN
  __sanitizer_finish_switch_fiber(std::exchange(notes_.fake_stack, nullptr), &notes_.enterer_bottom,
                                  &notes_.enterer_size);
#endif
}

}  // namespace hitbench
