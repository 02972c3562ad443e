// How Redis chooses what to evict: it samples a few entries, scores them by idle time (clock of 1 s), by a logarithmic
// counter of uses or by expiry time, keeps the best candidates in a pool, from one eviction to the next, and evicts the
// best of these that still exists. A candidate keeps the score that it had when it was sampled.
//
// Source: evict.c of Redis 7.0. LFU: 8 bits that are incremented with a probability of 1 / ((counter - 5) * factor + 1)
// and lose 1 for each decay time since the last use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/rng.h"
#include "cache/memory/policy.h"
#include "cache/twin/redis_model.h"

namespace hitbench {

// The pool of candidates. Entries leave it only when they are taken, or pushed out by better ones, whatever happens to
// the keys; so an entry that is gone may be in it (the server then takes the next), or be in it twice.
class RedisEvictionPool {
 public:
  static constexpr size_t kSize = 16;  // EVPOOL_SIZE

  void offer(Node node, uint64_t score);
  Node take_best();  // the highest score; kNoNode if it is empty

 private:
  struct Candidate {
    uint64_t score = 0;
    Node node = kNoNode;
  };
  std::array<Candidate, kSize> candidates_;  // ascending by score
  size_t size_ = 0;
};

// What Redis notes of an entry's uses, in 24 bits: seconds (LRU), or minutes and a counter (LFU).
using UseStamp = uint32_t;

class RedisUses {
 public:
  explicit RedisUses(const RedisModelSetting& setting);

  void set_clock(int64_t wall_ms) { seconds_ = static_cast<uint32_t>(wall_ms / 1000) & kLruMask; }  // cron does it

  UseStamp created(int64_t wall_ms) const;
  UseStamp used(UseStamp stamp, int64_t wall_ms, Rng& rng) const;
  UseStamp overwritten(UseStamp old, int64_t wall_ms) const;  // after the use that finds the old value
  uint64_t score(UseStamp stamp, int64_t wall_ms) const;      // LRU or LFU only

 private:
  enum class Kind : uint8_t { none, lru, lfu };
  static constexpr uint32_t kLruMask = (1U << 24) - 1;

  uint32_t counter_of(UseStamp stamp, int64_t wall_ms) const;

  Kind kind_ = Kind::none;
  const uint32_t log_factor_;
  const uint32_t decay_minutes_;
  uint32_t seconds_ = 0;
};

}  // namespace hitbench
