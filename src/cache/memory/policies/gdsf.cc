// GDSF, greedy dual size frequency: the entry of the least worth goes first, where worth = clock + uses / size. The
// clock is the worth of the last entry evicted, so that entries which are not used lose against new ones in time.
// Cherkasova, "Improving WWW proxies performance with greedy-dual-size-frequency caching policy", HP Labs report
// HPL-98-69, 1998.
//
// With a cost of 1 for each entry, as in the paper where it is for the hit ratio; uses are counted from 1 when the
// entry comes and forgotten when it goes; among those of equal worth the one whose last use is the oldest goes first.
// Where all sizes are equal, this is LFU with aging.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "cache/memory/policies.h"
#include "cache/memory/policy.h"

namespace hitbench {
namespace {

class GdsfPolicy final : public PolicyLoop<GdsfPolicy> {
 public:
  explicit GdsfPolicy(const PolicySetting& setting) : PolicyLoop(setting.capacity), place_of_(setting.nodes, kNowhere) {
    heap_.reserve(std::min<uint64_t>(setting.capacity, setting.nodes));
  }

  void grow(Node nodes) override { place_of_.resize(nodes, kNowhere); }
  void insert(Node node, uint64_t size) override {
    place_of_[node] = static_cast<uint32_t>(heap_.size());
    heap_.push_back({.size = size, .node = node});
    hit(node);
  }
  void hit(Node node) override {
    Ranked entry = heap_[place_of_[node]];
    if (entry.uses < UINT32_MAX) ++entry.uses;
    entry.worth = clock_ + static_cast<double>(entry.uses) / static_cast<double>(entry.size);
    entry.last_use = ++uses_;
    settle(place_of_[node], entry);
  }
  Node victim() override { return heap_.front().node; }
  void evicted(Node node) override {
    clock_ = heap_[place_of_[node]].worth;
    removed(node);
  }
  void removed(Node node) override {
    const uint32_t place = std::exchange(place_of_[node], kNowhere);
    const Ranked last = heap_.back();
    heap_.pop_back();
    if (last.node != node) settle(place, last);
  }
  bool holds(Node node) const override { return place_of_[node] != kNowhere; }

 private:
  static constexpr uint32_t kNowhere = UINT32_MAX;

  // 32 bytes, only for what is in the cache: a curve has millions of keys.
  struct Ranked {
    double worth = 0;
    uint64_t last_use = 0;  // its number among the uses of all
    uint64_t size = 0;
    uint32_t uses = 0;
    Node node = kNoNode;

    bool goes_before(const Ranked& other) const {
      return worth < other.worth || (worth == other.worth && last_use < other.last_use);
    }
  };

  void put(size_t place, const Ranked& ranked) {
    heap_[place] = ranked;
    place_of_[ranked.node] = static_cast<uint32_t>(place);
  }

  // Puts it where it belongs from that place on, which is free: above what goes after it, below what goes before.
  void settle(size_t place, const Ranked& ranked) {
    for (size_t above = (place - 1) / 2; place > 0 && ranked.goes_before(heap_[above]); above = (place - 1) / 2) {
      put(place, heap_[above]);
      place = above;
    }
    while (true) {
      size_t below = 2 * place + 1;
      if (below >= heap_.size()) break;
      if (below + 1 < heap_.size() && heap_[below + 1].goes_before(heap_[below])) ++below;
      if (!heap_[below].goes_before(ranked)) break;
      put(place, heap_[below]);
      place = below;
    }
    put(place, ranked);
  }

  std::vector<uint32_t> place_of_;  // in the heap
  std::vector<Ranked> heap_;        // binary: the next to go is at the front
  double clock_ = 0;
  uint64_t uses_ = 0;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_gdsf(const PolicySetting& setting) {
  return std::make_unique<GdsfPolicy>(setting);
}

}  // namespace hitbench
