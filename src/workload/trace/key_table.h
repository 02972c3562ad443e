// Distinct keys, numbered in the order of their coming: 4 bytes a slot, at most two slots a key, 8 bytes and the key's
// text. For tens of millions of keys std::unordered_map would take several times that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/crc32c.h"

namespace hitbench {

class KeyTable {
 public:
  // The number of the key, which is new if it is size() before the call.
  uint32_t number_of(std::string_view key) {
    if ((size() + 1) * 2 > slots_.size()) grow();
    uint32_t& slot = slot_of(key);
    if (slot == kFree) {
      slot = size();
      texts_.append(key);
      starts_.push_back(texts_.size());
    }
    return slot;
  }

  uint32_t size() const { return static_cast<uint32_t>(starts_.size() - 1); }
  std::string_view text(uint32_t key) const {
    return std::string_view(texts_).substr(starts_[key], starts_[key + 1] - starts_[key]);
  }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  static constexpr size_t kFirstSlots = 1024;  // a power of two

  // Where the key is, or would be.
  uint32_t& slot_of(std::string_view key) {
    const size_t mask = slots_.size() - 1;
    size_t at = hash_bytes(key) & mask;
    while (slots_[at] != kFree && text(slots_[at]) != key) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    slots_.assign(slots_.empty() ? kFirstSlots : slots_.size() * 2, kFree);
    for (uint32_t key = 0; key < size(); ++key) slot_of(text(key)) = key;
  }

  std::vector<uint32_t> slots_;
  std::vector<uint64_t> starts_ = {0};
  std::string texts_;
};

}  // namespace hitbench
