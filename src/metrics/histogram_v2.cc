// HdrHistogram's V2 encoding (HdrHistogram.NET wiki, "Encoded-Histogram-format"; hdr_histogram_log.c): big-endian
// header, then one zig-zag LEB128 number a bucket up to the last one used, a run of k > 1 empty buckets as -k. That is
// deflated, put behind a second cookie and written in base64.
#include <zlib.h>

#include <array>
#include <bit>
#include <limits>

#include "base/base64.h"
#include "base/check.h"
#include "base/error.h"
#include "metrics/histogram.h"

namespace hitbench {
namespace {

constexpr uint32_t kCookie = 0x1c849303 | 0x10;  // 0x10: zig-zag words
constexpr uint32_t kCompressedCookie = 0x1c849304 | 0x10;
constexpr size_t kHeaderBytes = 40;
constexpr size_t kMaxWordBytes = 9;  // the ninth carries eight bits, so that 64 fit

Error broken(const std::string& why) {
  return usage_error("this is no HdrHistogram in its V2 encoding: " + why,
                     "give the text as it was written, from HISTFAAA to the end");
}

template <class T>
void put_big_endian(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

template <class T>
T get_big_endian(std::string_view bytes, size_t at) {
  T value = 0;
  for (size_t i = 0; i < sizeof value; ++i) value = static_cast<T>(value << 8) | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

void put_word(std::string& out, int64_t value) {
  uint64_t word = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
  for (size_t i = 1; i < kMaxWordBytes && word >= 0x80; ++i, word >>= 7) out.push_back(static_cast<char>(word | 0x80));
  out.push_back(static_cast<char>(word));
}

int64_t get_word(std::string_view bytes, size_t& at) {
  uint64_t word = 0;
  for (size_t i = 0; i < kMaxWordBytes; ++i) {
    if (at >= bytes.size()) throw broken("a count is cut off");
    const auto byte = static_cast<uint8_t>(bytes[at++]);
    if (i == kMaxWordBytes - 1) {
      word |= static_cast<uint64_t>(byte) << 56;
      break;
    }
    word |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) break;
  }
  return static_cast<int64_t>(word >> 1) ^ -static_cast<int64_t>(word & 1);
}

std::string inflated(std::string_view packed) {
  std::string out(kHeaderBytes + Histogram::kBuckets * kMaxWordBytes, '\0');  // the most that one of ours can take
  uLongf size = out.size();
  const int status = uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                                reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (status != Z_OK) throw broken("it does not inflate");
  out.resize(size);
  return out;
}

void check_header(std::string_view payload) {
  if (payload.size() < kHeaderBytes || get_big_endian<uint32_t>(payload, 0) != kCookie) throw broken("wrong header");
  if (get_big_endian<uint32_t>(payload, 4) != payload.size() - kHeaderBytes) throw broken("its length is wrong");
  // The place of a value depends on digits and unit only; where the range ends does not matter. hdr-histogram-js 3
  // writes the last two fields as the integer 1, which means nothing, and does not act on them.
  const uint32_t offset = get_big_endian<uint32_t>(payload, 8);
  const uint64_t ratio = get_big_endian<uint64_t>(payload, 32);
  const bool unscaled = (offset == 0 && ratio == std::bit_cast<uint64_t>(1.0)) || (offset == 1 && ratio == 1);
  const bool same_layout = unscaled && get_big_endian<uint32_t>(payload, 12) == Histogram::kDigits &&
                           get_big_endian<uint64_t>(payload, 16) == Histogram::kLowestNs;
  if (!same_layout) {
    throw usage_error("this histogram's precision differs from hitbench's",
                      "only histograms with 3 significant digits and a unit of 1 ns can be read");
  }
}

}  // namespace

std::string Histogram::encode_v2() const {
  std::string words;
  const size_t end = count_ == 0 ? 0 : index_of(max()) + 1;
  for (size_t i = 0; i < end;) {
    const size_t run_start = i;
    while (counts_[i] == 0) ++i;  // the last one is not empty
    if (const auto run = static_cast<int64_t>(i - run_start); run > 0) put_word(words, run == 1 ? 0 : -run);
    put_word(words, static_cast<int64_t>(counts_[i++]));
  }
  std::string payload;
  put_big_endian(payload, kCookie);
  put_big_endian(payload, static_cast<uint32_t>(words.size()));
  put_big_endian(payload, uint32_t{0});  // normalizing index offset
  put_big_endian(payload, static_cast<uint32_t>(kDigits));
  put_big_endian(payload, static_cast<uint64_t>(kLowestNs));
  put_big_endian(payload, static_cast<uint64_t>(kHighestNs));
  put_big_endian(payload, std::bit_cast<uint64_t>(1.0));  // integer-to-double conversion ratio
  payload += words;

  uLongf size = compressBound(payload.size());
  std::string packed(size, '\0');
  CHECK(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(payload.data()),
                 payload.size()) == Z_OK);
  packed.resize(size);
  std::string out;
  put_big_endian(out, kCompressedCookie);
  put_big_endian(out, static_cast<uint32_t>(packed.size()));
  return to_base64(out + packed);
}

Histogram Histogram::decode_v2(std::string_view text) {
  const std::optional<std::string> decoded = from_base64(text);
  if (!decoded) throw broken("it is not base64");
  const std::string& bytes = *decoded;
  if (bytes.size() < 8 || get_big_endian<uint32_t>(bytes, 0) != kCompressedCookie) throw broken("wrong beginning");
  if (get_big_endian<uint32_t>(bytes, 4) != bytes.size() - 8) throw broken("it is cut off");
  const std::string payload = inflated(std::string_view(bytes).substr(8));
  check_header(payload);

  Histogram histogram;
  size_t index = 0;
  for (size_t at = kHeaderBytes; at < payload.size();) {
    const int64_t word = get_word(payload, at);
    if (word <= 0) {
      const uint64_t run = word == 0 ? 1 : 0 - static_cast<uint64_t>(word);
      if (run > kBuckets - index) throw broken("it has more buckets than its range");
      index += run;
      continue;
    }
    const auto count = static_cast<uint64_t>(word);
    if (index >= kBuckets) throw broken("it has more buckets than its range");
    if (count > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) - histogram.count_) {
      throw broken("its counts overflow");
    }
    histogram.add(index, count);
    const int64_t middle = lowest_of(index) + (highest_of(index) - lowest_of(index) + 1) / 2;
    histogram.sum_ += static_cast<unsigned __int128>(middle) * count;
    ++index;
  }
  return histogram;
}

}  // namespace hitbench
