#include "cache/redis/info.h"

#include <gtest/gtest.h>

#include <string>

namespace hitbench {
namespace {

// Parts of what servers answered, some of it shortened; each figure differs from every other.
const std::string kRedis =
    "# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:00000000\r\nprocess_id:4711\r\n\r\n"
    "# Memory\r\nused_memory:9000000\r\nused_memory_human:8.58M\r\nused_memory_rss:14000000\r\n"
    "used_memory_peak:9100000\r\nused_memory_overhead:3000000\r\nused_memory_startup:862000\r\n"
    "used_memory_dataset:6000000\r\nmaxmemory:67108864\r\nmaxmemory_policy:allkeys-lru\r\n"
    "mem_not_counted_for_evict:1000\r\nmem_clients_normal:37000\r\nmem_allocator:jemalloc-5.2.1\r\n\r\n"
    "# Stats\r\ntotal_commands_processed:123\r\nevicted_keys:45\r\n\r\n"
    "# CPU\r\nused_cpu_sys:1.250000\r\nused_cpu_user:2.500000\r\n\r\n"
    "# Keyspace\r\ndb0:keys=50000,expires=0,avg_ttl=0\r\ndb3:keys=600,expires=0,avg_ttl=0\r\n";

TEST(RedisInfo, TellsWhatTheServerHasAndDid) {
  const BackendUsage usage = redis_usage(kRedis);
  EXPECT_EQ(usage.version, "redis 7.0.15");
  EXPECT_EQ(usage.rss_bytes, 14'000'000u);
  EXPECT_EQ(usage.allocator, "jemalloc-5.2.1");
  EXPECT_EQ(usage.policy, "allkeys-lru");
  EXPECT_EQ(usage.limit_bytes, 67'108'864u);
  EXPECT_EQ(usage.used_bytes, 9'000'000u);
  EXPECT_EQ(usage.client_buffer_bytes, 37'000u);
  EXPECT_EQ(usage.entries, 50'600u);
  EXPECT_EQ(usage.evictions, 45u);
  EXPECT_EQ(usage.commands, 123u);
  EXPECT_EQ(usage.pid, 4711u);
  EXPECT_EQ(usage.cpu, std::chrono::milliseconds(3750));
}

TEST(RedisInfo, MemoryIsWhatMaxmemoryCountsForTheData) {
  EXPECT_EQ(redis_usage(kRedis).memory_bytes, 9'000'000u - 862'000 - 37'000 - 1000);
  EXPECT_EQ(redis_usage("used_memory:900\r\nused_memory_startup:800\r\n").memory_bytes, 100u);
  EXPECT_EQ(redis_usage("used_memory:900\r\nused_memory_startup:800\r\nmem_clients_normal:300\r\n").memory_bytes, 0u);
  EXPECT_FALSE(redis_usage("used_memory:900\r\n").memory_bytes.has_value()) << "what an empty one has is not known";
}

TEST(RedisInfo, TellsHowCoarseItsLruIs) {
  const auto coarse = [](const std::string& policy) {
    return redis_usage("maxmemory_policy:" + policy + "\r\n").coarse_uses;
  };
  for (const std::string policy : {"allkeys-lru", "volatile-lru"}) {
    ASSERT_TRUE(coarse(policy).has_value()) << policy;
    EXPECT_EQ(coarse(policy)->turnover, std::chrono::seconds(5));
    EXPECT_NE(coarse(policy)->why.find(policy), std::string::npos);
  }
  for (const std::string policy : {"allkeys-lfu", "allkeys-random", "volatile-ttl", "noeviction", "eviction", ""}) {
    EXPECT_FALSE(coarse(policy).has_value()) << policy;
  }
}

TEST(RedisInfo, NamesTheServerItself) {
  const auto name = [](const std::string& info) { return redis_usage(info).version; };
  EXPECT_EQ(name("# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n"), "valkey 8.0.1");
  EXPECT_EQ(name("# Server\r\nredis_version:7.4.0\r\ndragonfly_version:df-v1.40.1\r\n"), "dragonfly 1.40.1");
  EXPECT_EQ(name("# Server\r\nredis_version:6.3.4\r\n\r\n# Keyspace\r\n\r\n# KeyDB\r\nmvcc_depth:0\r\n"),
            "keydb 6.3.4");
  EXPECT_EQ(name("redis_version:8.0.2\r\nserver_name:other\r\n"), "redis 8.0.2");
  EXPECT_EQ(name("something else"), "");
}

}  // namespace
}  // namespace hitbench
