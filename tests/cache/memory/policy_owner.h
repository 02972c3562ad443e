// What owns a policy over numbers in tests: a cache of keys alone, that checks what a policy promises.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cache/memory/policy.h"

namespace hitbench {

class PolicyOwner {
 public:
  using Make = std::unique_ptr<EvictionPolicy> (*)(const PolicySetting&);

  PolicyOwner(Make make, const PolicySetting& setting)
      : capacity_(setting.capacity), policy_(make(setting)), sizes_(setting.nodes) {}

  void grow(Node nodes) {
    policy_->grow(nodes);
    sizes_.resize(nodes);
  }

  // Whether it was a hit. One that is larger than the cache changes nothing.
  bool request(Node node, uint64_t size = 1) {
    if (policy_->holds(node)) {
      policy_->hit(node);
      return true;
    }
    if (size > capacity_) return false;
    policy_->arriving(node);
    while (used_ + size > capacity_) evict();
    sizes_[node] = size;
    used_ += size;
    policy_->insert(node, size);
    EXPECT_TRUE(holds(node));
    EXPECT_FALSE(policy_->remembers(node));
    return false;
  }

  void erase(Node node) {
    if (!policy_->holds(node)) return;
    policy_->removed(node);
    leave(node);
    EXPECT_FALSE(policy_->remembers(node));
  }

  bool holds(Node node) const { return policy_->holds(node); }
  const EvictionPolicy& policy() const { return *policy_; }
  uint64_t used() const { return used_; }

  // Each letter is a key, a capital one its erasure; the keys that are evicted, in that order.
  std::string evictions_of(const std::string& requests) {
    evicted_.clear();
    for (const char letter : requests) {
      if (letter >= 'a') {
        request(static_cast<Node>(letter - 'a'));
      } else {
        erase(static_cast<Node>(letter - 'A'));
      }
    }
    std::string letters;
    for (const Node node : evicted_) letters += static_cast<char>('a' + node);
    return letters;
  }

 private:
  void evict() {
    const Node victim = policy_->victim();
    EXPECT_EQ(policy_->victim(), victim);
    ASSERT_LT(victim, sizes_.size());
    ASSERT_TRUE(holds(victim));
    policy_->evicted(victim);
    evicted_.push_back(victim);
    leave(victim);
  }
  void leave(Node node) {
    used_ -= std::exchange(sizes_[node], 0);
    EXPECT_FALSE(holds(node));
  }

  const uint64_t capacity_;
  const std::unique_ptr<EvictionPolicy> policy_;
  std::vector<uint64_t> sizes_;  // of those in the cache
  uint64_t used_ = 0;
  std::vector<Node> evicted_;
};

}  // namespace hitbench
