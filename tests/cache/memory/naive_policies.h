// The policies of eviction in the plainest code: vectors from the oldest to the newest, searched from end to end. They
// share nothing with src/cache/memory but the generator that random eviction draws from.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

#include "base/rng.h"

namespace hitbench {

// A whole cache of keys with sizes; a key always comes with the same size, which is not above the capacity.
struct Naive {
  virtual ~Naive() = default;
  virtual bool request(int key, uint64_t size) = 0;  // whether it was a hit; it is in the cache now
  virtual void erase(int key) = 0;                   // nothing happens if it is not there
  virtual bool holds(int key) const = 0;
};

struct NaiveEntry {
  int key;
  uint64_t size;
  bool used = false;
  uint64_t uses = 1, last = 0;
  double worth = 0;
};
using NaiveQueue = std::vector<NaiveEntry>;  // the oldest first

inline uint64_t size_of(const NaiveQueue& queue) {
  uint64_t size = 0;
  for (const NaiveEntry& entry : queue) size += entry.size;
  return size;
}
inline NaiveQueue::iterator find_in(NaiveQueue& queue, int key) {
  return std::find_if(queue.begin(), queue.end(), [&](const NaiveEntry& entry) { return entry.key == key; });
}
inline void move_to_end(NaiveQueue& from, NaiveQueue::iterator at, NaiveQueue& to) {
  const NaiveEntry entry = *at;
  from.erase(at);
  to.push_back(entry);
}

// One queue; the rest is up to the policy.
class NaiveOfOneQueue : public Naive {
 public:
  explicit NaiveOfOneQueue(uint64_t capacity) : capacity_(capacity) {}

  bool request(int key, uint64_t size) override {
    const auto at = find_in(queue, key);
    if (at != queue.end()) {
      hit(at);
      return true;
    }
    while (size_of(queue) + size > capacity_) evict();
    queue.push_back({.key = key, .size = size});
    added();
    return false;
  }
  void erase(int key) override {
    const auto at = find_in(queue, key);
    if (at != queue.end()) erase_at(at);
  }
  bool holds(int key) const override {
    return std::any_of(queue.begin(), queue.end(), [&](const NaiveEntry& entry) { return entry.key == key; });
  }

 protected:
  virtual void hit(NaiveQueue::iterator) {}
  virtual void added() {}
  virtual void evict() { queue.erase(queue.begin()); }
  virtual void erase_at(NaiveQueue::iterator at) { queue.erase(at); }

  NaiveQueue queue;

