// SIEVE: CLOCK whose survivors stay where they are. A hand goes from the oldest entry to the newest and around again,
// clears the bits of those that were used, and evicts the first that was not; so new entries, which come in at the
// newest end, are sifted quickly. Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is simpler than LRU", NSDI 2024.
//
// As the paper's algorithm 1: the hand stays at the evicted entry's place, and starts again at the oldest once it has
// passed the newest.
#include <memory>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class SievePolicy final : public MarkedQueuePolicy<SievePolicy> {
 public:
  using MarkedQueuePolicy::MarkedQueuePolicy;

  Node victim() override {
    if (hand_ == kNoNode) hand_ = order().oldest();
    while (clear(hand_)) {
      hand_ = order().newer_than(hand_);
      if (hand_ == kNoNode) hand_ = order().oldest();
    }
    return hand_;
  }
  void evicted(Node node) override { removed(node); }
  void removed(Node node) override {
    if (hand_ == node) hand_ = order().newer_than(node);
    MarkedQueuePolicy::removed(node);
  }

 private:
  Node hand_ = kNoNode;  // none: it starts at the oldest
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_sieve(const PolicySetting& setting) {
  return std::make_unique<SievePolicy>(setting);
}

}  // namespace hitbench
