#include "cache/twin/twin_arguments.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

std::string refusal_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    EXPECT_NE(error.remedy(), "");
    return error.what();
  }
  return "taken";
}

RedisArguments redis(const std::vector<std::string>& args) {
  return read_redis_arguments(args, {.maxmemory = 64 << 20, .policy = "allkeys-lru"});
}
std::string redis_refuses(const std::vector<std::string>& args) {
  return refusal_of([&] { redis(args); });
}

TEST(RedisTwinArguments, OverruleTheFieldsAsOneWordOrAsTwo) {
  const RedisArguments none = redis({});
  EXPECT_EQ(none.maxmemory, uint64_t{64} << 20);
  EXPECT_EQ(none.policy, "allkeys-lru");
  EXPECT_EQ(none.samples, 5);
  const RedisArguments some =
      redis({"--maxmemory", "100mb", "--MAXMEMORY-SAMPLES 10", "--maxmemory-policy", "volatile-ttl", "--hz", "100",
             "--lfu-log-factor", "1", "--lfu-decay-time", "0", "--active-expire-effort", "10", "--save", "",
             "--appendonly yes", "--appendfsync 'always'"});
  EXPECT_EQ(some.maxmemory, uint64_t{100} << 20);
  EXPECT_EQ(some.samples, 10);
  EXPECT_EQ(some.policy, "volatile-ttl");
  EXPECT_EQ(some.hz, 100);
  EXPECT_EQ(some.lfu_log_factor, 1);
  EXPECT_EQ(some.lfu_decay_time, 0);
  EXPECT_EQ(some.expire_effort, 10);
  EXPECT_TRUE(some.appends);
  EXPECT_EQ(some.sync, RedisArguments::Sync::always);
  EXPECT_EQ(redis({"--maxmemory 3k"}).maxmemory, 3000u);
  EXPECT_EQ(redis({"--maxmemory 2GB"}).maxmemory, uint64_t{2} << 30);
}

TEST(RedisTwinArguments, ThatTheTwinDoesNotKnowAreRefusedByName) {
  EXPECT_THAT(redis_refuses({"--io-threads", "4"}), HasSubstr("\"--io-threads 4\" is not known to the twin"));
  EXPECT_THAT(redis_refuses({"file.conf"}), HasSubstr("\"--file.conf\" is not known"));
  EXPECT_THAT(redis_refuses({"--save", "900 1"}), HasSubstr("takes snapshots"));
  EXPECT_THAT(redis_refuses({"--maxmemory-samples", "65"}), HasSubstr("a number from 1 to 64"));
  EXPECT_THAT(redis_refuses({"--hz"}), HasSubstr("needs one value"));
  EXPECT_THAT(redis_refuses({"--maxmemory", "10 mb"}), HasSubstr("is no size"));
  EXPECT_THAT(redis_refuses({"--maxmemory", "6mb --hz 20"}), HasSubstr("is no size")) << "one word, to Redis as well";
  EXPECT_THAT(redis_refuses({"--maxmemory 10mb 20mb"}), HasSubstr("needs one value"));
  EXPECT_THAT(redis_refuses({"--maxmemory-policy 'allkeys-lfu"}), HasSubstr("a quote that does not end"));
  EXPECT_THAT(redis_refuses({"--maxmemory", "17179869184gb"}), HasSubstr("needs a number")) << "2^64 bytes";
  EXPECT_THAT(redis_refuses({"--maxmemory", "10xb"}), HasSubstr("is no size"));
  EXPECT_THAT(redis_refuses({"--maxmemory-policy", "lru"}), HasSubstr("volatile-ttl"));
}

MemcachedArguments memcached(const std::vector<std::string>& args) { return read_memcached_arguments(args, {}); }
std::string memcached_refuses(const std::vector<std::string>& args) {
  return refusal_of([&] { memcached(args); });
}

