// CLOCK, or second chance: FIFO that spares what was used since its last turn. When the oldest entry has its bit set,
// it loses the bit and becomes the newest; the first without goes. Corbato, "A paging experiment with the Multics
// system", 1968.
//
// One bit, clear when the entry comes, set by a hit. PostgreSQL counts to five in its place; some libraries set the bit
// on insertion. The circle with a hand of the paper is this queue: the oldest entry is the one under the hand, and a
// new one comes in just behind it.
#include <cstdint>
#include <memory>
#include <vector>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class ClockPolicy final : public PolicyLoop<ClockPolicy> {
 public:
  explicit ClockPolicy(const PolicySetting& setting)
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
    while (used_[order_.oldest()] != 0) {
      used_[order_.oldest()] = 0;
      order_.make_newest(order_.oldest());
    }
    return order_.oldest();
  }
  void evicted(Node node) override { order_.unlink(node); }
  void removed(Node node) override { order_.unlink(node); }
  bool holds(Node node) const override { return links_.linked(node); }

 private:
  NodeLinks links_;
  NodeQueue order_{links_};
  std::vector<uint8_t> used_;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_clock(const PolicySetting& setting) {
  return std::make_unique<ClockPolicy>(setting);
}

}  // namespace hitbench
