// S3-FIFO: three FIFO queues. New entries go through a small one, and only those that are hit there move on to the
// main one; most, asked for once, leave quickly. What leaves is remembered, and a key that comes again while it is goes
// to the main queue at once, which is a CLOCK that counts to three. Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues are
// all you need for cache eviction", SOSP 2023, algorithm 1.
//
// By size: small 10 % of the capacity, remembered 90 %. An entry moves on if it was hit twice, and starts from no hits
// in the main queue. Libraries differ in what the paper leaves open; this is libCacheSim's: the small queue is evicted
// from while it has its share, and goes on until one of it goes, however many move on; a key that comes again is no
// longer among the remembered when room is made.
#include <cstdint>
#include <memory>

#include "cache/memory/policies.h"
#include "cache/memory/policy.h"
#include "cache/memory/sized_queues.h"

namespace hitbench {
namespace {

class S3FifoPolicy final : public PolicyLoop<S3FifoPolicy> {
 public:
  explicit S3FifoPolicy(const PolicySetting& setting) : PolicyLoop(setting.capacity), queues_(setting.nodes) {}

  void grow(Node nodes) override { queues_.grow(nodes); }
  void arriving(Node node) override {
    returns_ = remembers(node);
    if (returns_) queues_.unlink(node);
  }
  void insert(Node node, uint64_t size) override {
    queues_.uses(node) = 0;
    queues_.push(node, returns_ ? Queue::kMain : Queue::kSmall, size);
  }
  void hit(Node node) override {
    uint16_t& uses = queues_.uses(node);
    if (uses < kMostUses) ++uses;
  }
  Node victim() override {
    if (victim_ == kNoNode) victim_ = choose();
    return victim_;
  }
  void evicted(Node node) override {
    victim_ = kNoNode;
    if (queues_.queue_of(node) == Queue::kMain) return queues_.unlink(node);
    queues_.move(node, Queue::kGhosts);
    while (queues_.size(Queue::kGhosts) > ghosts_share_) queues_.drop_oldest(Queue::kGhosts);
  }
  void removed(Node node) override {
    victim_ = kNoNode;
    queues_.unlink(node);
  }
  bool holds(Node node) const override {
    const Queue queue = queues_.queue_of(node);
    return queue == Queue::kSmall || queue == Queue::kMain;
  }
  bool remembers(Node node) const override { return queues_.queue_of(node) == Queue::kGhosts; }

 private:
  enum class Queue : uint16_t { kNone, kSmall, kMain, kGhosts, kCount };
  static constexpr uint16_t kMostUses = 3, kUsesToMoveOn = 2;

  Node choose() {
    if (queues_.size(Queue::kSmall) >= small_share_ || queues_.empty(Queue::kMain)) {
      move_used_on();
      if (!queues_.empty(Queue::kSmall)) return queues_.oldest(Queue::kSmall);
    }
    return oldest_unused_of_main();
  }
  void move_used_on() {
    for (Node node; (node = queues_.oldest(Queue::kSmall)) != kNoNode && queues_.uses(node) >= kUsesToMoveOn;) {
      queues_.uses(node) = 0;
      queues_.move(node, Queue::kMain);
    }
  }
  Node oldest_unused_of_main() {
    Node node = queues_.oldest(Queue::kMain);
    for (; queues_.uses(node) > 0; node = queues_.oldest(Queue::kMain)) {
      --queues_.uses(node);
      queues_.move(node, Queue::kMain);
    }
    return node;
  }

  SizedQueues<Queue> queues_;
  const uint64_t small_share_ = capacity() / 10, ghosts_share_ = capacity() - (capacity() + 9) / 10;
  bool returns_ = false;   // the entry that arrives was remembered
  Node victim_ = kNoNode;  // chosen, and not gone yet
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_s3_fifo(const PolicySetting& setting) {
  return std::make_unique<S3FifoPolicy>(setting);
}

}  // namespace hitbench
