#include "io/scheduler.h"

#include <utility>

namespace hitbench {

void append(FiberList& list, Fiber& fiber) {
  fiber.previous = list.last;
  fiber.next = nullptr;
  (list.last != nullptr ? list.last->next : list.first) = &fiber;
  list.last = &fiber;
}

void remove(FiberList& list, Fiber& fiber) {
  (fiber.previous != nullptr ? fiber.previous->next : list.first) = fiber.next;
  (fiber.next != nullptr ? fiber.next->previous : list.last) = fiber.previous;
  fiber.next = fiber.previous = nullptr;
}

Event::~Event() { CHECK(waiting_.first == nullptr && "a fiber still waits for this event"); }

void Event::set() {
  is_set_ = true;
  while (waiting_.first != nullptr) waiting_.first->home.wake(*waiting_.first, true);
}

// Fibers that were spawned and never run are dropped; run() has unwound all others.
Scheduler::~Scheduler() {
  for (const std::unique_ptr<Fiber>& fiber : fibers_) {
    CHECK(!fiber->is_suspended());
  }
}

void Scheduler::spawn(std::function<void()> body) {
  spawn_into(current_ != nullptr ? current_->group : 0, std::move(body));
}

Loop::Group Scheduler::spawn_group(std::function<void()> body) {
  spawn_into(++groups_, std::move(body));
  return groups_;
}

void Scheduler::spawn_into(Loop::Group group, std::function<void()> body) {
  if (idle_.empty()) {
    fibers_.push_back(std::make_unique<Fiber>(*this, outside_, fibers_.size()));
    idle_.push_back(fibers_.back().get());
  }
  Fiber& fiber = *idle_.back();
  idle_.pop_back();
  fiber.start(std::move(body));
  fiber.group = group;
  ++live_;
  make_ready(fiber);
}

// Those that can run already do so where their wait ended, which unwinds them; the others are woken for it.
void Scheduler::cancel_group(Loop::Group group) {
  CHECK(group != 0 && (current_ == nullptr || current_->group != group));
  resume_group(group);
  for (const std::unique_ptr<Fiber>& owned : fibers_) {
    Fiber& fiber = *owned;
    if (fiber.group != group || fiber.has_ended()) continue;
    fiber.cancel();
    const bool waits = fiber.timer_place != Fiber::kNoTimer || fiber.event != nullptr || fiber.list != nullptr ||
                       fiber.watcher != nullptr || fiber.noted;
    if (waits) wake(fiber, false);
  }
}

// Who is ready at this instant runs once more, up to its next wait: that takes no time.
void Scheduler::pause_group(Loop::Group group) {
  CHECK(group != 0 && (current_ == nullptr || current_->group != group));
  paused_.push_back(group);
}

void Scheduler::resume_group(Loop::Group group) {
  std::erase(paused_, group);
  for (Fiber*& fiber : held_) {
    if (fiber->group == group) append_ready(*std::exchange(fiber, nullptr));
  }
  std::erase(held_, nullptr);
}

void Scheduler::make_ready(Fiber& fiber) {
  if (!paused_.empty() && is_paused(fiber)) {
    held_.push_back(&fiber);
  } else {
    append_ready(fiber);
  }
}

void Scheduler::append_ready(Fiber& fiber) {
  fiber.next = nullptr;
  (ready_last_ != nullptr ? ready_last_->next : ready_first_) = &fiber;
  ready_last_ = &fiber;
}

Fiber& Scheduler::take_ready() {
  Fiber& fiber = *ready_first_;
  ready_first_ = std::exchange(fiber.next, nullptr);
  if (ready_first_ == nullptr) {
    ready_last_ = nullptr;
  } else {
    ready_first_->prefetch();
    __builtin_prefetch(ready_first_->next);
  }
  return fiber;
}

void Scheduler::run_next() { run(take_ready()); }

void Scheduler::run(Fiber& fiber) {
  current_ = &fiber;
  fiber.enter();
  Fiber& left = *std::exchange(current_, nullptr);  // the fiber may have yielded to another
  if (!left.has_ended()) return;
  recycle(left);
  if (std::exception_ptr failure = left.take_failure()) {
    cancel_all();
    std::rethrow_exception(failure);
  }
}

void Scheduler::yield() {
  Fiber& fiber = current();
  append_ready(fiber);
  fiber.waited = true;
  current_ = &take_ready();
  if (current_ != &fiber) fiber.leave_to(*current_);
}

void Scheduler::recycle(Fiber& fiber) {
  fiber.after_end();
  --live_;
  idle_.push_back(&fiber);
}

bool Scheduler::block() {
  Fiber& fiber = *current_;
  fiber.leave();
  fiber.waited = true;
  return fiber.woken;
}

bool Scheduler::wait(Event& event) {
  Fiber& fiber = current();
  fiber.event = &event;
  append(event.waiting_, fiber);
  return block();
}

void Scheduler::set_timer(Time due) {
  Fiber& fiber = current();
  fiber.due = due;
  fiber.sequence = next_sequence();
  timers.add(fiber);
}

void Scheduler::sleep(Time due) {
  if (current().is_canceled()) return Fiber::unwind();
  set_timer(due);
  block();
}

void Scheduler::wake(Fiber& fiber, bool woken) {
  forget_wait(fiber);
  fiber.woken = woken;
  make_ready(fiber);
}

void Scheduler::forget_wait(Fiber& fiber) {
  fiber.noted = false;
  if (fiber.timer_place != Fiber::kNoTimer) timers.remove(fiber);
  if (fiber.event != nullptr) remove(std::exchange(fiber.event, nullptr)->waiting_, fiber);
  if (fiber.list != nullptr) remove(*std::exchange(fiber.list, nullptr), fiber);
  if (fiber.watcher != nullptr) *std::exchange(fiber.watcher, nullptr) = nullptr;
}

// Destructors that run while a stack is unwound may start or wake other fibers, so this goes on until none is left.
void Scheduler::cancel_all() {
  while (live_ > 0) {
    for (size_t i = 0; i < fibers_.size(); ++i) {
      Fiber& fiber = *fibers_[i];
      if (fiber.has_ended()) continue;
      if (fiber.is_new()) {
        fiber.drop();
      } else {
        forget_wait(fiber);
        fiber.cancel();
        current_ = &fiber;
        fiber.enter();
        current_ = nullptr;
        fiber.take_failure();  // the first failure is the one that is reported
        CHECK(fiber.has_ended());
      }
      recycle(fiber);
    }
  }
  ready_first_ = ready_last_ = nullptr;
  held_.clear();
  paused_.clear();
}

}  // namespace hitbench
