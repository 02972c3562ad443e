// What both servers' protocols are written with and read by: pieces of text, and numbers in decimal digits.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/key.h"
#include "cache/connection_protocol.h"

namespace hitbench {

inline ServerReply malformed() { return {.kind = ServerReply::Kind::malformed}; }

// A number's decimal digits.
class Digits {
 public:
  explicit Digits(uint64_t number) : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr) {}
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;

  Bytes text() const { return {digits_.data(), static_cast<size_t>(end_ - digits_.data())}; }

 private:
  std::array<char, 20> digits_;
  const char* end_;
};

// Appends the pieces with one growth of the string: growing it for each costs more than all the rest of a request.
template <class... Pieces>
[[gnu::always_inline]] inline void append_all(std::string& out, Pieces... pieces) {
  const size_t begin = out.size();
  out.resize(begin + (pieces.size() + ...));
  char* at = out.data() + begin;
  ((at = std::copy(pieces.begin(), pieces.end(), at)), ...);
}

// The number whose digits begin at `at`, which moves behind them. What no reply can be as long as is not read to its
// end.
inline uint64_t read_digits(Bytes bytes, size_t& at) {
  uint64_t number = 0;
  for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9' && number <= kMaxReplyBytes; ++at) {
    number = 10 * number + static_cast<uint64_t>(bytes[at] - '0');
  }
  return number;
}

// A value of `size` bytes and an end of line, from `begin` on.
inline ServerReply value_reply(Bytes bytes, size_t begin, size_t size) {
  const size_t whole = begin + size + 2;
  if (bytes.size() < whole) return {.kind = ServerReply::Kind::incomplete, .bytes = whole};
  if (bytes[whole - 2] != '\r' || bytes[whole - 1] != '\n') return {.kind = ServerReply::Kind::malformed};
  return {.kind = ServerReply::Kind::value, .bytes = whole, .value = {bytes.data() + begin, size}};
}

}  // namespace hitbench
