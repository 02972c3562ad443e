// Numbers as bytes between processes of one binary: LEB128, seven bits a byte, least significant first. Both ends are
// ours, so a malformed input is a bug and CHECKed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

namespace hitbench {

inline void append_number(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Takes one number off the front of `bytes`.
inline uint64_t take_number(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    CHECK(!bytes.empty() && shift < 64);
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

// Counts of which most are 0: how many are not, and for each of these how far it is from the one before, and the count.
template <class Counts>
void append_counts(std::string& out, const Counts& counts) {
  const auto used = std::count_if(counts.begin(), counts.end(), [](auto count) { return count != 0; });
  append_number(out, static_cast<uint64_t>(used));
  size_t previous = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    append_number(out, i - previous);
    append_number(out, counts[i]);
    previous = i;
  }
}

// Hands each to `add(index, count)`. There are so many at most.
template <class Add>
void take_counts(std::string_view& bytes, size_t most, const Add& add) {
  size_t index = 0;
  for (uint64_t used = take_number(bytes); used > 0; --used) {
    index += take_number(bytes);
    CHECK(index < most);
    add(index, take_number(bytes));
  }
}

}  // namespace hitbench
