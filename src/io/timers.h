// The timers of one loop: a binary heap of fibers by (due, sequence) that knows each fiber's place, so that a timer
// that is not needed any more is taken out and the heap never holds more than one entry a fiber.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.h"
#include "io/fiber.h"

namespace hitbench {

class Timers {
 public:
  bool empty() const { return heap_.empty(); }
  Time next_due() const { return heap_.empty() ? kNever : heap_.front().due; }
  uint64_t next_sequence() const { return heap_.front().sequence; }
  Fiber& next() const { return *heap_.front().fiber; }

  // Sets the fiber's timer to its `due` and `sequence`.
  void add(Fiber& fiber) {
    CHECK(fiber.timer_place == Fiber::kNoTimer);
    heap_.push_back({fiber.due, fiber.sequence, &fiber});
    rise(heap_.size() - 1, heap_.back());
  }

  void remove(Fiber& fiber) {
    const size_t place = std::exchange(fiber.timer_place, Fiber::kNoTimer);
    const Entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    if (place > 0 && last.before(heap_[(place - 1) / 2])) {
      rise(place, last);
    } else {
      sink(place, last);
    }
  }

 private:
  struct Entry {
    Time due;
    uint64_t sequence;
    Fiber* fiber;

    bool before(const Entry& other) const { return due != other.due ? due < other.due : sequence < other.sequence; }
  };

  void put(size_t place, const Entry& entry) {
    heap_[place] = entry;
    entry.fiber->timer_place = static_cast<uint32_t>(place);
  }

  void rise(size_t place, Entry entry) {
    while (place > 0 && entry.before(heap_[(place - 1) / 2])) {
      put(place, heap_[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
    put(place, entry);
  }

  void sink(size_t place, Entry entry) {
    for (size_t child = 2 * place + 1; child < heap_.size(); child = 2 * place + 1) {
      if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
      if (!heap_[child].before(entry)) break;
      put(place, heap_[child]);
      place = child;
    }
    put(place, entry);
  }

  std::vector<Entry> heap_;
};

}  // namespace hitbench
