#include "curve/belady.h"

#include <bit>
#include <cstddef>

namespace hitbench {
namespace {

// A set of numbers that knows its largest: a bit for each, and above them, level by level, a bit for each word that is
// not zero (a van Emde Boas tree of 64 ways).
class NumberSet {
 public:
  explicit NumberSet(size_t numbers) {
    do {
      numbers = (numbers + 63) / 64;
      levels_.emplace_back(numbers);
    } while (numbers > 1);
  }

  bool has(size_t number) const { return (levels_[0][number / 64] >> number % 64 & 1) != 0; }
  void add(size_t number) {
    for (std::vector<uint64_t>& level : levels_) {
      uint64_t& word = level[number / 64];
      const bool was_empty = word == 0;
      word |= uint64_t{1} << number % 64;
      if (!was_empty) return;
      number /= 64;
    }
  }
  void remove(size_t number) {
    for (std::vector<uint64_t>& level : levels_) {
      uint64_t& word = level[number / 64];
      word &= ~(uint64_t{1} << number % 64);
      if (word != 0) return;
      number /= 64;
    }
  }
  size_t largest() const {
    size_t number = 0;
    for (size_t i = levels_.size(); i-- > 0;) {
      number = number * 64 + static_cast<size_t>(std::bit_width(levels_[i][number])) - 1;
    }
    return number;
  }

 private:
  std::vector<std::vector<uint64_t>> levels_;  // the lowest first
};

}  // namespace

std::vector<uint32_t> next_uses(const Replay& replay) {
  std::vector<uint32_t> uses(replay.requests.size(), kNoUse);
  std::vector<uint32_t> next(replay.keys, kNoUse);
  for (size_t i = uses.size(); i-- > 0;) {
    const CompactRequest& request = replay.requests[i];
    switch (step_of(request)) {
      case ReplayStep::read:
        uses[i] = next[request.key];
        next[request.key] = static_cast<uint32_t>(i);
        break;
      case ReplayStep::absent:
      case ReplayStep::invalidate:
        next[request.key] = kNoUse;
        break;
      case ReplayStep::nothing:
        break;
    }
  }
  return uses;
}

// An entry is known by the request that will hit it, so whether that one hits is a bit. An entry of no use is as good
// as free room: it is evicted first, and takes part in nothing.
SizeHits belady(const Replay& replay, const std::vector<uint32_t>& next_uses, uint64_t entries) {
  NumberSet wanted(replay.requests.size());
  uint64_t held = 0;
  SizeHits hits;
  if (entries == 0) return hits;
  for (size_t i = 0; i < replay.requests.size(); ++i) {
    const CompactRequest& request = replay.requests[i];
    if (step_of(request) != ReplayStep::read) continue;
    if (wanted.has(i)) {
      wanted.remove(i);
      --held;
      hits += {1, replay.bytes_of(request.key)};
    } else if (held == entries) {
      wanted.remove(wanted.largest());
      --held;
    }
    if (next_uses[i] == kNoUse) continue;
    wanted.add(next_uses[i]);
    ++held;
  }
  return hits;
}

}  // namespace hitbench
