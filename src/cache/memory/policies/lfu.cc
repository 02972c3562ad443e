// LFU: the entry used least often goes first; among those used equally often, the one whose last use is the oldest.
// Folklore; in constant time by a queue for each count: Shah, Mitra and Matani, "An O(1) algorithm for implementing the
// LFU cache eviction scheme", 2010.
//
// Uses are counted from 1 when the entry comes, exactly and without aging, and forgotten when it goes. Redis' LFU keeps
// a logarithm of 8 bits, lowers it by time, and asks a sample of entries; libraries differ in how they break ties.
#include <cstdint>
#include <memory>
#include <vector>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class LfuPolicy final : public PolicyLoop<LfuPolicy> {
 public:
  explicit LfuPolicy(const PolicySetting& setting)
      : PolicyLoop(setting.capacity), links_(setting.nodes), group_of_(setting.nodes) {
    add_group();
  }

  void grow(Node nodes) override {
    links_.grow(nodes);
    group_of_.resize(nodes);
  }
  void insert(Node node, uint64_t) override { push(node, group_above(kBottom, 1)); }
  void hit(Node node) override {
    const uint32_t from = group_of_[node];
    const uint32_t to = group_above(from, groups_[from].uses + 1);
    removed(node);
    push(node, to);
  }
  Node victim() override { return groups_[groups_[kBottom].above].order.oldest(); }
  void evicted(Node node) override { removed(node); }
  void removed(Node node) override {
    const uint32_t group = group_of_[node];
    groups_[group].order.unlink(node);
    if (groups_[group].order.empty()) free_group(group);
  }
  bool holds(Node node) const override { return links_.linked(node); }

 private:
  // The entries used equally often, by their last use. The groups are linked in a circle, the fewest uses first,
  // through an empty one at the bottom. A group that is free is linked to the next free one.
  struct Group {
    NodeQueue order;
    uint64_t uses = 0;
    uint32_t above = kBottom, below = kBottom;
  };
  static constexpr uint32_t kBottom = 0;

  void push(Node node, uint32_t group) {
    group_of_[node] = group;
    groups_[group].order.push_newest(node);
  }

  // The group of so many uses, of which there are none between these and those of `below`.
  uint32_t group_above(uint32_t below, uint64_t uses) {
    const uint32_t above = groups_[below].above;
    if (above != kBottom && groups_[above].uses == uses) return above;
    const uint32_t group = free_ != kBottom ? free_ : add_group();
    free_ = groups_[group].above;
    groups_[group].uses = uses;
    groups_[group].below = below;
    groups_[group].above = above;
    groups_[below].above = groups_[above].below = group;
    return group;
  }
  uint32_t add_group() {
    groups_.push_back(Group{NodeQueue(links_)});
    return static_cast<uint32_t>(groups_.size() - 1);
  }
  void free_group(uint32_t group) {
    groups_[groups_[group].below].above = groups_[group].above;
    groups_[groups_[group].above].below = groups_[group].below;
    groups_[group].above = free_;
    free_ = group;
  }

  NodeLinks links_;
  std::vector<uint32_t> group_of_;  // of each node in the cache
  std::vector<Group> groups_;
  uint32_t free_ = kBottom;  // none
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_lfu(const PolicySetting& setting) { return std::make_unique<LfuPolicy>(setting); }

}  // namespace hitbench
