// W-TinyLFU: new entries come into a window, an LRU queue. Who leaves it stands for the main part of the cache against
// the entry that would go there, and the one that was asked for less often lately goes; a sketch of 4-bit counters
// (frequency_sketch.h) says how often, of keys that are not in the cache as well. Main is an SLRU of two queues:
// admitted entries are on probation, and protected from their next hit on. The window's share follows the hit ratio
// (window_climber.h). Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy", ACM ToS 2017.
//
// By size: the window 1 % at first, 80 % of main protected. As in Caffeine, a draw admits who lost the contest although
// it was asked for six times or more, once in 128 times. Caffeine before 2.7 and libCacheSim keep the window at 1 %,
// which loses where what is recent is asked for: on orm-busy at 763 entries 60 % hits, LRU 77 %.
//
// The sketch knows keys by their numbers. So that a number keeps its key for as long as the counters tell something of
// it, entries that are gone are remembered, up to four times the capacity: with twice, P3 loses a point. A number's
// next key is another one to the sketch.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/rng.h"
#include "cache/memory/frequency_sketch.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"
#include "cache/memory/sized_queues.h"
#include "cache/memory/window_climber.h"

namespace hitbench {
namespace {

class WTinyLfuPolicy final : public PolicyLoop<WTinyLfuPolicy> {
 public:
  explicit WTinyLfuPolicy(const PolicySetting& setting)
      : PolicyLoop(setting.capacity),
        queues_(setting.nodes),
        sketch_(std::min<uint64_t>(setting.capacity, std::max<uint64_t>(setting.nodes, kLeastRoom))),
        climber_(setting.capacity),
        rng_(setting.seed) {}

  void grow(Node nodes) override { queues_.grow(nodes); }
  void arriving(Node node) override {
    sketch_.count(key_of(node));
    if (remembers(node)) queues_.unlink(node);
  }
  void insert(Node node, uint64_t size) override {
    queues_.push(node, Queue::kWindow, size);
    sketch_.hold(++entries_);
    while (overflows_into_main()) queues_.move(queues_.oldest(Queue::kWindow), Queue::kProbation);
    climb(false);
  }
  void hit(Node node) override {
    sketch_.count(key_of(node));
    const Queue queue = queues_.queue_of(node);
    queues_.move(node, queue == Queue::kWindow ? queue : Queue::kProtected);
    if (queue == Queue::kProbation) demote();
    climb(true);
  }
  Node victim() override {
    if (victim_ == kNoNode) victim_ = choose();
    return victim_;
  }
  void evicted(Node node) override {
    leave();
    queues_.move(node, Queue::kGhosts);
    while (queues_.size(Queue::kGhosts) > kGhosts * capacity()) forget(queues_.oldest(Queue::kGhosts));
  }
  void removed(Node node) override {
    leave();
    forget(node);
  }
  bool holds(Node node) const override {
    const Queue queue = queues_.queue_of(node);
    return queue != Queue::kNone && queue != Queue::kGhosts;
  }
  bool remembers(Node node) const override { return queues_.queue_of(node) == Queue::kGhosts; }

 private:
  enum class Queue : uint16_t { kNone, kWindow, kProbation, kProtected, kGhosts, kCount };
  static constexpr uint64_t kGhosts = 4;         // times the capacity
  static constexpr uint64_t kLeastRoom = 65536;  // of the sketch: 512 KiB, unless the capacity is less

  uint64_t main_share() const { return capacity() - climber_.share(); }
  uint64_t protected_share() const { return main_share() - (main_share() + 4) / 5; }
  Node oldest_of_main() const {
    return queues_.oldest(queues_.empty(Queue::kProbation) ? Queue::kProtected : Queue::kProbation);
  }

  Node choose() {
    const Node candidate = queues_.oldest(Queue::kWindow), resident = oldest_of_main();
    if (resident == kNoNode) return candidate;
    if (candidate == kNoNode || queues_.size(Queue::kWindow) < climber_.share()) return resident;
    if (!admits(candidate, resident)) return candidate;
    queues_.move(candidate, Queue::kProbation);
    return resident;
  }
  bool admits(Node candidate, Node resident) {
    constexpr uint32_t kWarm = 6, kOnceIn = 128;
    const uint32_t uses = sketch_.estimate(key_of(candidate));
    if (uses > sketch_.estimate(key_of(resident))) return true;
    return uses >= kWarm && rng_.below(kOnceIn) == 0;
  }

  // What the window has too much need not stand against anyone while main has room.
  bool overflows_into_main() const {
    if (queues_.size(Queue::kWindow) <= climber_.share()) return false;
    const uint64_t main = queues_.size(Queue::kProbation) + queues_.size(Queue::kProtected);
    return main + queues_.size_of(queues_.oldest(Queue::kWindow)) <= main_share();
  }
  void demote() {
    while (queues_.size(Queue::kProtected) > protected_share()) {
      queues_.move(queues_.oldest(Queue::kProtected), Queue::kProbation);
    }
  }
  // Moves at once, where Caffeine does it in parts; on average one entry in 300 requests.
  void climb(bool hit) {
    if (!climber_.request(hit, entries_)) return;
    demote();
    while (queues_.size(Queue::kWindow) > climber_.share()) {
      queues_.move(queues_.oldest(Queue::kWindow), Queue::kProbation);
    }
    for (Node node; (node = oldest_of_main()) != kNoNode;) {
      if (queues_.size(Queue::kWindow) + queues_.size_of(node) > climber_.share()) break;
      queues_.move(node, Queue::kWindow);
    }
  }

  void leave() {
    victim_ = kNoNode;
    --entries_;
  }
  void forget(Node node) {
    queues_.unlink(node);
    ++queues_.uses(node);
  }
  // Of the key that has the number now: how many had it before is counted in `uses`.
  uint64_t key_of(Node node) { return uint64_t{queues_.uses(node)} << 32 | node; }

  SizedQueues<Queue> queues_;
  FrequencySketch sketch_;
  WindowClimber climber_;
  Rng rng_;
  uint64_t entries_ = 0;
  Node victim_ = kNoNode;  // chosen, and not gone yet
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_w_tinylfu(const PolicySetting& setting) {
  return std::make_unique<WTinyLfuPolicy>(setting);
}

}  // namespace hitbench
