// Eviction in a memory cache by a policy over numbers (policy.h): every entry has a number in its block, and the policy
// is asked through its virtual functions. So all such policies share one instantiation of the store and the cache.
//
// Sizes are entries if the cache is limited by entries, else bytes of the heap; of the limit in bytes the index takes a
// little, which the policy does not know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "cache/memory/entry_numbers.h"
#include "cache/memory/eviction.h"
#include "cache/memory/policy.h"

namespace hitbench {

struct Numbered {
  using Number = hitbench::Node;

  std::unique_ptr<EvictionPolicy> (*make)(const PolicySetting&) = nullptr;

  template <class Node>
  struct Links {
    alignas(void*) Number number;
  };

  template <class Nodes>
  class Policy {
   public:
    using Node = typename Nodes::Node;

    Policy(const Numbered& eviction, const MemoryLimits& limits, uint64_t seed)
        : by_entries_(limits.entries != UINT64_MAX),
          policy_(eviction.make({.capacity = by_entries_ ? limits.entries : limits.bytes, .nodes = 0, .seed = seed})) {}

    // A number that came to nothing, because the heap refused the block, leaves again.
    void arriving(uint64_t key_hash, uint64_t block_bytes) {
      if (arriving_ != kNoNode) numbers_.leave(arriving_);
      arriving_ = numbers_.take(key_hash);
      arriving_size_ = by_entries_ ? 1 : block_bytes;
      entry_of_.resize(numbers_.numbers());
      policy_->arriving(arriving_);
    }
    void insert(Node node) {
      const Number number = std::exchange(arriving_, kNoNode);
      Nodes::links(node).number = number;
      entry_of_[number] = node;
      policy_->insert(number, arriving_size_);
    }
    void hit(Node node) { policy_->hit(Nodes::links(node).number); }
    Node victim() { return entry_of_[policy_->victim()]; }
    void evicted(Node node) {
      const Number number = Nodes::links(node).number;
      policy_->evicted(number);
      numbers_.leave(number);
    }
    void removed(Node node) {
      const Number number = Nodes::links(node).number;
      policy_->removed(number);
      numbers_.leave(number);
    }

   private:
    const bool by_entries_;
    const std::unique_ptr<EvictionPolicy> policy_;
    EntryNumbers numbers_{*policy_};
    std::vector<Node> entry_of_;  // by number
    Number arriving_ = kNoNode;   // of the entry that is being stored
    uint64_t arriving_size_ = 0;
  };
};

}  // namespace hitbench
