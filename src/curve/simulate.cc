#include "curve/simulate.h"

#include <algorithm>
#include <array>

namespace hitbench {
namespace {

// Entries in the order in which they were stored, which with one TTL for all is that in which they expire. Links by
// key rather than a queue of fills: memory depends on keys, not on how often one is stored.
class FillOrder {
 public:
  explicit FillOrder(Node keys) : entries_(keys) {}

  void add(Node key, uint32_t time) {
    entries_[key] = {time, newest_, kNoNode};
    (newest_ == kNoNode ? oldest_ : entries_[newest_].newer) = key;
    newest_ = key;
  }
  void remove(Node key) {
    const Entry& entry = entries_[key];
    (entry.older == kNoNode ? oldest_ : entries_[entry.older].newer) = entry.newer;
    (entry.newer == kNoNode ? newest_ : entries_[entry.newer].older) = entry.older;
  }
  Node oldest() const { return oldest_; }
  uint32_t time_of(Node key) const { return entries_[key].time; }

 private:
  struct Entry {
    uint32_t time = 0;
    Node older = kNoNode, newer = kNoNode;
  };
  std::vector<Entry> entries_;
  Node oldest_ = kNoNode, newest_ = kNoNode;
};

class Simulation {
 public:
  Simulation(const Replay& replay, const SimulatedCache& cache, EvictionPolicy& policy)
      : replay_(replay), cache_(cache), policy_(policy), fills_(cache.ttl ? replay.keys : 0) {}

  SizeHits run() {
    for (const CompactRequest& request : replay_.requests) {
      if (cache_.ttl) expire(request.time);
      switch (step_of(request)) {
        case ReplayStep::read:
          read(request);
          break;
        case ReplayStep::absent:
        case ReplayStep::invalidate:
          if (policy_.holds(request.key)) remove(request.key);
          break;
        case ReplayStep::nothing:
          break;
      }
    }
    return hits_;
  }

 private:
  uint64_t size_of(Node key) const { return cache_.by_bytes ? replay_.bytes_of(key) : 1; }

  void expire(uint32_t now) {
    while (fills_.oldest() != kNoNode && now - fills_.time_of(fills_.oldest()) >= *cache_.ttl) {
      remove(fills_.oldest());
    }
  }

  void read(const CompactRequest& request) {
    if (policy_.holds(request.key)) {
      policy_.hit(request.key);
      hits_ += {1, replay_.bytes_of(request.key)};
    } else if (size_of(request.key) <= cache_.capacity) {
      store(request);
    }
  }

  void store(const CompactRequest& request) {
    const uint64_t size = size_of(request.key);
    policy_.arriving(request.key);
    while (used_ + size > cache_.capacity) {
      const Node victim = policy_.victim();
      policy_.evicted(victim);
      forget(victim);
    }
    policy_.insert(request.key, size);
    used_ += size;
    if (cache_.ttl) fills_.add(request.key, request.time);
  }

  void remove(Node key) {
    policy_.removed(key);
    forget(key);
  }

  void forget(Node key) {
    used_ -= size_of(key);
    if (cache_.ttl) fills_.remove(key);
  }

  const Replay& replay_;
  const SimulatedCache& cache_;
  EvictionPolicy& policy_;
  FillOrder fills_;
  uint64_t used_ = 0;
  SizeHits hits_;
};

// Nothing but reads of entries of size 1 that never end: the policy's own loop, without a virtual call.
uint64_t run_plain(const Replay& replay, EvictionPolicy& policy) {
  std::array<Node, 4096> block;
  uint64_t hits = 0;
  for (size_t at = 0; at < replay.requests.size(); at += block.size()) {
    const auto requests = replay.requests.subspan(at, std::min(block.size(), replay.requests.size() - at));
    std::transform(requests.begin(), requests.end(), block.begin(), [](const CompactRequest& one) { return one.key; });
    hits += policy.run({block.data(), requests.size()}).hits;
  }
  return hits;
}

}  // namespace

SizeHits simulate(const Replay& replay, const SimulatedCache& cache, EvictionPolicy& policy) {
  // The loop counts entries only; where bytes are known they are wanted, too.
  const bool counts_entries = !cache.by_bytes && replay.sizes.bytes.empty();
  if (counts_entries && replay.is_plain && !cache.ttl) return {run_plain(replay, policy), 0};
  return Simulation(replay, cache, policy).run();
}

}  // namespace hitbench
