#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <string>

namespace hitbench {
namespace {

struct Vector {
  std::string bytes;
  uint32_t crc;
};

// RFC 3720, appendix B.4, and the check value of the CRC catalog.
std::vector<Vector> vectors() {
  std::string rising, falling;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  for (int i = 31; i >= 0; --i) falling += static_cast<char>(i);
  return {{std::string(32, '\0'), 0x8a9136aa},
          {std::string(32, '\xff'), 0x62a8ab43},
          {rising, 0x46dd794e},
          {falling, 0x113fdb5c},
          {"123456789", 0xe3069283},
          {"", 0}};
}

TEST(Crc32c, AgreesWithThePublishedVectorsBothWays) {
  for (const Vector& vector : vectors()) {
    EXPECT_EQ(crc32c(vector.bytes), vector.crc);
    EXPECT_EQ(crc32c_by_table(vector.bytes), vector.crc);
  }
}

TEST(Crc32c, ContinuesFromASeed) {
  const std::string text = "123456789";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), 0xe3069283U) << cut;
    EXPECT_EQ(crc32c_by_table(text.substr(cut), crc32c_by_table(text.substr(0, cut))), 0xe3069283U) << cut;
  }
}

TEST(HashBytes, TellsNearlyEqualStringsApart) {
  std::set<uint64_t> seen;
  size_t strings = 0;
  for (size_t length = 0; length <= 64; ++length) {
    std::string text(length, '\0');
    seen.insert(hash_bytes(text));
    ++strings;
    for (size_t bit = 0; bit < 8 * length; ++bit, ++strings) {
      std::string flipped = text;
      flipped[bit / 8] = static_cast<char>(1 << (bit % 8));
      seen.insert(hash_bytes(flipped));
    }
  }
  EXPECT_EQ(seen.size(), strings);
}

TEST(HashBytes, FlipsHalfOfTheBitsWhenOneInputBitFlips) {
  for (const size_t length : {1U, 7U, 8U, 16U, 17U, 40U}) {
    int flips = 0, trials = 0;
    for (int start = 0; start < 64; ++start) {
      const std::string text(length, static_cast<char>(start));
      for (size_t bit = 0; bit < 8 * length; ++bit, ++trials) {
        std::string other = text;
        other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
        flips += std::popcount(hash_bytes(text) ^ hash_bytes(other));
      }
    }
    EXPECT_NEAR(static_cast<double>(flips) / trials, 32, 1) << length;
  }
}

}  // namespace
}  // namespace hitbench
