// The requests of a trace as a cache sees them that loads what it misses and is told of every change: what all curves
// are computed from. Shared by the threads that compute them, which only read it.
//
// A read is a lookup, and after a miss the entry is stored. A write, an erase and a modification invalidate the entry.
// A read of a row that the origin does not have is a miss and stores nothing; the entry that there may be is gone, as
// the row must have been erased. Fills say nothing: a cache that missed fills by itself.
//
// An entry has one size throughout, that of its key and of its value when last known: where an entry could change its
// size without being stored again, which size it has in a smaller cache would depend on when that one loaded it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "cache/memory/policy.h"
#include "workload/trace/compact.h"

namespace hitbench {

enum class ReplayStep { read, absent, invalidate, nothing };

inline ReplayStep step_of(const CompactRequest& request) {
  switch (request.operation()) {
    case TraceOperation::read:
      return request.absent() ? ReplayStep::absent : ReplayStep::read;
    case TraceOperation::fill:
      return ReplayStep::nothing;
    case TraceOperation::write:
    case TraceOperation::erase:
    case TraceOperation::modify:
      break;
  }
  return ReplayStep::invalidate;
}

// How the sizes of entries came about.
struct EntrySizes {
  std::vector<uint32_t> bytes;  // by key, key and value; empty where no request says any
  uint64_t unknown = 0;         // keys of entries that have the mean of the others, because nothing says theirs
  bool equal = true;            // all the same, or nothing is known of them
};

// More are only sampled: 16 bytes each, 64 GiB.
inline constexpr uint64_t kMostRequests = UINT32_MAX - 1;

struct Replay {
  std::span<const CompactRequest> requests;
  Node keys = 0;
  EntrySizes sizes;
  Duration unit = std::chrono::seconds(1);  // of the requests' times
  bool is_plain = true;                     // nothing but reads of rows that exist

  uint64_t bytes_of(Node key) const { return sizes.bytes.empty() ? 0 : sizes.bytes[key]; }
};

// The trace must outlive it.
Replay replay_of(const CompactTrace& trace);

// What a cache of unlimited size would do: no policy at any size has more hits.
struct Ceiling {
  uint64_t reads = 0, read_bytes = 0;
  uint64_t hits = 0, hit_bytes = 0;
  // Why the others are misses.
  uint64_t first = 0;        // nobody has read the key before
  uint64_t invalidated = 0;  // the entry was invalidated since
  uint64_t expired = 0;      // its TTL had passed
  uint64_t absent = 0;       // the origin had no such row
  // Of all keys that were ever stored: a cache of this size never evicts.
  uint64_t entries = 0, bytes = 0;
  uint64_t largest = 0;  // the bytes of the largest entry
};

// In `unit`s of the trace, rounded up: an entry that was stored at `t` is there before `t + ticks`.
uint64_t ttl_ticks(Duration ttl, Duration unit);

// `ttl`: in ticks from the fill on.
Ceiling ceiling_of(const Replay& replay, std::optional<uint64_t> ttl);

// The requests of a trace whose own sets say when an entry ends: an erase stands where it does. It is the last set of
// a key, a write or a fill, that decides.
std::vector<CompactRequest> with_expiries(const CompactTrace& trace);

}  // namespace hitbench
