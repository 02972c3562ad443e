// Random: any entry goes, each as likely as the other. Folklore; the baseline of whoever samples, and `allkeys-random`
// of Redis.
#include <cstdint>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class RandomPolicy final : public PolicyLoop<RandomPolicy> {
 public:
  explicit RandomPolicy(const PolicySetting& setting)
      : PolicyLoop(setting.capacity), rng_(setting.seed), place_of_(setting.nodes, kNoNode) {}

  void grow(Node nodes) override { place_of_.resize(nodes, kNoNode); }
  void insert(Node node, uint64_t) override {
    place_of_[node] = static_cast<uint32_t>(held_.size());
    held_.push_back(node);
  }
  void hit(Node) override {}
  Node victim() override {
    if (drawn_ == kNoNode) drawn_ = held_[rng_.below(held_.size())];
    return drawn_;
  }
  void evicted(Node node) override { removed(node); }
  void removed(Node node) override {
    const uint32_t place = place_of_[node];
    place_of_[held_.back()] = place;
    held_[place] = held_.back();
    held_.pop_back();
    place_of_[node] = kNoNode;
    if (drawn_ == node) drawn_ = kNoNode;
  }
  bool holds(Node node) const override { return place_of_[node] != kNoNode; }

 private:
  Rng rng_;
  std::vector<Node> held_;
  std::vector<uint32_t> place_of_;  // in held_
  Node drawn_ = kNoNode;            // the victim, until it is gone
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_random(const PolicySetting& setting) {
  return std::make_unique<RandomPolicy>(setting);
}

}  // namespace hitbench
