// The plainest server: room for a number of entries, of which the oldest goes; or none goes, and a new one is refused.
// What has expired goes when it is asked for.
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cache/twin/server_model.h"

namespace hitbench {

class FakeModel final : public ServerModel {
 public:
  struct Limits {
    size_t entries = SIZE_MAX;
    bool evicts = true;
    uint32_t value_bytes = UINT32_MAX;  // larger ones are refused, and the key's entry goes
  };
  explicit FakeModel(Limits limits) : limits_(limits) {}

  void grow(Node) override {}

  bool get(Node key, Time now) override {
    gone_.clear();
    drop_expired(key, now);
    return entries_.contains(key);
  }

  Kept set(Node key, const ItemSize& size, Time end, Time now) override {
    gone_.clear();
    drop_expired(key, now);
    const bool is_new = !entries_.contains(key);
    if (size.value_bytes > limits_.value_bytes) {
      if (!is_new) drop(key);
      return Kept::too_large;
    }
    if (is_new && entries_.size() == limits_.entries) {
      if (!limits_.evicts) return Kept::no_memory;
      drop(order_.front());
      ++evictions_;
    }
    if (is_new) order_.push_back(key);
    entries_[key] = {size.key_bytes + uint64_t{size.value_bytes}, end};
    return Kept::kept;
  }

  bool erase(Node key, Time now) override {
    gone_.clear();
    drop_expired(key, now);
    std::erase(order_, key);
    return entries_.erase(key) > 0;
  }

  bool holds(Node key) const override { return entries_.contains(key); }
  std::span<const Node> take_gone() override {
    told_ = std::exchange(gone_, {});
    return told_;
  }

  ModelUsage usage(Time) override {
    ModelUsage usage{.entries = entries_.size(), .memory_bytes = kEmptyBytes, .evictions = evictions_};
    for (const auto& [key, entry] : entries_) usage.memory_bytes += entry.bytes;
    return usage;
  }

  static constexpr uint64_t kEmptyBytes = 1000;

 private:
  struct Entry {
    uint64_t bytes;
    Time end;
  };

  void drop(Node key) {
    entries_.erase(key);
    std::erase(order_, key);
    gone_.push_back(key);
  }

  void drop_expired(Node key, Time now) {
    const auto at = entries_.find(key);
    if (at != entries_.end() && at->second.end <= now) drop(key);
  }

  const Limits limits_;
  std::map<Node, Entry> entries_;
  std::vector<Node> order_, gone_, told_;
  uint64_t evictions_ = 0;
};

}  // namespace hitbench
