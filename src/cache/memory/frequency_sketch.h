// How often keys were asked for lately, in 4 bits a counter: a count-min sketch (Cormode and Muthukrishnan, 2005) with
// aging, the TinyLFU of Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy", ACM ToS
// 2017. Estimates are never too low for what was counted since the last aging, up to 15.
//
// As in Caffeine: eight bytes an entry of the cache; a key has four counters, all in one block of 64 bytes, so that
// counting touches one line of the CPU's cache; all counters are halved when ten times as many keys were counted as
// the cache has entries.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/rng.h"

namespace hitbench {

class FrequencySketch {
 public:
  static constexpr uint32_t kMost = 15;

  // With a table for so many entries at once.
  explicit FrequencySketch(uint64_t room) : blocks_(std::bit_ceil((std::max<uint64_t>(room, 1) - 1) / kWords + 1)) {}

  // There are so many entries. If the table is too small for them another one begins to count, as in Caffeine.
  void hold(uint64_t entries) {
    entries_ = std::max(entries_, entries);
    if (entries_ <= blocks_.size() * kWords) return;
    blocks_.assign(2 * blocks_.size(), {});
    counted_ = 0;
  }

  void count(uint64_t key) {
    const uint64_t hash = mix64(key);
    Block& block = blocks_[block_of(hash)];
    bool counted = false;
    for (size_t row = 0; row < kRows; ++row) {
      const Counter counter(hash, row);
      if ((block[counter.word] >> counter.shift & kMost) == kMost) continue;
      block[counter.word] += uint64_t{1} << counter.shift;
      counted = true;
    }
    if (counted && ++counted_ >= kPeriod * entries_) age();
  }

  uint32_t estimate(uint64_t key) const {
    const uint64_t hash = mix64(key);
    const Block& block = blocks_[block_of(hash)];
    uint64_t least = kMost;
    for (size_t row = 0; row < kRows; ++row) {
      const Counter counter(hash, row);
      least = std::min(least, block[counter.word] >> counter.shift & kMost);
    }
    return static_cast<uint32_t>(least);
  }

 private:
  static constexpr size_t kRows = 4, kWords = 8;  // of 16 counters; two words a row
  static constexpr uint64_t kPeriod = 10;
  using Block = std::array<uint64_t, kWords>;

  // Five bits of the hash's lower half say which of a row's 32 counters.
  struct Counter {
    Counter(uint64_t hash, size_t row)
        : word(2 * row + (hash >> 8 * row & 1)), shift(4 * static_cast<uint32_t>(hash >> (8 * row + 1) & 15)) {}
    size_t word;
    uint32_t shift;
  };

  size_t block_of(uint64_t hash) const { return hash >> 32 & (blocks_.size() - 1); }

  // What an odd counter loses by rounding is as if it had not been counted; four counters make one count.
  void age() {
    uint64_t odd = 0;
    for (Block& block : blocks_) {
      for (uint64_t& word : block) {
        odd += static_cast<uint64_t>(std::popcount(word & 0x1111111111111111));
        word = word >> 1 & 0x7777777777777777;
      }
    }
    counted_ = (counted_ - std::min(counted_, odd / kRows)) / 2;
  }

  std::vector<Block> blocks_;  // a power of two of them
  uint64_t entries_ = 1, counted_ = 0;
};

}  // namespace hitbench
