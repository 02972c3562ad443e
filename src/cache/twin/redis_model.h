// A model of Redis as a cache: SET with and without a TTL, GET and DEL of strings, sent by clients that wait for each
// reply.
//
// Modeled: bytes of an entry and what counts against `maxmemory` (redis_memory.h), the hash tables with their
// incremental rehashing (redis_dict.h), sampled eviction with its pool, its clock of 1 s and its counters
// (redis_eviction.h), lazy and active expiry (redis_expiry.h). Read in the sources of Redis 7.0 (evict.c, dict.c, db.c,
// t_string.c, networking.c, sds.c, object.c; BSD license) and written independently.
//
// Not modeled: other data types, replicas, AOF and snapshots, scripts and transactions (which evict only before their
// first command), `dynamic-hz`, lazyfree, the pauses of a long eviction (`maxmemory-eviction-tenacity`), integers,
// which Redis stores in less than their digits, and replies that wait for a slow or pipelining client.
//
// Redis 8.0 was measured from outside only (8.0.2 of Debian 13): an empty server and its clients take less, all else
// that is modeled came out the same. Its sources were not read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "cache/twin/server_model.h"

namespace hitbench {

// `maxmemory-policy`.
enum class RedisPolicy : uint8_t {
  allkeys_lru,
  allkeys_lfu,
  allkeys_random,
  volatile_lru,
  volatile_lfu,
  volatile_random,
  volatile_ttl,
  noeviction,
};

// As in redis.conf, in the order of the policies.
std::span<const std::string_view> redis_policy_names();
std::optional<RedisPolicy> redis_policy_named(std::string_view name);

enum class RedisVersion : uint8_t { v7_0, v8_0 };

// Defaults are those of redis.conf.
struct RedisModelSetting {
  RedisVersion version = RedisVersion::v7_0;
  uint64_t memory_bytes = 0;  // `maxmemory`; 0: no limit
  uint64_t entries = 0;       // a limit of entries instead, where nobody knows their sizes; 0: none
  RedisPolicy policy = RedisPolicy::noeviction;
  uint32_t samples = 5;                   // `maxmemory-samples`, 1 to 64
  uint32_t lfu_log_factor = 10;           // `lfu-log-factor`
  uint32_t lfu_decay_minutes = 1;         // `lfu-decay-time`; 0: counters do not decay
  uint32_t hz = 10;                       // `hz`, 1 to 500
  uint32_t active_expire_effort = 1;      // `active-expire-effort`, 1 to 10
  uint32_t allocator_quantum_bytes = 16;  // of jemalloc: 16 in Debian's builds, 8 in Redis' own
  uint64_t more_bytes = 0;                // besides the empty server, its commands, clients and entries
  uint32_t commands = 2;                  // different ones in use: GET and SET; INFO, DEL and others are one more each
  uint32_t clients = 1;                   // connections
  uint64_t seed = 1;  // of the hash function, the samples, the counters, and the phase of the clocks
};

std::unique_ptr<ServerModel> make_redis_model(const RedisModelSetting& setting);

}  // namespace hitbench
