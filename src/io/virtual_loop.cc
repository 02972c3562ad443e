// Virtual time: nothing waits for anything but timers and events, so the clock jumps to the next timer whenever no
// fiber can run. Timers that are due at one time fire one after the other, in the order in which they were set, each
// with everything that it makes ready: hence the same order on every machine.
#include <chrono>

#include "base/check.h"
#include "base/error.h"
#include "io/parts.h"
#include "io/scheduler.h"

namespace hitbench {
namespace {

constexpr Duration kTurn{1};

// Fibers that wake each other by events for ever never let time move. No honest run has this many turns at one
// instant: 10,000 clients that wake each other a hundred times would be a tenth of it.
constexpr uint64_t kMaxTurnsAtOneInstant = 10'000'000;

// After a Ctrl-C a run has so long to end by itself. How much time passes is of no effect on any other.
constexpr std::chrono::seconds kStopPatience{1};
constexpr uint64_t kTurnsPerLook = 1024;

class VirtualLoop final : public Loop {
 public:
  explicit VirtualLoop(const std::atomic<bool>* stop) : stop_(stop) {}
  bool is_virtual() const override { return true; }
  Time now() const override { return now_; }
  Time last_reading() const override { return now_; }
  void spawn(std::function<void()> body) override { scheduler_.spawn(std::move(body)); }
  bool in_fiber() const override { return scheduler_.in_fiber(); }
  Group spawn_group(std::function<void()> body) override { return scheduler_.spawn_group(std::move(body)); }
  void cancel(Group group) override { scheduler_.cancel_group(group); }
  void pause(Group group) override { scheduler_.pause_group(group); }
  void resume(Group group) override { scheduler_.resume_group(group); }

  void run() override {
    CHECK(!in_fiber());
    while (scheduler_.live() > 0) {
      while (!scheduler_.any_ready()) advance();  // a timer of a paused group makes nobody ready
      CHECK(++turns_ < kMaxTurnsAtOneInstant && "virtual time stands still");
      if (++all_turns_ % kTurnsPerLook == 0 && is_stopped()) look_at_stop();
      scheduler_.run_next();
    }
  }

  bool wait(Event& event, Time deadline) override {
    if (event.is_set()) return true;
    if (deadline <= now_) return false;
    if (scheduler_.current().is_canceled()) return Fiber::unwind(), false;
    if (deadline != kNever) scheduler_.set_timer(deadline);
    return scheduler_.wait(event);
  }

  void sleep_until(Time due) override {
    CHECK(due != kNever && "a fiber would sleep forever");
    if (due <= now_ || skip_to(due)) return;
    scheduler_.sleep(due);
  }

  // A sleep of one nanosecond. Those are due in the order in which they begin, so they need no heap.
  void yield() override {
    Fiber& fiber = scheduler_.current();
    if (skip_to(now_ + kTurn)) return;
    if (fiber.is_canceled()) return Fiber::unwind();
    fiber.due = now_ + kTurn;
    fiber.sequence = scheduler_.next_sequence();
    fiber.list = &yielded_;
    append(yielded_, fiber);
    scheduler_.block();
  }

  bool yield_unless_waited() override { return yield(), true; }

  bool wait_readable(Watch&, Time) override { return no_descriptors(); }
  bool wait_writable(Watch&, Time) override { return no_descriptors(); }
  std::unique_ptr<Watch> watch(int) override { return no_descriptors(), nullptr; }

  Duration spun() const override { return Duration{0}; }
  Duration longest_gap() const override { return Duration{0}; }
  void reset_gap() override {}

 private:
  bool is_stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  // A fiber that fails takes all others with it.
  void look_at_stop() {
    const auto now = std::chrono::steady_clock::now();
    if (stop_seen_ == decltype(now)()) stop_seen_ = now;
    if (now - stop_seen_ < kStopPatience || gives_up_) return;
    gives_up_ = true;
    scheduler_.spawn([] { throw environment_error("interrupted"); });
  }

  static bool no_descriptors() {
    CHECK(false && "virtual time has no descriptors");
    return false;
  }

  // When nothing else happens until `due`, going there needs no switch.
  bool skip_to(Time due) {
    if (is_stopped()) return false;  // or it would not come back to run()
    if (scheduler_.any_ready() || yielded_.first != nullptr || scheduler_.timers.next_due() <= due) return false;
    if (scheduler_.current().is_canceled() || scheduler_.is_paused(scheduler_.current())) return false;
    set_time(due);
    return true;
  }

  void set_time(Time time) {
    CHECK(time >= now_);
    if (time > now_) turns_ = 0;
    now_ = time;
  }

  bool yielded_comes_first() const {
    if (yielded_.first == nullptr) return false;
    if (scheduler_.timers.empty()) return true;
    const Time due = scheduler_.timers.next_due();
    if (yielded_.first->due != due) return yielded_.first->due < due;
    return yielded_.first->sequence < scheduler_.timers.next_sequence();
  }

  // Goes to the next timer; the fiber that it belongs to becomes ready.
  void advance() {
    const bool yielded = yielded_comes_first();
    CHECK((yielded || !scheduler_.timers.empty()) && "every fiber waits forever");
    Fiber& fiber = yielded ? *yielded_.first : scheduler_.timers.next();
    set_time(fiber.due);
    scheduler_.wake(fiber, false);
  }

  Time now_{};
  uint64_t turns_ = 0;  // at this instant
  const std::atomic<bool>* const stop_;
  uint64_t all_turns_ = 0;
  std::chrono::steady_clock::time_point stop_seen_;
  bool gives_up_ = false;
  FiberList yielded_;
  Scheduler scheduler_;
};

}  // namespace

std::unique_ptr<Loop> make_virtual_loop(const std::atomic<bool>* stop) { return std::make_unique<VirtualLoop>(stop); }

}  // namespace hitbench