TEST(MemcachedTwinArguments, AreReadAsGetoptReadsThem) {
  const MemcachedArguments some =
      memcached({"-m", "100", "-t2", "-f", "1.08", "--slab-min-size=96", "--max-item-size", "8m", "-MC", "-c", "4096",
                 "-o", "no_lru_crawler,hot_lru_pct=30", "--extended=temporary_ttl=61,slab_automove=2"});
  EXPECT_EQ(some.memory, uint64_t{100} << 20);
  EXPECT_EQ(some.threads, 2);
  EXPECT_EQ(some.growth_factor, 1.08);
  EXPECT_EQ(some.chunk_min, 96u);
  EXPECT_EQ(some.item_max, 8u << 20);
  EXPECT_FALSE(some.evicts);
  EXPECT_FALSE(some.cas);
  EXPECT_EQ(some.connections, 4096u);
  EXPECT_TRUE(some.segmented);
  EXPECT_FALSE(some.crawler);
  EXPECT_EQ(some.hot_percent, 30u);
  EXPECT_EQ(some.temporary_ttl, 61u);
  EXPECT_EQ(some.slab_automove, 2);
  EXPECT_FALSE(memcached({"-o", "no_modern"}).segmented);
  EXPECT_TRUE(memcached({"-o", "no_modern,modern"}).segmented);
  EXPECT_EQ(memcached({"-I512k"}).item_max, 512u << 10);
}

TEST(MemcachedTwinArguments, ThatTheTwinDoesNotKnowAreRefusedByName) {
  EXPECT_THAT(memcached_refuses({"-R", "5"}), HasSubstr("\"-R\" is not known to the twin"));
  EXPECT_THAT(memcached_refuses({"-MR"}), HasSubstr("\"-MR\" is not known"));
  EXPECT_THAT(memcached_refuses({"--auth-file=x"}), HasSubstr("\"--auth-file=x\" is not known"));
  EXPECT_THAT(memcached_refuses({"-o", "ext_path=/tmp/x"}), HasSubstr("\"-o ext_path=/tmp/x\" is not known"));
  EXPECT_THAT(memcached_refuses({"-o", "modern=1"}), HasSubstr("\"-o modern=1\" is not known"));
  EXPECT_THAT(memcached_refuses({"64"}), HasSubstr("\"64\" is not known"));
  EXPECT_THAT(memcached_refuses({"-m"}), HasSubstr("needs a value"));
  EXPECT_THAT(memcached_refuses({"-m", "64m"}), HasSubstr("\"-m 64m\" needs a number"));
  EXPECT_THAT(memcached_refuses({"-f", "1"}), HasSubstr("needs a number"));
}

TEST(MemcachedTwinArguments, WithWhichTheServerWouldNotStartAreRefused) {
  EXPECT_THAT(memcached_refuses({"-m", "1"}), HasSubstr("more than half of the memory"));
  EXPECT_THAT(memcached_refuses({"-I", "33m"}), HasSubstr("more than half of the memory"));
  EXPECT_EQ(memcached({"-I", "32m"}).item_max, 32u << 20);
  EXPECT_THAT(memcached_refuses({"-I", "1k"}), HasSubstr("below 512k"));
  EXPECT_THAT(memcached_refuses({"-I", "600k"}), HasSubstr("no multiple of 512k"));
  EXPECT_THAT(memcached_refuses({"-o", "hot_lru_pct=50,warm_lru_pct=31"}), HasSubstr("more than 80 together"));
  EXPECT_EQ(memcached({"-o", "hot_lru_pct=40,warm_lru_pct=40"}).hot_percent, 40u);
}

TEST(MemcachedTwinArguments, OnlyNoModernChangesTheSlabClasses) {
  EXPECT_TRUE(memcached({"-o", "no_lru_maintainer"}).modern);
  EXPECT_FALSE(memcached({"-o", "no_lru_maintainer"}).segmented);
  EXPECT_FALSE(memcached({"-o", "no_modern,lru_maintainer"}).modern);
  EXPECT_TRUE(memcached({"-o", "no_modern,lru_maintainer"}).segmented);
}

}  // namespace
}  // namespace hitbench
