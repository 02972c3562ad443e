// Redis' active expiry: cron walks the dictionary of expiry times with a cursor, twenty keys or so at a time, and goes
// on while more than 10 % of them had expired, for at most 25 % of the CPU. If that was too little time, short cycles
// follow between commands.
//
// Source: expire.c of Redis 7.0. In it, whether a short cycle is due depends on an estimate of stale keys as well, but
// a fraction is compared with a percentage there, so only the time limit decides; so it does here.
#pragma once

#include <cstdint>

#include "cache/twin/redis_dict.h"

namespace hitbench {

// Removes what is due.
class RedisExpiryOwner {
 public:
  virtual bool expire_if_due(Node node, int64_t now_ms) = 0;  // whether it removed the entry

 protected:
  ~RedisExpiryOwner() = default;
};

class RedisActiveExpiry {
 public:
  RedisActiveExpiry(uint32_t hz, uint32_t effort);

  void slow_cycle(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner);  // in every cron
  // Between commands: nothing, unless the last cycle ran out of time and the last short one was long enough ago.
  void fast_cycle(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner) {
    if (out_of_time_) run_fast_cycle(expiries, now_ms, owner);
  }
  bool out_of_time() const { return out_of_time_; }

 private:
  struct Looked {
    uint64_t buckets = 0;
    uint64_t keys = 0;
    uint64_t expired = 0;
  };

  void run_fast_cycle(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner);
  void cycle(const RedisDict& expiries, int64_t now_ms, int64_t limit_ns, RedisExpiryOwner& owner);
  Looked look(const RedisDict& expiries, int64_t now_ms, RedisExpiryOwner& owner);

  const uint64_t keys_per_loop_;
  const uint64_t acceptable_stale_percent_;
  const int64_t slow_limit_ns_;
  const int64_t fast_limit_ns_;
  uint64_t cursor_ = 0;
  bool out_of_time_ = false;
  int64_t next_fast_ns_ = INT64_MIN;
};

}  // namespace hitbench
