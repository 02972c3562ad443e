#include "cache/twin/redis_expiry.h"

#include <algorithm>

namespace hitbench {
namespace {

constexpr uint64_t kKeysPerLoop = 20;  // ACTIVE_EXPIRE_CYCLE_KEYS_PER_LOOP
constexpr uint64_t kAcceptableStalePercent = 10;
constexpr int64_t kSlowPercent = 25;
constexpr int64_t kFastMicroseconds = 1000;
constexpr uint64_t kBucketsPerKey = 20;  // looked at, at most
constexpr uint64_t kLoopsPerLook = 16;   // at the clock
constexpr uint64_t kFewestSlots = 4;

// Time of the server's CPU, for the limits only. Of an expired key: 200,000 keys of 12 bytes with values of 100,
// Debian's 7.0.15, expire_cycle_cpu_milliseconds 694, on a virtual machine with 2 cores that had other work. The others
// are cache misses of about 100 ns and 5 ns.
constexpr int64_t kExpiredKeyNs = 3500;
constexpr int64_t kSampledKeyNs = 100;
constexpr int64_t kBucketNs = 5;

}  // namespace

RedisActiveExpiry::RedisActiveExpiry(uint32_t hz, uint32_t effort)
    : keys_per_loop_(kKeysPerLoop + kKeysPerLoop / 4 * (effort - 1)),
      acceptable_stale_percent_(kAcceptableStalePercent - (effort - 1)),
      slow_limit_ns_((kSlowPercent + 2 * (effort - 1)) * 1'000'000 / hz / 100 * 1000),
      fast_limit_ns_((kFastMicroseconds + kFastMicroseconds / 4 * (effort - 1)) * 1000) {}

void RedisActiveExpiry::slow_cycle(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner) {
  cycle(expiries, now_ms, slow_limit_ns_, owner);
}

void RedisActiveExpiry::run_fast_cycle(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner) {
  const int64_t now_ns = now_ms * 1'000'000;
  if (now_ns < next_fast_ns_) return;
  next_fast_ns_ = now_ns + 2 * fast_limit_ns_;
  cycle(expiries, now_ms, fast_limit_ns_, owner);
}

void RedisActiveExpiry::cycle(const RedisDict& expiries, int64_t now_ms, int64_t limit_ns, RedisExpiryOwner& owner) {
  out_of_time_ = false;
  int64_t spent_ns = 0;
  for (uint64_t loop = 1;; ++loop) {
    const uint64_t slots = expiries.buckets();
    if (expiries.size() == 0 || (slots > kFewestSlots && expiries.size() * 100 < slots)) return;
    const Looked looked = look(expiries, now_ms, owner);
    spent_ns += static_cast<int64_t>(looked.buckets) * kBucketNs + static_cast<int64_t>(looked.keys) * kSampledKeyNs +
                static_cast<int64_t>(looked.expired) * kExpiredKeyNs;
    if (loop % kLoopsPerLook == 0 && spent_ns > limit_ns) {
      out_of_time_ = true;
      return;
    }
    if (looked.keys > 0 && looked.expired * 100 / looked.keys <= acceptable_stale_percent_) return;
  }
}

RedisActiveExpiry::Looked RedisActiveExpiry::look(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner) {
  const uint64_t keys = std::min(expiries.size(), keys_per_loop_);
  Looked looked;
  for (; looked.keys < keys && looked.buckets < keys * kBucketsPerKey; ++cursor_) {
    for (size_t table = 0; table < 2 && expiries.has_table(table); ++table) {
      ++looked.buckets;
      for (Node node = expiries.first(table, cursor_); node != kNoNode;) {
        const Node next = expiries.next(node);
        if (owner.expire_if_due(node, now_ms)) ++looked.expired;
        ++looked.keys;
        node = next;
      }
    }
  }
  return looked;
}

}  // namespace hitbench