 private:
  const uint64_t capacity_;
};

struct NaiveFifo final : NaiveOfOneQueue {
  using NaiveOfOneQueue::NaiveOfOneQueue;
};

struct NaiveLru final : NaiveOfOneQueue {
  using NaiveOfOneQueue::NaiveOfOneQueue;
  void hit(NaiveQueue::iterator at) override { move_to_end(queue, at, queue); }
};

struct NaiveClock final : NaiveOfOneQueue {
  using NaiveOfOneQueue::NaiveOfOneQueue;
  void hit(NaiveQueue::iterator at) override { at->used = true; }
  void evict() override {
    while (queue[0].used) {
      queue[0].used = false;
      move_to_end(queue, queue.begin(), queue);
    }
    queue.erase(queue.begin());
  }
};

struct NaiveSieve final : NaiveOfOneQueue {
  using NaiveOfOneQueue::NaiveOfOneQueue;
  void hit(NaiveQueue::iterator at) override { at->used = true; }
  void evict() override {
    if (past_newest) hand = 0;
    past_newest = false;
    while (queue[hand].used) {
      queue[hand].used = false;
      hand = (hand + 1) % queue.size();
    }
    erase_at(queue.begin() + static_cast<std::ptrdiff_t>(hand));
  }
  void erase_at(NaiveQueue::iterator at) override {
    const auto place = static_cast<size_t>(at - queue.begin());
    queue.erase(at);
    if (past_newest) return;
    if (place < hand) --hand;
    past_newest = hand == queue.size();
  }
  size_t hand = 0;
  bool past_newest = true;
};

// Goes by a rank that is counted anew from all entries at each eviction.
struct NaiveLfu final : NaiveOfOneQueue {
  using NaiveOfOneQueue::NaiveOfOneQueue;
  void hit(NaiveQueue::iterator at) override {
    ++at->uses;
    at->last = ++time;
  }
  void added() override { queue.back().last = ++time; }
  void evict() override {
    queue.erase(std::min_element(queue.begin(), queue.end(), [](const NaiveEntry& a, const NaiveEntry& b) {
      return std::tie(a.uses, a.last) < std::tie(b.uses, b.last);
    }));
  }
  uint64_t time = 0;
};

struct NaiveGdsf final : NaiveOfOneQueue {
  using NaiveOfOneQueue::NaiveOfOneQueue;
  void hit(NaiveQueue::iterator at) override {
    ++at->uses;
    rank(*at);
  }
  void added() override { rank(queue.back()); }
  void rank(NaiveEntry& entry) {
    entry.worth = clock + static_cast<double>(entry.uses) / static_cast<double>(entry.size);
    entry.last = ++time;
  }
  void evict() override {
    const auto at = std::min_element(queue.begin(), queue.end(), [](const NaiveEntry& a, const NaiveEntry& b) {
      return std::tie(a.worth, a.last) < std::tie(b.worth, b.last);
    });
    clock = at->worth;
    queue.erase(at);
  }
  double clock = 0;
  uint64_t time = 0;
};

// The last entry takes the place of one that goes.
struct NaiveRandom final : NaiveOfOneQueue {
  NaiveRandom(uint64_t capacity, uint64_t seed) : NaiveOfOneQueue(capacity), rng(seed) {}
  void evict() override { erase_at(queue.begin() + static_cast<std::ptrdiff_t>(rng.below(queue.size()))); }
  void erase_at(NaiveQueue::iterator at) override {
    *at = queue.back();
    queue.pop_back();
  }
  Rng rng;
};

class NaiveSlru final : public Naive {
 public:
  explicit NaiveSlru(uint64_t capacity) : capacity_(capacity) {}

  bool request(int key, uint64_t size) override {
    for (size_t i = 0; i < 4; ++i) {
      const auto at = find_in(queues_[i], key);
      if (at == queues_[i].end()) continue;
      const size_t to = std::min<size_t>(i + 1, 3);
      move_to_end(queues_[i], at, queues_[to]);
      for (size_t j = to; j > 0 && to > i; --j) {
        while (size_of(queues_[j]) > capacity_ / 4) move_to_end(queues_[j], queues_[j].begin(), queues_[j - 1]);
      }
      return true;
    }
    while (size_of(queues_[0]) + size_of(queues_[1]) + size_of(queues_[2]) + size_of(queues_[3]) + size > capacity_) {
      NaiveQueue& lowest = *std::find_if(queues_.begin(), queues_.end(), [](auto& queue) { return !queue.empty(); });
      lowest.erase(lowest.begin());
    }
    const auto with_room = std::find_if(queues_.begin(), queues_.end(),
                                        [&](auto& queue) { return size_of(queue) + size <= capacity_ / 4; });
    (with_room == queues_.end() ? queues_[0] : *with_room).push_back({.key = key, .size = size});
    return false;
  }
  void erase(int key) override {
    for (NaiveQueue& queue : queues_) {
      std::erase_if(queue, [&](const NaiveEntry& entry) { return entry.key == key; });
    }
  }
  bool holds(int key) const override {
    return std::any_of(queues_.begin(), queues_.end(), [&](const NaiveQueue& queue) {
      return std::any_of(queue.begin(), queue.end(), [&](const NaiveEntry& entry) { return entry.key == key; });
    });
  }

 private:
  const uint64_t capacity_;
  std::array<NaiveQueue, 4> queues_;  // the lowest first
};

template <class Policy>
std::unique_ptr<Naive> make_naive(uint64_t capacity, uint64_t) {
  return std::make_unique<Policy>(capacity);
}
inline std::unique_ptr<Naive> make_naive_random(uint64_t capacity, uint64_t seed) {
  return std::make_unique<NaiveRandom>(capacity, seed);
}

}  // namespace hitbench
