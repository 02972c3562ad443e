// A trace in its compact form: 16 bytes a request over dense key numbers, in the order of time, and the text of each
// key once. It is what `hitbench trace --to FILE.hbt` writes and what everything that works on a trace reads: a trace
// in any other format is converted on the way, into a file without a name that is gone when the process is.
//
// The file (docs/traces.md has it byte by byte): a header, the requests, the table of TTLs, for each key its sizes,
// then where its text starts, then the texts. Little-endian. It is mapped, not read, so a trace may be larger than
// memory.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "workload/trace/instant.h"

namespace hitbench {

struct Registry;

// What a request does. In a recording of a cache a set that follows a get of its key is what the application fetched
// from its origin after a miss: a fill, which a strategy does by itself.
enum class TraceOperation : uint8_t { read, write, erase, modify, fill };

struct CompactRequest {
  static constexpr uint32_t kUnknownBytes = (uint32_t{1} << 28) - 1;

  uint32_t key = 0;
  uint32_t time = 0;  // since the trace's start, in its unit
  uint32_t bytes_and_operation = 0;
  uint16_t ttl = 0;          // its place in the table of TTLs, from 1; 0: none was given
  uint16_t origin_time = 0;  // 11 bits shifted left by the upper 5, in ns (to 1 in 1,024); 0: none was given

  TraceOperation operation() const { return static_cast<TraceOperation>(bytes_and_operation >> 28 & 7); }
  bool absent() const { return (bytes_and_operation >> 31) != 0; }  // the origin had no such row, or nobody stored one
  uint32_t own_bytes() const { return bytes_and_operation & kUnknownBytes; }  // of the value; kUnknownBytes
};
static_assert(sizeof(CompactRequest) == 16);

// What became of the lines of a trace.
struct TraceCounts {
  uint64_t requests = 0;
  uint64_t malformed = 0, lost = 0;
  std::map<std::string, uint64_t> left_out;  // by reason: "status 500", "no match for the key"
  std::vector<std::string> first_malformed;  // "access.log:3: no time: <excerpt>", three at most

  uint64_t left_out_in_all() const {
    uint64_t all = 0;
    for (const auto& [reason, count] : left_out) all += count;
    return all;
  }
};

// Which trace, and which of its requests.
struct TraceSpec {
  std::string file;
  std::string format = "auto";
  std::string key = "url";                 // "url", "path", "path+query", or a regular expression (RE2)
  std::vector<std::string> reads, writes;  // methods; empty: the format's own meaning
  std::optional<TraceInstant> from, to;    // of the times at which requests arrived
  double sample = 1;                       // share of the keys, by hash
  std::optional<uint64_t> max_malformed;   // default: 1 % of the lines
};

class CompactTrace {
 public:
  virtual ~CompactTrace() = default;

  virtual std::span<const CompactRequest> requests() const = 0;  // in the order of time
  virtual uint32_t keys() const = 0;
  virtual std::string_view key_text(uint32_t key) const = 0;  // in an anonymous one 16 hex digits
  virtual uint32_t key_bytes(uint32_t key) const = 0;         // of the key as recorded
  virtual uint32_t last_bytes(uint32_t key) const = 0;        // of its value when last known; kUnknownBytes
  // Of whose value something tells the size.
  uint32_t sized_keys() const {
    uint32_t sized = 0;
    for (uint32_t key = 0; key < keys(); ++key) sized += last_bytes(key) != CompactRequest::kUnknownBytes;
    return sized;
  }

  // Of the value that this request is about: its own, else the key's when last known; kUnknownBytes if never.
  uint32_t value_bytes(const CompactRequest& request) const {
    const uint32_t own = request.own_bytes();
    return own != CompactRequest::kUnknownBytes ? own : last_bytes(request.key);
  }
  Duration time_of(const CompactRequest& request) const { return Duration(int64_t{request.time} * unit().count()); }
  virtual std::optional<Duration> ttl_of(const CompactRequest& request) const = 0;
  static std::optional<Duration> origin_time_of(const CompactRequest& request) {
    if (request.origin_time == 0) return std::nullopt;
    return Duration(int64_t{request.origin_time & 0x7ff} << (request.origin_time >> 11));
  }

  virtual bool has_times() const = 0;
  virtual bool has_whole_seconds() const = 0;  // nothing finer was recorded
  virtual bool is_of_cache() const = 0;        // recorded in front of a cache, so its sets may be fills
  virtual Duration start() const = 0;          // since 1970 where it has dates
  virtual Duration unit() const = 0;           // of the requests' times
  virtual Duration span() const = 0;           // from the first request to the last
  virtual const TraceCounts& counts() const = 0;
  virtual const std::string& format() const = 0;  // that it was read in: "nginx"
};

// Opens a compact file, or reads any other trace into one without a name in TMPDIR. Throws Error{usage} where the file
// cannot be read, is in no known format, has too many malformed lines, or nothing is left of it.
std::shared_ptr<const CompactTrace> load_trace(const TraceSpec& spec, const Registry& registry);

struct CompactSetting {
  bool anonymous = false;  // keys become 16 hex digits of a hash with a random key that is kept nowhere
};

// The same, into `path`. Throws Error{environment} where that cannot be written.
std::shared_ptr<const CompactTrace> write_compact(const TraceSpec& spec, const std::string& path,
                                                  const CompactSetting& setting, const Registry& registry);

}  // namespace hitbench
