// On a user's own server: what this process has stored there, so that it can be removed again. Nothing is kept for
// keys that were only read.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/key.h"
#include "base/time.h"

namespace hitbench {

// At the end a cache removes them. Without one removed for so long, the rest is left to its TTL.
inline constexpr Duration kRemovalPatience = std::chrono::milliseconds(1500);

class OwnKeys {
 public:
  // Cheap when the key is known already.
  void remember(Key key) {
    if (key.id < kDense && key.id / 64 < seen_.size() && (seen_[key.id / 64] >> (key.id % 64) & 1) != 0) return;
    insert(key);
  }

  size_t size() const { return count_; }
  // Takes the text of a key out, until none is left.
  bool take(std::string& text);

 private:
  // Key spaces are dense from zero; a bit a key up to here (16 MiB at most), a set above (keys the origin lacks).
  static constexpr uint64_t kDense = uint64_t{1} << 27;

  void insert(Key key);

  std::vector<uint64_t> seen_;
  std::unordered_set<uint64_t> others_;
  std::string texts_;  // one after the other, each followed by its length: taken from the end
  size_t count_ = 0;
};

}  // namespace hitbench
