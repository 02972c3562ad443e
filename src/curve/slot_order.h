// Weights in numbered slots, taken one after the other, and the sum of all from a slot to the end: in blocks, with a
// Fenwick tree over the blocks (Fenwick, "A new data structure for cumulative frequency tables", 1994). A slot without
// a weight has 0.
//
// Two kinds for LruStack: all weights 1, which takes a bit a slot; and any weights. A tree over single slots lies in
// memory, one over blocks of 64 in the CPU's caches. A block enters the tree when it is full: nobody asks for the sum
// before a later one until then.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hitbench {

template <class Sum>
class BlockSums {
 public:
  explicit BlockSums(size_t blocks) : tree_(blocks + 1) {}

  void add(size_t block, Sum change) {
    for (size_t i = block + 1; i < tree_.size(); i += i & (~i + 1)) tree_[i] += change;
  }
  // Of the blocks before it.
  Sum before(size_t block) const {
    Sum sum = 0;
    for (size_t i = block; i > 0; i &= i - 1) sum += tree_[i];
    return sum;
  }

 private:
  std::vector<Sum> tree_;
};

class CountedSlots {
 public:
  explicit CountedSlots(uint32_t slots) : slots_(slots), words_(slots / 64 + 1), sums_(words_.size()) {}

  uint32_t slots() const { return slots_; }
  uint32_t at(uint32_t slot) const { return words_[slot / 64] >> slot % 64 & 1; }
  // The next slot.
  void append(uint32_t slot, uint32_t) {
    words_[slot / 64] |= uint64_t{1} << slot % 64;
    ++total_;
    if (slot / 64 != open_) close(slot / 64);
  }
  void clear(uint32_t slot) {
    words_[slot / 64] &= ~(uint64_t{1} << slot % 64);
    --total_;
    if (slot / 64 != open_) sums_.add(slot / 64, UINT32_MAX);
  }
  // Of one that is not clear.
  void set(uint32_t, uint32_t) {}
  uint64_t sum_from(uint32_t slot) const { return total_ - sum_before(slot); }

  // The number of each occupied slot among all that are.
  class Ranks {
   public:
    explicit Ranks(const CountedSlots& slots) : slots_(slots) {}
    uint64_t occupied() const { return slots_.total_; }
    uint32_t of(uint32_t slot) const { return slots_.sum_before(slot); }

   private:
    const CountedSlots& slots_;
  };
  Ranks ranks() const { return Ranks(*this); }

  // In place of append(), for the first `count` slots in any order; nothing is asked until they are all there.
  void place(uint32_t slot, uint32_t) { words_[slot / 64] |= uint64_t{1} << slot % 64; }
  void finish_placing(uint32_t count) {
    total_ = count;
    close(count / 64);
  }

 private:
  // A word's bits, for CPUs whose compiler may not assume an instruction for it (Warren, "Hacker's Delight", 5-1).
  static uint32_t ones(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    return static_cast<uint32_t>(((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56);
  }

  void close(uint32_t next) {
    for (; open_ < next; ++open_) sums_.add(open_, ones(words_[open_]));
  }

  uint32_t sum_before(uint32_t slot) const {
    return sums_.before(slot / 64) + ones(words_[slot / 64] & ((uint64_t{1} << slot % 64) - 1));
  }

  uint32_t slots_;
  std::vector<uint64_t> words_;
  BlockSums<uint32_t> sums_;  // a change of UINT32_MAX is -1
  uint32_t total_ = 0;
  uint32_t open_ = 0;  // the block that is not in the tree yet
};

class WeighedSlots {
 public:
  explicit WeighedSlots(uint32_t slots)
      : slots_(slots), weights_((slots / kSlots + 1) * kSlots), sums_(weights_.size() / kSlots) {}

  uint32_t slots() const { return slots_; }
  uint32_t at(uint32_t slot) const { return weights_[slot]; }
  void append(uint32_t slot, uint32_t weight) {
    weights_[slot] = weight;
    total_ += weight;
    if (slot / kSlots != open_) close(slot / kSlots);
  }
  void clear(uint32_t slot) { set(slot, 0); }
  void set(uint32_t slot, uint32_t weight) {
    const uint64_t change = uint64_t{weight} - weights_[slot];
    weights_[slot] = weight;
    total_ += change;
    if (slot / kSlots != open_) sums_.add(slot / kSlots, change);
  }
  uint64_t sum_from(uint32_t slot) const {
    uint64_t sum = sums_.before(slot / kSlots);
    for (uint32_t i = slot / kSlots * kSlots; i < slot; ++i) sum += weights_[i];
    return total_ - sum;
  }

  class Ranks {
   public:
    explicit Ranks(const WeighedSlots& slots) : weights_(slots.weights_), before_(weights_.size() / kSlots + 1) {
      for (size_t i = 0; i < weights_.size(); ++i) before_[i / kSlots + 1] += weights_[i] != 0;
      for (size_t i = 1; i < before_.size(); ++i) before_[i] += before_[i - 1];
    }
    uint64_t occupied() const { return before_.back(); }
    uint32_t of(uint32_t slot) const {
      uint32_t rank = before_[slot / kSlots];
      for (uint32_t i = slot / kSlots * kSlots; i < slot; ++i) rank += weights_[i] != 0;
      return rank;
    }

   private:
    const std::vector<uint32_t>& weights_;
    std::vector<uint32_t> before_;  // occupied slots before the block
  };
  Ranks ranks() const { return Ranks(*this); }

  void place(uint32_t slot, uint32_t weight) {
    weights_[slot] = weight;
    total_ += weight;
  }
  void finish_placing(uint32_t count) { close(count / kSlots); }

 private:
  static constexpr uint32_t kSlots = 16;  // 64 bytes

  void close(uint32_t next) {
    for (; open_ < next; ++open_) {
      uint64_t sum = 0;
      for (uint32_t i = open_ * kSlots; i < (open_ + 1) * kSlots; ++i) sum += weights_[i];
      sums_.add(open_, sum);
    }
  }

  uint32_t slots_;
  std::vector<uint32_t> weights_;
  BlockSums<uint64_t> sums_;
  uint64_t total_ = 0;
  uint32_t open_ = 0;
};

}  // namespace hitbench
