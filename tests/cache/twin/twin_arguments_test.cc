#include "cache/twin/twin_arguments.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "cache/twin/twins.h"

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
  RedisArguments given;
  given.model.memory_bytes = 64 << 20;
  given.model.policy = RedisPolicy::allkeys_lru;
  return read_redis_arguments(args, given);
}
std::string redis_refuses(const std::vector<std::string>& args) {
  return refusal_of([&] { redis(args); });
}

TEST(RedisTwinArguments, OverruleTheFieldsAsOneWordOrAsTwo) {
  const RedisArguments none = redis({});
  EXPECT_EQ(none.model.memory_bytes, uint64_t{64} << 20);
  EXPECT_EQ(none.model.policy, RedisPolicy::allkeys_lru);
  EXPECT_EQ(none.model.samples, 5u);
  const RedisArguments some =
      redis({"--maxmemory", "100mb", "--MAXMEMORY-SAMPLES 10", "--maxmemory-policy", "volatile-ttl", "--hz", "100",
             "--lfu-log-factor", "1", "--lfu-decay-time", "0", "--active-expire-effort", "10", "--save", "",
             "--appendonly yes", "--appendfsync 'always'"});
  EXPECT_EQ(some.model.memory_bytes, uint64_t{100} << 20);
  EXPECT_EQ(some.model.samples, 10u);
  EXPECT_EQ(some.model.policy, RedisPolicy::volatile_ttl);
  EXPECT_EQ(some.model.hz, 100u);
  EXPECT_EQ(some.model.lfu_log_factor, 1u);
  EXPECT_EQ(some.model.lfu_decay_minutes, 0u);
  EXPECT_EQ(some.model.active_expire_effort, 10u);
  EXPECT_TRUE(some.appends);
  EXPECT_EQ(some.sync, RedisArguments::Sync::always);
  EXPECT_EQ(redis({"--maxmemory 3k"}).model.memory_bytes, 3000u);
  EXPECT_EQ(redis({"--maxmemory 2GB"}).model.memory_bytes, uint64_t{2} << 30);
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
  EXPECT_EQ(some.model.memory_bytes, uint64_t{100} << 20);
  EXPECT_EQ(some.threads, 2);
  EXPECT_EQ(some.model.growth_factor, 1.08);
  EXPECT_EQ(some.model.chunk_min, 96u);
  EXPECT_EQ(some.model.item_max, 8u << 20);
  EXPECT_FALSE(some.model.evicts);
  EXPECT_FALSE(some.model.cas);
  EXPECT_EQ(some.connections, 4096u);
  EXPECT_TRUE(some.model.segmented);
  EXPECT_FALSE(some.model.crawler);
  EXPECT_EQ(some.model.hot_percent, 30u);
  EXPECT_EQ(some.model.temporary_ttl, 61u);
  EXPECT_EQ(some.model.slab_automove, 2);
  EXPECT_FALSE(memcached({"-o", "no_modern"}).model.segmented);
  EXPECT_TRUE(memcached({"-o", "no_modern,modern"}).model.segmented);
  EXPECT_EQ(memcached({"-I512k"}).model.item_max, 512u << 10);
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
  EXPECT_EQ(memcached({"-I", "32m"}).model.item_max, 32u << 20);
  EXPECT_THAT(memcached_refuses({"-I", "1k"}), HasSubstr("below 512k"));
  EXPECT_THAT(memcached_refuses({"-I", "600k"}), HasSubstr("no multiple of 512k"));
  EXPECT_THAT(memcached_refuses({"-o", "hot_lru_pct=50,warm_lru_pct=31"}), HasSubstr("more than 80 together"));
  EXPECT_EQ(memcached({"-o", "hot_lru_pct=40,warm_lru_pct=40"}).model.hot_percent, 40u);
}

TEST(MemcachedTwinArguments, OfAnItemsSizeAreTheLimitThatTheTwinNames) {
  Params params;
  params.put("memory", int64_t{64} << 20);
  params.put("threads", int64_t{1});
  params.put("transport", std::string("tcp"));
  params.put("allow_evictions", false);
  const auto limit_with = [&](const std::vector<std::string>& args) {
    params.put("args", args);
    return make_memcached_twin(params, {.virtual_time = true})->limits().item_bytes;
  };
  EXPECT_EQ(limit_with({}), uint64_t{1} << 20);
  EXPECT_EQ(limit_with({"-MI8m"}), uint64_t{8} << 20);
}

TEST(MemcachedTwinArguments, OnlyNoModernChangesTheSlabClasses) {
  EXPECT_TRUE(memcached({"-o", "no_lru_maintainer"}).model.modern);
  EXPECT_FALSE(memcached({"-o", "no_lru_maintainer"}).model.segmented);
  EXPECT_FALSE(memcached({"-o", "no_modern,lru_maintainer"}).model.modern);
  EXPECT_TRUE(memcached({"-o", "no_modern,lru_maintainer"}).model.segmented);
}

}  // namespace
}  // namespace hitbench
