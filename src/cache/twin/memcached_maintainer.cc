#include "cache/twin/memcached_maintainer.h"

#include <algorithm>
#include <chrono>

namespace hitbench {

namespace {

Second scaled_age(Second age, double factor) {
  return static_cast<Second>(std::min(age * factor, static_cast<double>(UINT32_MAX)));
}

constexpr uint32_t kSleepMin_us = 1000;       // MIN_LRU_MAINTAINER_SLEEP
constexpr uint32_t kSleepMax_us = 1'000'000;  // MAX_LRU_MAINTAINER_SLEEP
constexpr unsigned kMovesMax = 500;           // of a class at a time (lru_maintainer_juggle)

// How long a round takes beyond its sleep: the timer slack of Linux (50 us, PR_SET_TIMERSLACK in prctl(2)) and what
// waking up takes; and estimates of its work. They hardly matter: with 300 us of excess and 50 us of work, hit ratios
// of the OLTP trace and of a Zipf distribution changed by less than 0.01 points.
constexpr Duration kSleepExcess = std::chrono::microseconds(60);
constexpr Duration kWork = std::chrono::microseconds(10);
constexpr Duration kWorkPerMove = std::chrono::nanoseconds(100);

}  // namespace

bool MemcachedMaintainer::is_due(Pace& pace, uint32_t slept_us) {
  pace.next_us = pace.next_us > slept_us ? pace.next_us - slept_us : 0;
  return pace.next_us == 0;
}

void MemcachedMaintainer::adapt(Pace& pace, bool has_moved) {
  uint32_t& backoff = pace.backoff_us;
  if (!has_moved) {
    backoff = backoff != 0 ? std::min(backoff + backoff / 8, kSleepMax_us) : kSleepMin_us;
  } else {
    backoff /= 2;
    if (backoff < kSleepMin_us) backoff = 0;
  }
  pace.next_us = backoff;
}

void MemcachedMaintainer::wake() {
  const uint32_t slept_us = std::max(sleep_us_, kSleepMin_us);
  if (is_due(empty_, slept_us)) adapt(empty_, false);
  uint32_t sleep_us = std::min(empty_.next_us, kSleepMax_us);
  unsigned moves = 0;
  const std::span<const SlabClass> classes = items_.classes_in_use();
  if (paces_.size() < classes.size()) paces_.resize(classes.size(), empty_);
  for (size_t i = 0; i < paces_.size(); ++i) {
    Pace& pace = paces_[i];
    if (is_due(pace, slept_us)) {
      const bool has_changed = items_.take_changed(classes[i]);
      const unsigned done = has_changed || pace.juggled != items_.second() ? juggle(classes[i]) : 0;
      pace.juggled = items_.second();
      moves += done;
      adapt(pace, done > 0);
    }
    sleep_us = std::min(sleep_us, pace.next_us);
  }
  if (items_.apply_bumps()) sleep_us = std::min(sleep_us, kSleepMin_us);
  sleep_us_ = sleep_us;
  every_second();
  const Duration asleep = sleep_us_ > 0 ? std::chrono::microseconds(sleep_us_) + kSleepExcess : Duration{};
  next_wake_ += asleep + kWork + moves * kWorkPerMove;
}

void MemcachedMaintainer::every_second() {
  const Second second = items_.second();
  if (setting_.crawler && crawler_checked_ != second) {
    crawler_.check(items_);
    crawler_checked_ = second;
  }
  if (setting_.slab_automove != 1 || setting_.entries > 0 || automover_ran_ == second) return;
  const auto move = automover_.decide(items_);
  if (move) items_.move_page(move->from, move->to);
  if (move && move->to == 0) {
    sleep_us_ = kSleepMin_us;  // there may be more to give back
  } else {
    automover_ran_ = second;
  }
}

// How often something was moved, expired or both. Ages are compared to that of the oldest cold entry.
unsigned MemcachedMaintainer::juggle(SlabClass slab_class) {
  unsigned moves = 0;
  if (setting_.temporary_ttl > 0) {
    while (moves < kMovesMax && items_.pull_tail(slab_class, QueueKind::temporary, {}) > 0) ++moves;
  }
  const MemcachedQueue& cold = items_.queue(slab_class, QueueKind::cold);
  const MemcachedQueue& hot = items_.queue(slab_class, QueueKind::hot);
  const MemcachedQueue& warm = items_.queue(slab_class, QueueKind::warm);
  const Second cold_age = cold.tail != kNoNode ? items_.second() - items_.item(cold.tail).used : 0;
  MemcachedItems::Pull pull{.class_bytes = cold.bytes + hot.bytes + warm.bytes};
  const MemcachedItems::Pull from_cold = pull;
  MemcachedItems::Pull from_warm = pull;
  pull.age_max = scaled_age(cold_age, setting_.hot_max_factor);
  from_warm.age_max = scaled_age(cold_age, setting_.warm_max_factor);
  for (unsigned i = 0; i < kMovesMax; ++i) {
    const bool has_moved = items_.pull_tail(slab_class, QueueKind::hot, pull) > 0 ||
                           items_.pull_tail(slab_class, QueueKind::warm, from_warm) > 0;
    if (items_.pull_tail(slab_class, QueueKind::cold, from_cold) == 0 && !has_moved) break;
    ++moves;
  }
  return moves;
}

}  // namespace hitbench
