// The policies of eviction that remember what is gone in the plainest code, as naive_policies.h has the others. They
// share nothing with src/cache/memory; W-TinyLFU's sketch hashes, and draws, as that does.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "tests/cache/memory/naive_policies.h"

namespace hitbench {

inline bool is_in(const NaiveQueue& queue, int key) {
  return std::any_of(queue.begin(), queue.end(), [&](const NaiveEntry& entry) { return entry.key == key; });
}
inline bool erase_from(NaiveQueue& queue, int key) {
  return std::erase_if(queue, [&](const NaiveEntry& entry) { return entry.key == key; }) > 0;
}
inline void shorten(NaiveQueue& queue, uint64_t most) {
  while (!queue.empty() && size_of(queue) > most) queue.erase(queue.begin());
}

class NaiveTwoQ final : public Naive {
 public:
  explicit NaiveTwoQ(uint64_t capacity) : capacity_(capacity) {}

  bool request(int key, uint64_t size) override {
    if (is_in(in_, key)) return true;
    if (const auto at = find_in(main_, key); at != main_.end()) {
      move_to_end(main_, at, main_);
      return true;
    }
    const bool again = erase_from(out_, key);
    while (size_of(in_) + size_of(main_) + size > capacity_) evict();
    (again ? main_ : in_).push_back({.key = key, .size = size});
    return false;
  }
  void erase(int key) override {
    erase_from(in_, key);
    erase_from(main_, key);
  }
  bool holds(int key) const override { return is_in(in_, key) || is_in(main_, key); }

 private:
  void evict() {
    if (main_.empty() || size_of(in_) > capacity_ / 4) {
      move_to_end(in_, in_.begin(), out_);
      shorten(out_, capacity_ / 2);
    } else {
      main_.erase(main_.begin());
    }
  }

  const uint64_t capacity_;
  NaiveQueue in_, out_, main_;
};

class NaiveArc final : public Naive {
 public:
  explicit NaiveArc(uint64_t capacity) : capacity_(capacity) {}

  bool request(int key, uint64_t size) override {
    for (NaiveQueue* const queue : {&t1_, &t2_}) {
      if (const auto at = find_in(*queue, key); at != queue->end()) {
        move_to_end(*queue, at, t2_);
        return true;
      }
    }
    const bool from_b1 = is_in(b1_, key), from_b2 = is_in(b2_, key);
    if (from_b1) adapt(+1.0 * static_cast<double>(find_in(b1_, key)->size), b2_, b1_);
    if (from_b2) adapt(-1.0 * static_cast<double>(find_in(b2_, key)->size), b1_, b2_);
    erase_from(b1_, key);
    erase_from(b2_, key);
    while (size_of(t1_) + size_of(t2_) + size > capacity_) replace(from_b2);
    (from_b1 || from_b2 ? t2_ : t1_).push_back({.key = key, .size = size});
    while (!b1_.empty() && size_of(t1_) + size_of(b1_) > capacity_) b1_.erase(b1_.begin());
    while (!b2_.empty() && size_of(t1_) + size_of(b1_) + size_of(t2_) + size_of(b2_) > 2 * capacity_) {
      b2_.erase(b2_.begin());
    }
    return false;
  }
  void erase(int key) override {
    erase_from(t1_, key);
    erase_from(t2_, key);
  }
  bool holds(int key) const override { return is_in(t1_, key) || is_in(t2_, key); }

 private:
  void adapt(double step, const NaiveQueue& other, const NaiveQueue& own) {
    const double ratio = static_cast<double>(size_of(other)) / static_cast<double>(size_of(own));
    p_ = std::clamp(p_ + step * std::max(1.0, ratio), 0.0, static_cast<double>(capacity_));
  }
  void replace(bool from_b2) {
    const auto t1 = static_cast<double>(size_of(t1_));
    const bool t1_is_long = t1 > p_ || (from_b2 && t1 >= p_);
    if (t2_.empty() || (!t1_.empty() && t1_is_long)) {
      move_to_end(t1_, t1_.begin(), b1_);
    } else {
      move_to_end(t2_, t2_.begin(), b2_);
    }
  }

  const uint64_t capacity_;
  double p_ = 0;
  NaiveQueue t1_, t2_, b1_, b2_;
};

class NaiveS3Fifo final : public Naive {
 public:
  explicit NaiveS3Fifo(uint64_t capacity) : capacity_(capacity) {}

  bool request(int key, uint64_t size) override {
    for (NaiveQueue* const queue : {&small_, &main_}) {
      if (const auto at = find_in(*queue, key); at != queue->end()) {
        at->uses = std::min<uint64_t>(at->uses + 1, 3);
        return true;
      }
    }
    const bool again = erase_from(ghosts_, key);
    while (size_of(small_) + size_of(main_) + size > capacity_) evict();
    (again ? main_ : small_).push_back({.key = key, .size = size, .uses = 0});
    return false;
  }
  void erase(int key) override {
    erase_from(small_, key);
    erase_from(main_, key);
  }
  bool holds(int key) const override { return is_in(small_, key) || is_in(main_, key); }

