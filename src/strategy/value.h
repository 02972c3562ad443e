// What a cached value looks like in bytes: a 40-byte envelope, then the payload. Caches see only bytes; strategies
// read the envelope to know a value's expiry, origin and integrity. Where nobody asks for any of them there is none.
// All integers are big-endian, so that versions and expiries compare as strings on a server.
//
//   0  write id     8   the write that made the value (0: from the start)
//   8  row version  8   the origin's count of the row's writes
//  16  expiry       8   ns of the run's clock; 0: never
//  24  load time    4   µs that the origin took; saturates
//  28  flags        1   bit 0: negative entry, bit 1: tombstone
//  29  size         3   of the payload, bytes (at most 16 MiB - 1)
//  32  key hash     4   CRC32C of the key: a value under the wrong key is corrupt
//  36  checksum     4   CRC32C of bytes 0..35 and the payload; 0 where the run does not verify
#pragma once

#include <cstdint>
#include <string>

#include "base/key.h"
#include "base/part.h"
#include "base/time.h"

namespace hitbench {

inline constexpr uint32_t kEnvelopeBytes = 40;

enum class Envelope : uint8_t {
  none,     // the payload alone
  plain,    // no checksum
  checked,  // the run verifies
};

// What the cached entries of a strategy with these parameters need: TTLs, also those that keys have of their own, and
// negative entries are told by an envelope.
Envelope envelope_of(const Params& strategy, bool verify, bool has_key_ttls);

// How much of a value's size the envelope takes.
constexpr uint32_t size_of(Envelope envelope) { return envelope == Envelope::none ? 0 : kEnvelopeBytes; }

// Flags.
inline constexpr uint8_t kNegativeEntry = 1;  // the origin has no such row

struct Value {
  uint64_t write_id = 0;
  uint64_t row_version = 0;
  Time expiry{};  // zero: never
  Duration load_time{0};
  uint8_t flags = 0;
  Bytes payload;
};

// Writes envelope and payload into `out` (reused). Without an envelope the payload is all that is kept.
void encode_value(Key key, const Value& value, Envelope envelope, std::string& out);

// When an encoded value ends, by its envelope alone; kNever: it does not, or it is no value (a lock's token).
Time expiry_of(Bytes bytes);

enum class Decoded { ok, corrupt };

// Reads `bytes` back; `value.payload` lies inside them. Corrupt: too short, the wrong size or key, or (where the run
// verifies) the wrong checksum; without an envelope nothing is.
Decoded decode_value(Key key, Bytes bytes, Envelope envelope, Value& value);

}  // namespace hitbench
