// The model of Redis against what a redis-server made of real traces at real speeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cache/twin/redis_model.h"
#include "tests/cache/memory/traces.h"

namespace hitbench {
namespace {

// Debian's redis-server 7.0.15 with defaults but for these, a client that asks for keys of 12 bytes and sets those that
// it misses, values of 100 bytes, one request at a time at a steady rate, for as long as the replay takes.
struct Replay {
  const char* file;
  size_t requests;  // the first of the trace
  RedisPolicy policy;
  uint64_t memory_bytes;
  double rate;  // requests/s
  double hit_ratio;
  double entries;  // at the end
  double within;   // hit ratio
};

class RedisModelTraces : public NeedsTraces {};

void expect_as_measured(const Replay& replay) {
  const DenseTrace& trace = trace_named(replay.file);
  // GET, SET and, before the replay, INFO.
  const std::unique_ptr<ServerModel> model =
      make_redis_model({.memory_bytes = replay.memory_bytes, .policy = replay.policy, .commands = 3});
  model->grow(trace.keys);
  const size_t count = std::min(replay.requests, trace.requests.size());
  uint64_t hits = 0;
  Time now{};
  for (size_t i = 0; i < count; ++i) {
    now = Time(std::chrono::nanoseconds(static_cast<int64_t>(static_cast<double>(i) / replay.rate * 1e9)));
    const Node key = trace.requests[i];
    if (model->get(key, now)) {
      ++hits;
    } else {
      model->set(key, {.key_bytes = 12, .value_bytes = 100}, kNever, now);
    }
  }
  const double ratio = static_cast<double>(hits) / static_cast<double>(count);
  EXPECT_NEAR(ratio, replay.hit_ratio, replay.within) << replay.file << " at " << replay.rate;
  const double entries = static_cast<double>(model->usage(now).entries);
  EXPECT_NEAR(entries / replay.entries, 1, 0.01) << replay.file << " at " << replay.rate;
}

constexpr size_t kAll = SIZE_MAX;

TEST_F(RedisModelTraces, HaveTheHitRatiosOfTheServerUnderItsLruAtAnySpeed) {
  constexpr RedisPolicy kLru = RedisPolicy::allkeys_lru;
  constexpr Replay kReplays[] = {
      {"OLTP.lis.zst", kAll, kLru, 2'900'000, 5000, .60686, 10200, .002},
      {"OLTP.lis.zst", kAll, kLru, 1'300'000, 20000, .35354, 1762, .005},
      {"web07.trace.xz", kAll, kLru, 1'200'000, 5000, .49605, 1193, .005},
      {"orm-busy.trace.xz", 2'000'000, kLru, 2'450'000, 19837, .87675, 8016, .003},
  };
  for (const Replay& replay : kReplays) expect_as_measured(replay);
}

TEST_F(RedisModelTraces, HaveTheHitRatiosOfTheServerUnderItsOtherPolicies) {
  constexpr Replay kReplays[] = {
      {"OLTP.lis.zst", kAll, RedisPolicy::allkeys_random, 2'900'000, 18225, .55846, 10197, .005},
      {"orm-busy.trace.xz", 900'000, RedisPolicy::allkeys_lfu, 2'450'000, 20000, .88541, 8016, .005},
  };
  for (const Replay& replay : kReplays) expect_as_measured(replay);
}

}  // namespace
}  // namespace hitbench
