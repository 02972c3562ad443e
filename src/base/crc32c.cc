#include "base/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#include "base/rng.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace hitbench {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as little-endian");

constexpr uint32_t kPolynomial = 0x82f63b78;  // 0x1edc6f41 (RFC 3720) with its bits reversed

using Tables = std::array<std::array<uint32_t, 256>, 8>;

// tables[k][b] is the checksum of byte b followed by k zero bytes: eight bytes at a time (Kounavis and Berry, 2005).
constexpr Tables make_tables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t crc = tables[k - 1][byte];
      tables[k][byte] = (crc >> 8) ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

template <class Word = uint64_t>
Word word_at(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t crc32c_by_instruction(std::string_view bytes, uint32_t seed) {
  uint64_t crc = ~seed;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) crc = _mm_crc32_u64(crc, word_at(at));
  uint32_t narrow = static_cast<uint32_t>(crc);
  if (left >= 4) {
    narrow = _mm_crc32_u32(narrow, word_at<uint32_t>(at));
    at += 4, left -= 4;
  }
  for (; left > 0; ++at, --left) narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*at));
  return ~narrow;
}

bool has_instruction() { return __builtin_cpu_supports("sse4.2") != 0; }
#endif

// Both halves of the 128-bit product, folded: a strong mixer of two words in one multiplication.
uint64_t fold(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

uint32_t crc32c_by_table(std::string_view bytes, uint32_t seed) {
  uint32_t crc = ~seed;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    const uint64_t word = word_at(at) ^ crc;
    crc = 0;
    for (size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][(word >> (8 * k)) & 0xff];
  }
  for (; left > 0; ++at, --left) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  return ~crc;
}

uint32_t crc32c(std::string_view bytes, uint32_t seed) {
#if defined(__x86_64__)
  if (has_instruction()) return crc32c_by_instruction(bytes, seed);
#endif
  return crc32c_by_table(bytes, seed);
}

uint64_t hash_bytes(std::string_view bytes) {
  // Odd constants without pattern: the fractions of the golden ratio and of the square roots of 3 and 5.
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
  constexpr uint64_t kRoot3 = 0xbb67ae8584caa73b;
  constexpr uint64_t kRoot5 = 0x3c6ef372fe94f82b;
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint64_t hash = kGolden ^ (static_cast<uint64_t>(bytes.size()) * kRoot3);
  for (; left > 16; at += 16, left -= 16) hash = fold(word_at(at) ^ kRoot3, word_at(at + 8) ^ hash);
  uint64_t low = 0, high = 0;
  if (left >= 8) {  // two words that overlap
    low = word_at(at);
    high = word_at(at + left - 8);
  } else if (left > 0) {
    std::memcpy(&low, at, left);
  }
  return mix64(fold(low ^ kRoot5, high ^ hash) ^ hash);
}

}  // namespace hitbench
