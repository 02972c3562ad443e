// The thread of a modeled Memcached that maintains the queues (items.c lru_maintainer_thread). It sleeps between 1 ms
// and 1 s: each class that had nothing to move is left alone for an eighth longer than the time before, one that had
// half as long, and the thread sleeps until the first of them is due. Once a second it sees to crawler and automover.
// It runs in the calls of the model, at the times at which it would have woken.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "cache/twin/memcached_automove.h"
#include "cache/twin/memcached_crawler.h"
#include "cache/twin/memcached_items.h"

namespace hitbench {

class MemcachedMaintainer {
 public:
  MemcachedMaintainer(const MemcachedModelSetting& setting, MemcachedItems& items) : setting_(setting), items_(items) {}

  // The time at which it is to be called next, from the server's start; and what it does then.
  Duration next_wake() const { return next_wake_; }
  void wake();
  void sleep_until(Duration next_wake) { next_wake_ = next_wake; }

 private:
  // Microseconds, as the thread counts them.
  struct Pace {
    uint32_t next_us = 0;
    uint32_t backoff_us = 0;
    Second juggled = 0;
  };

  unsigned juggle(SlabClass slab_class);
  static bool is_due(Pace& pace, uint32_t slept_us);
  static void adapt(Pace& pace, bool has_moved);
  void every_second();

  const MemcachedModelSetting setting_;
  MemcachedItems& items_;
  MemcachedCrawler crawler_;
  MemcachedAutomover automover_;
  Duration next_wake_{};
  uint32_t sleep_us_ = 1000;
  Pace empty_;               // of all classes that never had an entry
  std::vector<Pace> paces_;  // of the others, in their order
  Second crawler_checked_ = 0;
  Second automover_ran_ = 0;
};

}  // namespace hitbench