 private:
  void evict() {
    const bool from_small = size_of(small_) * 10 >= capacity_ / 10 * 10 || main_.empty();
    if (!from_small || !evict_from_small()) evict_from_main();
  }
  bool evict_from_small() {
    while (!small_.empty()) {
      const NaiveEntry entry = small_.front();
      small_.erase(small_.begin());
      if (entry.uses < 2) {
        ghosts_.push_back(entry);
        shorten(ghosts_, capacity_ * 9 / 10);
        return true;
      }
      main_.push_back({.key = entry.key, .size = entry.size, .uses = 0});
    }
    return false;
  }
  void evict_from_main() {
    while (main_.front().uses > 0) {
      --main_.front().uses;
      move_to_end(main_, main_.begin(), main_);
    }
    main_.erase(main_.begin());
  }

  const uint64_t capacity_;
  NaiveQueue small_, main_, ghosts_;
};

class NaiveLirs final : public Naive {
 public:
  explicit NaiveLirs(uint64_t capacity)
      : capacity_(capacity), hot_most_(capacity - std::max<uint64_t>(1, capacity / 100)) {}

  bool request(int key, uint64_t size) override {
    const bool on_stack = std::count(stack_.begin(), stack_.end(), key) > 0;
    if (is_in(hot_, key)) {
      to_top(key);
      cut_stack();
      return true;
    }
    if (const auto at = find_in(cold_, key); at != cold_.end()) {
      move_to_end(cold_, at, on_stack ? hot_ : cold_);
      to_top(key);
      limit_hot();
      return true;
    }
    const bool again = erase_from(ghosts_, key);
    while (size_of(hot_) + size_of(cold_) + size > capacity_) evict();
    (again || size_of(hot_) + size <= hot_most_ ? hot_ : cold_).push_back({.key = key, .size = size});
    to_top(key);
    limit_hot();
    return false;
  }
  void erase(int key) override {
    if (!holds(key)) return;
    erase_from(hot_, key);
    erase_from(cold_, key);
    std::erase(stack_, key);
    cut_stack();
  }
  bool holds(int key) const override { return is_in(hot_, key) || is_in(cold_, key); }

 private:
  void to_top(int key) {
    std::erase(stack_, key);
    stack_.push_back(key);
  }
  void cut_stack() {
    while (!stack_.empty() && !is_in(hot_, stack_.front())) {
      erase_from(ghosts_, stack_.front());
      stack_.erase(stack_.begin());
    }
  }
  void cool() {
    move_to_end(hot_, find_in(hot_, stack_.front()), cold_);
    cut_stack();
  }
  void limit_hot() {
    cut_stack();
    while (size_of(hot_) > hot_most_) cool();
  }
  void evict() {
    if (cold_.empty()) cool();
    const NaiveEntry entry = cold_.front();
    cold_.erase(cold_.begin());
    if (std::count(stack_.begin(), stack_.end(), entry.key) == 0) return;
    for (ghosts_.push_back(entry); size_of(ghosts_) > capacity_; ghosts_.erase(ghosts_.begin())) {
      std::erase(stack_, ghosts_.front().key);
    }
  }

  const uint64_t capacity_, hot_most_;
  std::vector<int> stack_;  // the lowest first
  NaiveQueue hot_, cold_, ghosts_;
};

// Four rows of 32 counters a block.
class NaiveSketch {
 public:
  explicit NaiveSketch(uint64_t room) : blocks_(std::bit_ceil((room + 7) / 8)), counters_(blocks_ * 4 * 32) {}

  void count(uint64_t key, uint64_t most_entries) {
    bool counted = false;
    for (size_t row = 0; row < 4; ++row) {
      int& counter = counters_[place(key, row)];
      if (counter == 15) continue;
      ++counter;
      counted = true;
    }
    if (counted) ++counted_;
    if (counted && counted_ >= 10 * std::max<uint64_t>(most_entries, 1)) halve();
  }
  int estimate(uint64_t key) const {
    int least = 15;
    for (size_t row = 0; row < 4; ++row) least = std::min(least, counters_[place(key, row)]);
    return least;
  }

 private:
  size_t place(uint64_t key, size_t row) const {
    const uint64_t hash = mix64(key);
    return ((hash >> 32) % blocks_ * 4 + row) * 32 + (hash >> 8 * row) % 32;
  }
  void halve() {
    uint64_t odd = 0;
    for (int& counter : counters_) {
      odd += static_cast<uint64_t>(counter % 2);
      counter /= 2;
    }
    counted_ = odd / 4 > counted_ ? 0 : (counted_ - odd / 4) / 2;
  }

  const size_t blocks_;
  std::vector<int> counters_;
  uint64_t counted_ = 0;
};

class NaiveWTinyLfu final : public Naive {
 public:
  NaiveWTinyLfu(uint64_t capacity, uint64_t seed)
      : capacity_(capacity), sketch_(capacity), rng_(seed), step_(static_cast<double>(capacity) / 32) {}

