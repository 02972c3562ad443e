// A policy of eviction over numbers: which of the entries goes when there is no room. It knows neither keys nor values,
// only nodes, and keeps whatever it needs to know of each, of those that are gone as well if it remembers any (ghosts).
//
// It serves two owners, of which each is the only caller and on one thread. Over a trace (curve/) a node is a key: the
// number is its for good. In a cache (numbered.h) a node is an entry, and its number is used again for another key once
// the entry is gone and the policy does not remember it.
//
// One file a policy, whose class has no header: it offers make_NAME, declared in policies.h, and a row of
// evictions() in registry.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace hitbench {

using Node = uint32_t;
inline constexpr Node kNoNode = UINT32_MAX;

// Sizes and capacity are in one unit: entries, each of size 1, or bytes.
struct PolicySetting {
  uint64_t capacity = 0;
  Node nodes = 0;     // 0 to nodes - 1 may come; grow() adds to them
  uint64_t seed = 1;  // of what a policy draws
};

// What came of a stretch of requests.
struct PolicyCounts {
  uint64_t hits = 0;
  uint64_t hit_size = 0;  // the sum of their sizes
};

class EvictionPolicy {
 public:
  virtual ~EvictionPolicy() = default;

  virtual void grow(Node nodes) = 0;

  // The calls for one entry, in this order: arriving, insert, hit..., and evicted or removed. Between arriving and
  // insert the owner makes room: victim, evicted, victim, evicted...
  virtual void arriving(Node) {}  // a key that is not in the cache will be stored: it may be a ghost
  virtual void insert(Node node, uint64_t size) = 0;  // there is room for it now
  virtual void hit(Node node) = 0;                    // it was read, or its value replaced by one of the same size
  virtual Node victim() = 0;                          // which is to go; asked only while there are entries
  virtual void evicted(Node node) = 0;                // the victim goes
  virtual void removed(Node node) = 0;                // it expired or was erased: nothing to remember
  virtual bool holds(Node node) const = 0;            // whether its entry is in the cache
  // Whether the number still means something to the policy although its entry is gone.
  virtual bool remembers(Node) const { return false; }

  // The same for many requests of entries of size 1 that never expire: a hit where the node is in the cache, else
  // arriving, room, insert. Only for an owner that calls nothing else.
  virtual PolicyCounts run(std::span<const Node> requests) = 0;
};

// Gives a policy its run(), compiled for it: `Policy` is final, so no call in the loop is virtual.
template <class Policy>
class PolicyLoop : public EvictionPolicy {
 public:
  explicit PolicyLoop(uint64_t capacity) : capacity_(capacity) {}

  PolicyCounts run(std::span<const Node> requests) override {
    auto& policy = static_cast<Policy&>(*this);
    PolicyCounts counts;
    for (const Node node : requests) {
      if (policy.holds(node)) {
        policy.hit(node);
        ++counts.hits;
        continue;
      }
      policy.arriving(node);
      for (; entries_ >= capacity_; --entries_) policy.evicted(policy.victim());
      policy.insert(node, 1);
      ++entries_;
    }
    counts.hit_size = counts.hits;
    return counts;
  }

 protected:
  uint64_t capacity() const { return capacity_; }

 private:
  const uint64_t capacity_;
  uint64_t entries_ = 0;  // while run() is used
};

}  // namespace hitbench
