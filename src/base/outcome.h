// What an operation was, how it ended, and why a read missed: words that cache, strategy, recorder and checker share.
#pragma once

#include <cstdint>

namespace hitbench {

// A modify is counted as its read and its write; of itself there are only latencies.
enum class OperationKind : uint8_t { read, write, erase, modify };
inline constexpr int kOperationKinds = 4;

// Each read ends in exactly one of these.
enum class Outcome : uint8_t { fresh_hit, stale_hit, null_hit, coalesced, miss, failed };
inline constexpr int kOutcomes = 6;

// Why a cached entry was not there. A cache does not know; the entry ledger (verify/entry_ledger.h) does.
enum class MissCause : uint8_t {
  unknown,
  first,        // never stored before
  expired,      // its TTL had ended
  evicted,      // the cache made room for others
  invalidated,  // it was deleted
  lost,         // the cache lost its contents
  early,        // it was there, and was reloaded before its expiry
  unavailable,  // the cache did not answer, or was not asked because it had not; the origin answered in its stead
};
inline constexpr int kMissCauses = 8;

}  // namespace hitbench