  bool request(int key, uint64_t size) override {
    sketch_.count(sketch_key(key), most_entries_);
    const bool was_there = touch(key);
    if (!was_there) {
      erase_from(ghosts_, key);
      while (size_of(window_) + size_of_main() + size > capacity_) evict();
      window_.push_back({.key = key, .size = size});
      most_entries_ = std::max(most_entries_, entries());
      while (size_of(window_) > window_share_ && size_of_main() + window_[0].size <= capacity_ - window_share_) {
        move_to_end(window_, window_.begin(), probation_);
      }
    }
    sample(was_there);
    return was_there;
  }
  void erase(int key) override {
    if (!holds(key)) return;
    for (NaiveQueue* const queue : {&window_, &probation_, &protected_}) erase_from(*queue, key);
    ++lives_[key];
  }
  bool holds(int key) const override { return is_in(window_, key) || is_in(probation_, key) || is_in(protected_, key); }

 private:
  uint64_t sketch_key(int key) { return lives_[key] << 32 | static_cast<uint32_t>(key); }
  uint64_t entries() const { return window_.size() + probation_.size() + protected_.size(); }
  uint64_t size_of_main() const { return size_of(probation_) + size_of(protected_); }

  bool touch(int key) {
    if (const auto at = find_in(window_, key); at != window_.end()) {
      move_to_end(window_, at, window_);
    } else if (const auto on_probation = find_in(probation_, key); on_probation != probation_.end()) {
      move_to_end(probation_, on_probation, protected_);
      demote();
    } else if (const auto safe = find_in(protected_, key); safe != protected_.end()) {
      move_to_end(protected_, safe, protected_);
    } else {
      return false;
    }
    return true;
  }
  void demote() {
    while (size_of(protected_) > (capacity_ - window_share_) * 8 / 10) {
      move_to_end(protected_, protected_.begin(), probation_);
    }
  }
  void evict() {
    NaiveQueue& main = probation_.empty() ? protected_ : probation_;
    if (main.empty()) return go(window_);
    if (window_.empty() || size_of(window_) < window_share_) return go(main);
    const int uses = sketch_.estimate(sketch_key(window_[0].key)), others = sketch_.estimate(sketch_key(main[0].key));
    if (uses <= others && (uses < 6 || rng_.below(128) != 0)) return go(window_);
    go(main);
    move_to_end(window_, window_.begin(), probation_);
  }
  void go(NaiveQueue& from) {
    move_to_end(from, from.begin(), ghosts_);
    while (size_of(ghosts_) > 4 * capacity_) {
      ++lives_[ghosts_[0].key];
      ghosts_.erase(ghosts_.begin());
    }
  }

  void sample(bool hit) {
    hits_ += hit ? 1 : 0;
    if (++requests_ < 10 * entries()) return;
    ratios_.push_back(static_cast<double>(hits_) / static_cast<double>(requests_));
    hits_ = requests_ = 0;
    if (ratios_.size() == 3) move_window(0);
    if (ratios_.size() > 3) move_window(ratios_.back() - ratios_[ratios_.size() - 2]);
  }
  void move_window(double change) {
    trend_ = 0.6 * trend_ + direction_ * change;
    if (trend_ < 0) direction_ = -direction_;
    trend_ = std::abs(trend_);
    const int64_t moved = static_cast<int64_t>(window_share_) + direction_ * static_cast<int64_t>(step_);
    step_ = std::abs(change) >= 0.05 ? static_cast<double>(capacity_) / 32 : step_ * 0.98;
    const auto least = std::max<int64_t>(1, static_cast<int64_t>(capacity_) / 100);
    const auto most = std::max<int64_t>(least, static_cast<int64_t>(capacity_) - least);
    const auto share = static_cast<uint64_t>(std::clamp(moved, least, most));
    if (share != window_share_) resize_window(share);
  }
  void resize_window(uint64_t share) {
    window_share_ = share;
    demote();
    while (size_of(window_) > share) move_to_end(window_, window_.begin(), probation_);
    for (;;) {
      NaiveQueue& main = probation_.empty() ? protected_ : probation_;
      if (main.empty() || size_of(window_) + main[0].size > share) break;
      move_to_end(main, main.begin(), window_);
    }
  }

  const uint64_t capacity_;
  NaiveSketch sketch_;
  Rng rng_;
  NaiveQueue window_, probation_, protected_, ghosts_;
  std::map<int, uint64_t> lives_;  // how often all was forgotten of a key
  uint64_t most_entries_ = 0;
  uint64_t window_share_ = std::max<uint64_t>(1, capacity_ / 100);
  double step_;
  int direction_ = 1;
  double trend_ = 0;
  std::vector<double> ratios_;
  uint64_t hits_ = 0, requests_ = 0;
};

inline std::unique_ptr<Naive> make_naive_w_tinylfu(uint64_t capacity, uint64_t seed) {
  return std::make_unique<NaiveWTinyLfu>(capacity, seed);
}

}  // namespace hitbench
