// Traces in memory, and a policy whose hits nobody doubts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "cache/memory/policy.h"
#include "curve/policy_hits.h"
#include "curve/replay.h"
#include "tests/cache/twin/fake_model.h"
#include "workload/trace/compact.h"

namespace hitbench {

struct FakeRequest {
  uint32_t key = 0;
  TraceOperation operation = TraceOperation::read;
  uint32_t time = 0;
  bool absent = false;
  uint16_t ttl = 0;  // seconds; 0: none
};

class FakeTrace : public CompactTrace {
 public:
  explicit FakeTrace(const std::vector<FakeRequest>& requests, std::vector<uint32_t> value_bytes = {})
      : value_bytes_(std::move(value_bytes)) {
    for (const FakeRequest& fake : requests) {
      CompactRequest request;
      request.key = fake.key;
      request.time = fake.time;
      request.ttl = fake.ttl;
      request.bytes_and_operation = CompactRequest::kUnknownBytes | static_cast<uint32_t>(fake.operation) << 28 |
                                    static_cast<uint32_t>(fake.absent) << 31;
      requests_.push_back(request);
      keys_ = std::max(keys_, fake.key + 1);
    }
    counts_.requests = requests_.size();
  }
  explicit FakeTrace(const std::vector<uint32_t>& keys) : FakeTrace(reads_of(keys)) {}

  std::span<const CompactRequest> requests() const override { return requests_; }
  uint32_t keys() const override { return keys_; }
  std::string_view key_text(uint32_t) const override { return "key"; }
  uint32_t key_bytes(uint32_t) const override { return 3; }
  uint32_t last_bytes(uint32_t key) const override {
    return key < value_bytes_.size() ? value_bytes_[key] : CompactRequest::kUnknownBytes;
  }
  std::optional<Duration> ttl_of(const CompactRequest& request) const override {
    if (request.ttl == 0) return std::nullopt;
    return std::chrono::seconds(request.ttl);
  }
  bool has_times() const override { return has_times_; }
  bool has_whole_seconds() const override { return true; }
  bool is_of_cache() const override { return false; }
  Duration start() const override { return {}; }
  Duration unit() const override { return std::chrono::seconds(1); }
  Duration span() const override { return {}; }
  const TraceCounts& counts() const override { return counts_; }
  const std::string& format() const override { return format_; }

  bool has_times_ = true;
  TraceCounts counts_;

 private:
  static std::vector<FakeRequest> reads_of(const std::vector<uint32_t>& keys) {
    std::vector<FakeRequest> requests;
    for (const uint32_t key : keys) requests.push_back({.key = key, .time = static_cast<uint32_t>(requests.size())});
    return requests;
  }

  std::vector<CompactRequest> requests_;
  std::vector<uint32_t> value_bytes_;
  uint32_t keys_ = 0;
  std::string format_ = "fake";
};

// Skewed towards low keys. `changes`: the share of requests that invalidate, or read rows that are not there.
inline std::vector<FakeRequest> random_requests(uint64_t seed, size_t many, uint32_t keys, double changes = 0) {
  Rng rng(seed);
  std::vector<FakeRequest> requests;
  uint32_t time = 0;
  for (size_t i = 0; i < many; ++i) {
    const double u = rng.uniform();
    FakeRequest request{.key = static_cast<uint32_t>(u * u * keys),
                        .time = time += static_cast<uint32_t>(rng.below(3))};
    if (rng.uniform() < changes) {
      const TraceOperation kinds[] = {TraceOperation::write, TraceOperation::erase, TraceOperation::modify,
                                      TraceOperation::fill, TraceOperation::read};
      request.operation = kinds[rng.below(5)];
      request.absent = request.operation == TraceOperation::read;
    }
    requests.push_back(request);
  }
  return requests;
}

// LRU as a list, every step of it spelled out.
class NaiveLru final : public PolicyLoop<NaiveLru> {
 public:
  explicit NaiveLru(const PolicySetting& setting) : PolicyLoop(setting.capacity) {}
  void grow(Node) override {}
  void insert(Node node, uint64_t) override { order_.push_front(node); }
  void hit(Node node) override {
    order_.remove(node);
    order_.push_front(node);
  }
  Node victim() override { return order_.back(); }
  void evicted(Node node) override { order_.remove(node); }
  void removed(Node node) override { order_.remove(node); }
  bool holds(Node node) const override { return std::find(order_.begin(), order_.end(), node) != order_.end(); }

 private:
  std::list<Node> order_;
};

// The oldest fill goes first.
class NaiveFifo final : public PolicyLoop<NaiveFifo> {
 public:
  explicit NaiveFifo(const PolicySetting& setting) : PolicyLoop(setting.capacity) {}
  void grow(Node) override {}
  void insert(Node node, uint64_t) override { order_.push_back(node); }
  void hit(Node) override {}
  Node victim() override { return order_.front(); }
  void evicted(Node node) override { order_.remove(node); }
  void removed(Node node) override { order_.remove(node); }
  bool holds(Node node) const override { return std::find(order_.begin(), order_.end(), node) != order_.end(); }

 private:
  std::list<Node> order_;
};

inline const CurveMakers& naive_policies() {
  static const CurveMakers makers = {
      .policies = {{"lru", [](const PolicySetting& setting) { return std::make_unique<NaiveLru>(setting); }},
                   {"fifo", [](const PolicySetting& setting) { return std::make_unique<NaiveFifo>(setting); }}},
      .twins = {{"server", [](const ModelLimit& limit) {
                   return std::make_unique<FakeModel>(FakeModel::Limits{.entries = limit.entries});
                 }}}};
  return makers;
}

}  // namespace hitbench
