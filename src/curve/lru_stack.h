// The stack of LRU: all keys in the order of their last use, of which a cache of any size holds the top. The distance
// of a key, the room that it and all above it take, is the smallest size at which a lookup of it hits (Mattson, Gecsei,
// Slutz and Traiger, "Evaluation techniques for storage hierarchies", 1970). A distance is counted over slots of time,
// as Olken did (1981), not by a walk; slots are compacted when they run out, so memory depends on keys only.
//
// An entry that is removed leaves a hole. Every cache that held it, those that reach down to there, has room to spare,
// which it uses for the next entry that it stores; so a key that comes up from below takes from the holes that it
// passes, from the top on, and leaves as much of a hole where it was: caches that held it stored nothing. Only so are
// caches of all sizes exact where entries are erased; were the stack closed instead, entries that were evicted long ago
// would come back.
//
// Exact by bytes, too, in a cache that is no smaller than the largest entry: it evicts the oldest until the new one
// fits, so what is above an entry never shrinks, and it is there exactly as long as its distance is within the size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cache/memory/policy.h"
#include "curve/slot_order.h"

namespace hitbench {

// `Order` is one of slot_order.h.
template <class Order>
class LruStack {
 public:
  explicit LruStack(Node keys) : slots_(keys, kNowhere), order_(slots_for(keys)) {}

  // Of a key before it goes to the top; 0 where it is not in the stack. `weight` is the same whenever it comes.
  uint64_t touch(Node key, uint32_t weight) {
    uint32_t slot = slots_[key];
    if (slot + 1 == next_ && slot != kNowhere) return weight;
    if (next_ == order_.slots()) {
      compact();
      slot = slots_[key];
    }
    uint64_t distance = 0;
    if (slot == kNowhere) {
      if (!holes_.empty()) fill_holes(0, weight);
    } else {
      distance = order_.sum_from(slot);
      leave(slot, weight);
    }
    slots_[key] = next_;
    order_.append(next_++, weight);
    return distance;
  }

  // Of a key that will come soon: in two steps, for where its weight lies must have been read first.
  void prefetch(Node key) const { __builtin_prefetch(&slots_[key]); }
  void prefetch_weight(Node key) const {
    if (slots_[key] != kNowhere) order_.prefetch(slots_[key]);
  }

  void remove(Node key) {
    if (slots_[key] == kNowhere) return;
    add_hole(slots_[key]);
    slots_[key] = kNowhere;
  }

 private:
  static constexpr uint32_t kNowhere = UINT32_MAX;

  static uint32_t slots_for(size_t occupied) {
    return static_cast<uint32_t>(std::clamp<size_t>(Order::kSlotsPerKey * occupied, 4096, UINT32_MAX - 1));
  }

  void leave(uint32_t slot, uint32_t weight) {
    const uint32_t filled = holes_.empty() || holes_.front() < slot ? 0 : fill_holes(slot, weight);
    if (filled == 0) return order_.clear(slot);
    order_.set(slot, filled);
    add_hole(slot);
  }

  void add_hole(uint32_t slot) {
    holes_.push_back(slot);
    std::push_heap(holes_.begin(), holes_.end());
  }

  // Takes up to `wanted` from the holes above `bottom`, from the top on; returns how much.
  uint32_t fill_holes(uint32_t bottom, uint32_t wanted) {
    uint32_t left = wanted;
    while (left > 0 && !holes_.empty() && holes_.front() >= bottom) {
      const uint32_t hole = holes_.front();
      const uint32_t room = order_.at(hole);
      if (room > left) {
        order_.set(hole, room - left);
        return wanted;
      }
      left -= room;
      order_.clear(hole);
      std::pop_heap(holes_.begin(), holes_.end());
      holes_.pop_back();
    }
    return wanted - left;
  }

  // Ranks keep the order, so the heap of holes stays one.
  void compact() {
    const typename Order::Ranks ranks = order_.ranks();
    Order packed(std::max(order_.slots(), slots_for(ranks.occupied())));
    const auto move = [&](uint32_t& slot) {
      const uint32_t rank = ranks.of(slot);
      packed.place(rank, order_.at(slot));
      slot = rank;
    };
    for (uint32_t& slot : slots_) {
      if (slot != kNowhere) move(slot);
    }
    for (uint32_t& hole : holes_) move(hole);
    next_ = static_cast<uint32_t>(ranks.occupied());
    packed.finish_placing(next_);
    order_ = std::move(packed);
  }

  std::vector<uint32_t> slots_;  // by key
  std::vector<uint32_t> holes_;  // a heap: the newest first
  Order order_;
  uint32_t next_ = 0;
};

}  // namespace hitbench
