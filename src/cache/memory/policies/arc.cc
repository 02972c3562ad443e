// ARC, the adaptive replacement cache: one LRU queue of entries that were asked for once and one of those that were
// asked for more often, and ghosts of what left each. A key that comes again although its entry is gone tells which of
// the two should have been longer, and the target for the first moves that way. Megiddo and Modha, "ARC: a self-tuning,
// low overhead replacement cache", FAST 2003, figure 4.
//
// The paper's names: T1 and T2 the entries, B1 and B2 their ghosts, p the target for T1. T1 and B1 are at most the
// capacity c, all four at most 2 c; there is nothing to set. p is a real number and so is the step, max(1, |B2| / |B1|)
// or its inverse: with integers OLTP of 1,000 has 0.1 points more. By size where entries have sizes; a step is then as
// many times the ghost's size. libCacheSim's ARC is the same. Ghosts are forgotten when the new entry comes, not before
// room is made, which makes no difference.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "cache/memory/policies.h"
#include "cache/memory/policy.h"
#include "cache/memory/sized_queues.h"

namespace hitbench {
namespace {

class ArcPolicy final : public PolicyLoop<ArcPolicy> {
 public:
  explicit ArcPolicy(const PolicySetting& setting) : PolicyLoop(setting.capacity), queues_(setting.nodes) {}

  void grow(Node nodes) override { queues_.grow(nodes); }
  void arriving(Node node) override {
    returns_from_ = queues_.queue_of(node);
    if (returns_from_ == Queue::kNone) return;
    adapt(queues_.size_of(node));
    queues_.unlink(node);
  }
  void insert(Node node, uint64_t size) override {
    queues_.push(node, returns_from_ == Queue::kNone ? Queue::kT1 : Queue::kT2, size);
    forget();
  }
  void hit(Node node) override { queues_.move(node, Queue::kT2); }
  Node victim() override { return queues_.oldest(takes_from_t1() ? Queue::kT1 : Queue::kT2); }
  void evicted(Node node) override {
    queues_.move(node, queues_.queue_of(node) == Queue::kT1 ? Queue::kB1 : Queue::kB2);
  }
  void removed(Node node) override { queues_.unlink(node); }
  bool holds(Node node) const override {
    const Queue queue = queues_.queue_of(node);
    return queue == Queue::kT1 || queue == Queue::kT2;
  }
  bool remembers(Node node) const override {
    const Queue queue = queues_.queue_of(node);
    return queue == Queue::kB1 || queue == Queue::kB2;
  }

 private:
  enum class Queue : uint16_t { kNone, kT1, kT2, kB1, kB2, kCount };

  void adapt(uint64_t ghost_size) {
    const auto b1 = static_cast<double>(queues_.size(Queue::kB1)), b2 = static_cast<double>(queues_.size(Queue::kB2));
    const auto size = static_cast<double>(ghost_size);
    if (returns_from_ == Queue::kB1) {
      t1_target_ = std::min(t1_target_ + size * std::max(1.0, b2 / b1), static_cast<double>(capacity()));
    } else {
      t1_target_ = std::max(t1_target_ - size * std::max(1.0, b1 / b2), 0.0);
    }
  }

  // The paper's REPLACE.
  bool takes_from_t1() const {
    if (queues_.empty(Queue::kT1)) return false;
    if (queues_.empty(Queue::kT2)) return true;
    const auto t1 = static_cast<double>(queues_.size(Queue::kT1));
    return t1 > t1_target_ || (returns_from_ == Queue::kB2 && t1 == t1_target_);
  }

  void forget() {
    const auto first = [&] { return queues_.size(Queue::kT1) + queues_.size(Queue::kB1); };
    const auto second = [&] { return queues_.size(Queue::kT2) + queues_.size(Queue::kB2); };
    while (first() > capacity() && !queues_.empty(Queue::kB1)) queues_.drop_oldest(Queue::kB1);
    while (first() + second() > 2 * capacity() && !queues_.empty(Queue::kB2)) queues_.drop_oldest(Queue::kB2);
  }

  SizedQueues<Queue> queues_;
  double t1_target_ = 0;
  Queue returns_from_ = Queue::kNone;  // the ghosts among which the entry that arrives was
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_arc(const PolicySetting& setting) { return std::make_unique<ArcPolicy>(setting); }

}  // namespace hitbench
