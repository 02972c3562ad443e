#include "base/utf8.h"

namespace hitbench {
namespace {

constexpr Character kDamaged{.code = 0xfffd, .bytes = 1, .damaged = true};

// The first code point that needs so many bytes: a lower one in as many is damaged ("overlong").
constexpr uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};

}  // namespace

Character character_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  const uint32_t first = byte(at);
  if (first < 0x80) return {.code = first, .bytes = 1};
  const size_t bytes = first >= 0xf8 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (bytes == 1 || at + bytes > text.size()) return kDamaged;
  uint32_t code = first & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return kDamaged;
    code = (code << 6) | (byte(at + i) & 0x3f);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLowest[bytes] || code > 0x10ffff || surrogate) return kDamaged;
  return {.code = code, .bytes = bytes};
}

}  // namespace hitbench
