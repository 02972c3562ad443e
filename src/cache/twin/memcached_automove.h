// The automover of a modeled Memcached (slab_automove.c): once a second it looks at the age of the oldest cold entry of
// each class, in the mean of a window of 30 s. If that of the youngest class that evicts is below 0.8 of the oldest
// class's, a page goes from the oldest to the youngest. A class that did not evict or grow for a window and has more
// than two and a half pages free gives one to the pool.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "cache/twin/memcached_items.h"

namespace hitbench {

class MemcachedAutomover {
 public:
  struct Move {
    SlabClass from = 0;
    SlabClass to = 0;  // 0: the pool
  };
  std::optional<Move> decide(const MemcachedItems& items);

 private:
  static constexpr size_t kWindow = 30;

  struct Sample {
    uint64_t age = 0;
    float evicted_share = 0;  // of the evictions of all classes
    bool has_evicted = false;
    bool is_dirty = false;  // evicted, refused or grew
  };
  struct Sum {
    uint64_t age = 0;
    float evicted_share = 0;
    size_t evicted = 0;
    size_t dirty = 0;
  };
  struct Before {
    uint64_t evictions = 0;
    uint64_t refusals = 0;
    uint64_t pages = 0;
  };

  Sample sample(const MemcachedItems& items, SlabClass slab_class, uint64_t evictions);
  Sum sum(SlabClass slab_class) const;

  std::array<std::array<Sample, kWindow>, kSlabClasses> windows_{};
  std::array<Before, kSlabClasses> before_{};
  size_t turn_ = 0;
};

}  // namespace hitbench
