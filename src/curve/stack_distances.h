// The hits of LRU at every size, exactly, from one pass over a trace (lru_stack.h).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "curve/replay.h"

namespace hitbench {

struct SizeHits {
  uint64_t hits = 0;
  uint64_t hit_bytes = 0;  // of what the hits returned; 0 where the trace has no sizes

  SizeHits& operator+=(const SizeHits& other) {
    hits += other.hits;
    hit_bytes += other.hit_bytes;
    return *this;
  }
};

class LruHits {
 public:
  virtual ~LruHits() = default;
  // At this size and all smaller ones down to the next that it knows; see known_size.
  virtual SizeHits at(uint64_t size) const = 0;
  // The largest size no larger than this whose hits are known exactly.
  virtual uint64_t known_size(uint64_t size) const = 0;
  // The smallest known size that has at least so many hits; 0 for no hits, UINT64_MAX where none has.
  virtual uint64_t size_for(uint64_t hits) const = 0;
};

// Every size is known. 4 bytes a key remain, 12 where the trace has sizes.
class LruHitsByEntries : public LruHits {
 public:
  explicit LruHitsByEntries(const Replay& replay);
  SizeHits at(uint64_t size) const override;
  uint64_t known_size(uint64_t size) const override { return size; }
  uint64_t size_for(uint64_t hits) const override;

 private:
  void count(const Replay& replay);

  std::vector<uint32_t> hits_;   // by size
  std::vector<uint64_t> bytes_;  // of these; empty where the trace has no sizes
};

// A size is known to 1 in 1,024, and exactly where it is one of `sizes`. Of caches that are smaller than the largest
// entry this is not what LRU does: an entry that is too large for them would push all others out.
class LruHitsByBytes : public LruHits {
 public:
  LruHitsByBytes(const Replay& replay, const std::vector<uint64_t>& sizes);
  SizeHits at(uint64_t size) const override;
  uint64_t known_size(uint64_t size) const override;
  uint64_t size_for(uint64_t hits) const override;

 private:
  std::vector<SizeHits> hits_;          // by size_bucket
  std::map<uint64_t, SizeHits> exact_;  // of `sizes`
};

}  // namespace hitbench
