// LIRS: ranks entries by the number of other keys between their last two requests (inter-reference recency), not by
// the time since the last one. Those with little of it, the hot ones, have nearly the whole cache; the others, cold,
// a small queue, from which entries go. A stack of all by their last requests, with ghosts, tells who becomes hot: a
// cold entry or a ghost that is asked for while it is still above the lowest hot one, which becomes cold instead. Jiang
// and Zhang, "LIRS: an efficient low inter-reference recency set replacement policy", SIGMETRICS 2002.
//
// By size: cold entries have 1 % of the capacity, at least 1. The paper's names are LIR for hot and HIR for cold. There
// are ghosts of as much as the capacity, those evicted first are forgotten first. So libCacheSim seems to have it: its
// hits on OLTP and orm-busy are these, give or take 40. New entries are hot while there is room among the hot ones.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"
#include "cache/memory/sized_queues.h"

namespace hitbench {
namespace {

class LirsPolicy final : public PolicyLoop<LirsPolicy> {
 public:
  explicit LirsPolicy(const PolicySetting& setting)
      : PolicyLoop(setting.capacity), queues_(setting.nodes), stack_links_(setting.nodes) {}

  void grow(Node nodes) override {
    queues_.grow(nodes);
    stack_links_.grow(nodes);
  }
  void arriving(Node node) override {
    returns_ = remembers(node);
    if (returns_) queues_.unlink(node);  // and stays in the stack
  }
  void insert(Node node, uint64_t size) override {
    const bool hot = returns_ || queues_.size(Queue::kHot) + size <= hot_share_;
    queues_.push(node, hot ? Queue::kHot : Queue::kCold, size);
    put_on_stack(node);
    cool_down();
  }
  void hit(Node node) override {
    const bool was_on_stack = stack_links_.linked(node);
    put_on_stack(node);
    if (queues_.queue_of(node) == Queue::kHot) return prune();
    queues_.move(node, was_on_stack ? Queue::kHot : Queue::kCold);
    cool_down();
  }
  Node victim() override {
    if (queues_.empty(Queue::kCold)) cool_lowest();
    return queues_.oldest(Queue::kCold);
  }
  void evicted(Node node) override {
    if (!stack_links_.linked(node)) return queues_.unlink(node);
    queues_.move(node, Queue::kGhosts);
    while (queues_.size(Queue::kGhosts) > capacity()) leave(queues_.oldest(Queue::kGhosts));
  }
  void removed(Node node) override {
    leave(node);
    prune();
  }
  bool holds(Node node) const override {
    const Queue queue = queues_.queue_of(node);
    return queue == Queue::kHot || queue == Queue::kCold;
  }
  bool remembers(Node node) const override { return queues_.queue_of(node) == Queue::kGhosts; }

 private:
  enum class Queue : uint16_t { kNone, kHot, kCold, kGhosts, kCount };  // kHot without its order, which is the stack's

  void put_on_stack(Node node) { stack_links_.linked(node) ? stack_.make_newest(node) : stack_.push_newest(node); }
  void leave(Node node) {
    queues_.unlink(node);
    if (stack_links_.linked(node)) stack_.unlink(node);
  }
  // The lowest of the stack is hot: what is below has nobody to displace.
  void prune() {
    for (Node node; (node = stack_.oldest()) != kNoNode && queues_.queue_of(node) != Queue::kHot;) {
      if (remembers(node)) queues_.unlink(node);
      stack_.unlink(node);
    }
  }
  void cool_lowest() {
    const Node node = stack_.oldest();
    stack_.unlink(node);
    queues_.move(node, Queue::kCold);
    prune();
  }
  void cool_down() {
    prune();
    while (queues_.size(Queue::kHot) > hot_share_) cool_lowest();
    prune();  // there may be no hot ones, where the share is less than the entry
  }

  SizedQueues<Queue> queues_;
  NodeLinks stack_links_;
  NodeQueue stack_{stack_links_};
  const uint64_t hot_share_ = capacity() - std::max<uint64_t>(capacity() / 100, 1);
  bool returns_ = false;  // the entry that arrives was a ghost
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_lirs(const PolicySetting& setting) {
  return std::make_unique<LirsPolicy>(setting);
}

}  // namespace hitbench
