#include "strategy/value.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "base/crc32c.h"

namespace hitbench {
namespace {

constexpr size_t kChecksumAt = 36;

template <class T>
void put(char* at, T value) {
  if constexpr (std::endian::native == std::endian::little) {
    if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
    if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
  }
  std::memcpy(at, &value, sizeof value);
}

template <class T>
T get(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::little) {
    if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
    if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
  }
  return value;
}

uint32_t checksum_of(Bytes value) { return crc32c(value.substr(kEnvelopeBytes), crc32c(value.substr(0, kChecksumAt))); }

}  // namespace

Envelope envelope_of(const Params& strategy, bool verify, bool has_key_ttls) {
  if (verify) return Envelope::checked;
  const bool ends = has_key_ttls || (strategy.has("ttl") && strategy.duration("ttl") != kForever);
  return ends || strategy.has("nulls") ? Envelope::plain : Envelope::none;
}

void encode_value(Key key, const Value& value, Envelope envelope, std::string& out) {
  if (envelope == Envelope::none) {
    out.assign(value.payload);
    return;
  }
  const size_t size = value.payload.size();
  CHECK(size < (size_t{1} << 24));
  out.resize(kEnvelopeBytes + size);
  char* at = out.data();
  put<uint64_t>(at, value.write_id);
  put<uint64_t>(at + 8, value.row_version);
  put<uint64_t>(at + 16, static_cast<uint64_t>(value.expiry.time_since_epoch().count()));
  const int64_t load_us = std::clamp<int64_t>(value.load_time.count() / 1000, 0, UINT32_MAX);
  put<uint32_t>(at + 24, static_cast<uint32_t>(load_us));
  put<uint32_t>(at + 28, (static_cast<uint32_t>(value.flags) << 24) | static_cast<uint32_t>(size));
  put<uint32_t>(at + 32, crc32c(key.text));
  if (size != 0) std::memcpy(at + kEnvelopeBytes, value.payload.data(), size);
  put<uint32_t>(at + kChecksumAt, envelope == Envelope::checked ? checksum_of(out) : 0);
}

Time expiry_of(Bytes bytes) {
  if (bytes.size() < kEnvelopeBytes) return kNever;
  const auto expiry = static_cast<int64_t>(get<uint64_t>(bytes.data() + 16));
  return expiry == 0 ? kNever : Time(Duration(expiry));
}

Decoded decode_value(Key key, Bytes bytes, Envelope envelope, Value& value) {
  if (envelope == Envelope::none) {
    value = {.payload = bytes};
    return Decoded::ok;
  }
  if (bytes.size() < kEnvelopeBytes) return Decoded::corrupt;
  const char* at = bytes.data();
  const auto flags_size = get<uint32_t>(at + 28);
  if ((flags_size & 0xffffff) != bytes.size() - kEnvelopeBytes) return Decoded::corrupt;
  if (get<uint32_t>(at + 32) != crc32c(key.text)) return Decoded::corrupt;
  if (envelope == Envelope::checked && get<uint32_t>(at + kChecksumAt) != checksum_of(bytes)) return Decoded::corrupt;
  value.write_id = get<uint64_t>(at);
  value.row_version = get<uint64_t>(at + 8);
  value.expiry = Time(Duration(static_cast<int64_t>(get<uint64_t>(at + 16))));
  value.load_time = std::chrono::microseconds(get<uint32_t>(at + 24));
  value.flags = static_cast<uint8_t>(flags_size >> 24);
  value.payload = bytes.substr(kEnvelopeBytes);
  return Decoded::ok;
}

}  // namespace hitbench
