// Weights in numbered slots, taken one after the other, and the sum of all from a slot to the end: in blocks, with a
// Fenwick tree over the blocks (Fenwick, "A new data structure for cumulative frequency tables", 1994). A slot without
// a weight has 0.
//
// Two kinds for LruStack: all weights 1, which takes a bit a slot; and any weights. A tree over single slots lies in
// memory, one over blocks in the CPU's caches. A block enters the tree when it is full: nobody asks for the sum
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

// Slots that are occupied or not, of one cache line: seven words of bits, and how many bits are set before each word,
// in nine bits each.
class alignas(64) SlotBlock {
 public:
  void add(uint32_t slot) {
    words_[slot / 64] |= uint64_t{1} << slot % 64;
    counts_ += kOnes << 9 * (slot / 64);
  }
  void remove(uint32_t slot) {
    words_[slot / 64] &= ~(uint64_t{1} << slot % 64);
    counts_ -= kOnes << 9 * (slot / 64);
  }
  // How many slots before it are occupied; of the block's size: all.
  uint32_t before(uint32_t slot) const {
    const uint32_t word = slot / 64;
    const auto count = static_cast<uint32_t>(word == 0 ? 0 : counts_ >> 9 * (word - 1) & 511);
    return word == 7 ? count : count + ones(words_[word] & ((uint64_t{1} << slot % 64) - 1));
  }

 private:
  // In the fields of all words behind the first, and of their end; those of later words by a shift.
  static constexpr uint64_t kOnes = 0x0040201008040201;

  // A word's bits, for CPUs whose compiler may not assume an instruction for it (Warren, "Hacker's Delight", 5-1).
  static uint32_t ones(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    return static_cast<uint32_t>(((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56);
  }

  uint64_t words_[7] = {};
  uint64_t counts_ = 0;
};
class CountedSlots {
 public:
  static constexpr uint32_t kSlotsPerKey =
      8;  // a slot takes 1.2 bits, and the more there are the rarer they are packed

  explicit CountedSlots(uint32_t slots) : slots_(slots), blocks_(slots / kSlots + 1), sums_(blocks_.size()) {}

  uint32_t slots() const { return slots_; }
  void prefetch(uint32_t slot) const { __builtin_prefetch(&blocks_[slot / kSlots]); }
  uint32_t at(uint32_t) const { return 1; }
  // The next slot.
  void append(uint32_t slot, uint32_t) {
    if (slot / kSlots != open_) close(slot / kSlots);
    blocks_[open_].add(slot % kSlots);
    ++total_;
  }
  void clear(uint32_t slot) {
    blocks_[slot / kSlots].remove(slot % kSlots);
    --total_;
    if (slot / kSlots != open_) sums_.add(slot / kSlots, UINT32_MAX);
  }
  // Of one that is not clear.
  void set(uint32_t, uint32_t) {}
  uint64_t sum_from(uint32_t slot) const {
    return total_ - sums_.before(slot / kSlots) - blocks_[slot / kSlots].before(slot % kSlots);
  }

  // The number of each occupied slot among all that are.
  class Ranks {
   public:
    explicit Ranks(const CountedSlots& slots) : blocks_(slots.blocks_), before_(blocks_.size() + 1) {
      for (size_t i = 0; i < blocks_.size(); ++i) before_[i + 1] = before_[i] + blocks_[i].before(kSlots);
    }
    uint64_t occupied() const { return before_.back(); }
    uint32_t of(uint32_t slot) const { return before_[slot / kSlots] + blocks_[slot / kSlots].before(slot % kSlots); }

   private:
    const std::vector<SlotBlock>& blocks_;
    std::vector<uint32_t> before_;
  };
  Ranks ranks() const { return Ranks(*this); }

  // In place of append(), for the first `count` slots in any order; nothing is asked until they are all there.
  void place(uint32_t slot, uint32_t) { blocks_[slot / kSlots].add(slot % kSlots); }
  void finish_placing(uint32_t count) {
    total_ = count;
    close(count / kSlots);
  }

 private:
  void close(uint32_t next) {
    for (; open_ < next; ++open_) sums_.add(open_, blocks_[open_].before(kSlots));
  }

  static constexpr uint32_t kSlots = 7 * 64;  // of a block

  uint32_t slots_;
  std::vector<SlotBlock> blocks_;
  BlockSums<uint32_t> sums_;  // a change of UINT32_MAX is -1
  uint32_t total_ = 0;
  uint32_t open_ = 0;  // the block that is not in the tree yet
};

class WeighedSlots {
 public:
  static constexpr uint32_t kSlotsPerKey = 3;

  explicit WeighedSlots(uint32_t slots)
      : slots_(slots), weights_((slots / kWeights + 1) * kWeights), sums_(weights_.size() / kWeights) {}

  uint32_t slots() const { return slots_; }
  void prefetch(uint32_t slot) const { __builtin_prefetch(&weights_[slot]); }
  uint32_t at(uint32_t slot) const { return weights_[slot]; }
  void append(uint32_t slot, uint32_t weight) {
    weights_[slot] = weight;
    total_ += weight;
    if (slot / kWeights != open_) close(slot / kWeights);
  }
  void clear(uint32_t slot) { set(slot, 0); }
  void set(uint32_t slot, uint32_t weight) {
    const uint64_t change = uint64_t{weight} - weights_[slot];
    weights_[slot] = weight;
    total_ += change;
    if (slot / kWeights != open_) sums_.add(slot / kWeights, change);
  }
  uint64_t sum_from(uint32_t slot) const {
    uint64_t sum = sums_.before(slot / kWeights);
    for (uint32_t i = slot / kWeights * kWeights; i < slot; ++i) sum += weights_[i];
    return total_ - sum;
  }

  class Ranks {
   public:
    explicit Ranks(const WeighedSlots& slots) : weights_(slots.weights_), before_(weights_.size() / kWeights + 1) {
      for (size_t i = 0; i < weights_.size(); ++i) before_[i / kWeights + 1] += weights_[i] != 0;
      for (size_t i = 1; i < before_.size(); ++i) before_[i] += before_[i - 1];
    }
    uint64_t occupied() const { return before_.back(); }
    uint32_t of(uint32_t slot) const {
      uint32_t rank = before_[slot / kWeights];
      for (uint32_t i = slot / kWeights * kWeights; i < slot; ++i) rank += weights_[i] != 0;
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
  void finish_placing(uint32_t count) { close(count / kWeights); }

 private:
  static constexpr uint32_t kWeights = 16;  // 64 bytes

  void close(uint32_t next) {
    for (; open_ < next; ++open_) {
      uint64_t sum = 0;
      for (uint32_t i = open_ * kWeights; i < (open_ + 1) * kWeights; ++i) sum += weights_[i];
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
