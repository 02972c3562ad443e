// SLRU, segmented LRU: queues by use, one above the other. A new entry comes into the lowest; a hit takes an entry up
// by one, to the newest end; what is too much for a segment goes down by one, to the newest end as well; the oldest of
// the lowest goes first. Karedla, Love and Wherry, "Caching strategies to improve disk system performance", IEEE
// Computer, 1994, with two segments.
//
// Four segments of a quarter of the capacity each, as libCacheSim has; by size where entries have sizes. The lowest has
// what the others leave. While the cache is not full, a new entry comes into the lowest segment with room, as there;
// but libCacheSim evicts on a hit where the capacity is no multiple of four. Caffeine's main space and Memcached's warm
// and cold queues are SLRU of two segments.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "cache/memory/node_queue.h"
#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class SlruPolicy final : public PolicyLoop<SlruPolicy> {
 public:
  explicit SlruPolicy(const PolicySetting& setting)
      : PolicyLoop(setting.capacity), links_(setting.nodes), entries_(setting.nodes) {}

  void grow(Node nodes) override {
    links_.grow(nodes);
    entries_.resize(nodes);
  }
  void insert(Node node, uint64_t size) override {
    entries_[node].size = size;
    push(node, segment_with_room(size));
  }
  void hit(Node node) override {
    const uint32_t from = entries_[node].segment;
    if (from == kSegments - 1) return segments_[from].order.make_newest(node);
    unlink(node);
    push(node, from + 1);
    for (uint32_t segment = from + 1; segment > 0; --segment) demote_from(segment);
  }
  Node victim() override {
    for (const Segment& segment : segments_) {
      if (!segment.order.empty()) return segment.order.oldest();
    }
    return kNoNode;
  }
  void evicted(Node node) override { unlink(node); }
  void removed(Node node) override { unlink(node); }
  bool holds(Node node) const override { return links_.linked(node); }

 private:
  static constexpr uint32_t kSegments = 4;

  struct Segment {
    NodeQueue order;
    uint64_t size = 0;
  };
  struct Entry {
    uint64_t size;
    uint32_t segment;
  };

  uint32_t segment_with_room(uint64_t size) const {
    for (uint32_t segment = 0; segment < kSegments; ++segment) {
      if (segments_[segment].size + size <= capacity() / kSegments) return segment;
    }
    return 0;
  }
  void push(Node node, uint32_t segment) {
    entries_[node].segment = segment;
    segments_[segment].order.push_newest(node);
    segments_[segment].size += entries_[node].size;
  }
  void unlink(Node node) {
    Segment& segment = segments_[entries_[node].segment];
    segment.order.unlink(node);
    segment.size -= entries_[node].size;
  }
  void demote_from(uint32_t segment) {
    while (segments_[segment].size > capacity() / kSegments) {
      const Node node = segments_[segment].order.oldest();
      unlink(node);
      push(node, segment - 1);
    }
  }

  NodeLinks links_;
  std::vector<Entry> entries_;
  std::array<Segment, kSegments> segments_{Segment{NodeQueue(links_)}, Segment{NodeQueue(links_)},
                                           Segment{NodeQueue(links_)}, Segment{NodeQueue(links_)}};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_slru(const PolicySetting& setting) {
  return std::make_unique<SlruPolicy>(setting);
}

}  // namespace hitbench
