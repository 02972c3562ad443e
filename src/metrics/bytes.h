// Numbers as bytes between processes of one binary: LEB128, seven bits a byte, least significant first. Both ends are
// ours, so a malformed input is a bug and CHECKed.
#pragma once

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

}  // namespace hitbench
