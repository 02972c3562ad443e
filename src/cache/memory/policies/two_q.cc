// 2Q: new entries wait in a FIFO queue, where a hit changes nothing; what leaves it is remembered, and only a key that
// comes again while it is goes to the main queue, an LRU. So what is used in one burst, or once, does not push out what
// is used again and again. Johnson and Shasha, "2Q: a low overhead high performance buffer management replacement
// algorithm", VLDB 1994: the "full version".
//
// The paper's names and defaults, by size: A1in, 25 % of the capacity; A1out, of which only the numbers are left, 50 %;
// Am, the rest. A1in is evicted from when it has more than its share, else Am, so that either may fill the cache. A key
// from A1out is out of it before room is made. libCacheSim's 2Q is the same.
#include <cstdint>
#include <memory>

#include "cache/memory/policies.h"
#include "cache/memory/policy.h"
#include "cache/memory/sized_queues.h"

namespace hitbench {
namespace {

class TwoQPolicy final : public PolicyLoop<TwoQPolicy> {
 public:
  explicit TwoQPolicy(const PolicySetting& setting) : PolicyLoop(setting.capacity), queues_(setting.nodes) {}

  void grow(Node nodes) override { queues_.grow(nodes); }
  void arriving(Node node) override {
    returns_ = remembers(node);
    if (returns_) queues_.unlink(node);
  }
  void insert(Node node, uint64_t size) override { queues_.push(node, returns_ ? Queue::kMain : Queue::kIn, size); }
  void hit(Node node) override {
    if (queues_.queue_of(node) == Queue::kMain) queues_.move(node, Queue::kMain);
  }
  Node victim() override {
    const bool from_in = queues_.size(Queue::kIn) > capacity() / 4 || queues_.empty(Queue::kMain);
    return queues_.oldest(from_in ? Queue::kIn : Queue::kMain);
  }
  void evicted(Node node) override {
    if (queues_.queue_of(node) == Queue::kMain) return queues_.unlink(node);
    queues_.move(node, Queue::kOut);
    while (queues_.size(Queue::kOut) > capacity() / 2) queues_.drop_oldest(Queue::kOut);
  }
  void removed(Node node) override { queues_.unlink(node); }
  bool holds(Node node) const override {
    const Queue queue = queues_.queue_of(node);
    return queue == Queue::kIn || queue == Queue::kMain;
  }
  bool remembers(Node node) const override { return queues_.queue_of(node) == Queue::kOut; }

 private:
  enum class Queue : uint16_t { kNone, kIn, kOut, kMain, kCount };

  SizedQueues<Queue> queues_;
  bool returns_ = false;  // the entry that arrives was in kOut
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_two_q(const PolicySetting& setting) {
  return std::make_unique<TwoQPolicy>(setting);
}

}  // namespace hitbench
