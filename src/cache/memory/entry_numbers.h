// The numbers under which a policy over numbers (policy.h) knows the entries of a cache. An entry has one from its
// coming to its going. After that its number is free for another, unless the policy remembers it: then it is a ghost,
// and the entry's key gets it back when it comes again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "cache/memory/node_queue.h"
#include "cache/memory/policy.h"

namespace hitbench {

class EntryNumbers {
 public:
  explicit EntryNumbers(EvictionPolicy& policy) : policy_(policy) {}

  // For an entry whose key has this hash. Ghosts are told apart by it alone: two keys of one hash share what the policy
  // remembers, which misleads it as little as that is likely.
  Node take(uint64_t hash) {
    if (const auto ghost = ghost_of_.find(hash); ghost != ghost_of_.end()) {
      const Node number = ghost->second;
      ghost_of_.erase(ghost);
      ghosts_.unlink(number);
      return number;
    }
    if (free_.empty()) add_numbers();
    const Node number = free_.back();
    free_.pop_back();
    hash_of_[number] = hash;
    return number;
  }

  // Of an entry that is gone, as the policy knows.
  void leave(Node number) {
    if (!policy_.remembers(number) || !ghost_of_.try_emplace(hash_of_[number], number).second) {
      free_.push_back(number);
    } else {
      ghosts_.push_newest(number);
    }
    look_at_oldest();
  }

  size_t numbers() const { return hash_of_.size(); }

 private:
  // A policy does not say when it forgets. Two ghosts are looked at for each that may have come, so those that are
  // forgotten become no more than those that are remembered.
  void look_at_oldest() {
    constexpr int kLooks = 2;
    for (int i = 0; i < kLooks && !ghosts_.empty(); ++i) {
      const Node number = ghosts_.oldest();
      if (policy_.remembers(number)) {
        ghosts_.make_newest(number);
        continue;
      }
      ghosts_.unlink(number);
      ghost_of_.erase(hash_of_[number]);
      free_.push_back(number);
    }
  }

  void add_numbers() {
    constexpr size_t kFirst = 16;
    const size_t count = hash_of_.size(), more = std::max(kFirst, 2 * count);
    CHECK(more < kNoNode);
    policy_.grow(static_cast<Node>(more));
    links_.grow(static_cast<Node>(more));
    hash_of_.resize(more);
    for (size_t number = more; number > count; --number) free_.push_back(static_cast<Node>(number - 1));
  }

  EvictionPolicy& policy_;
  std::vector<uint64_t> hash_of_;  // the keys', of entries and ghosts
  std::vector<Node> free_;
  NodeLinks links_{0};
  NodeQueue ghosts_{links_};  // by when they were looked at last
  std::unordered_map<uint64_t, Node> ghost_of_;
};

}  // namespace hitbench
