// SIEVE: CLOCK whose survivors stay where they are. A hand goes from the oldest entry to the newest and around again,
// clears the bits of those that were used, and evicts the first that was not; so new entries, which come in at the
// newest end, are sifted quickly. Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is simpler than LRU", NSDI 2024.
//
// As the paper's algorithm 1: the hand stays at the evicted entry's place, and starts again at the oldest once it has
// passed the newest.
#include <cstdint>
#include <memory>
#include <vector>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class SievePolicy final : public PolicyLoop<SievePolicy> {
 public:
  explicit SievePolicy(const PolicySetting& setting)
      : PolicyLoop(setting.capacity), links_(setting.nodes), used_(setting.nodes) {}

  void grow(Node nodes) override {
    links_.grow(nodes);
    used_.resize(nodes);
  }
  void insert(Node node, uint64_t) override {
    used_[node] = 0;
    order_.push_newest(node);
  }
  void hit(Node node) override { used_[node] = 1; }
  Node victim() override {
    if (hand_ == kNoNode) hand_ = order_.oldest();
    while (used_[hand_] != 0) {
      used_[hand_] = 0;
      hand_ = order_.newer_than(hand_);
      if (hand_ == kNoNode) hand_ = order_.oldest();
    }
    return hand_;
  }
  void evicted(Node node) override { removed(node); }
  void removed(Node node) override {
    if (hand_ == node) hand_ = order_.newer_than(node);
    order_.unlink(node);
  }
  bool holds(Node node) const override { return links_.linked(node); }

 private:
  NodeLinks links_;
  NodeQueue order_{links_};
  std::vector<uint8_t> used_;
  Node hand_ = kNoNode;  // none: it starts at the oldest
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_sieve(const PolicySetting& setting) {
  return std::make_unique<SievePolicy>(setting);
}

}  // namespace hitbench
