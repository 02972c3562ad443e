// The model of Redis against a redis-server: what it decides without a clock.
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cache/twin/redis_model.h"
#include "tests/cache/servers_fixture.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class RedisServer {
 public:
  explicit RedisServer(std::vector<std::string> more = {})
      : server_(Kind::redis, std::move(more)), connection_(redisConnect("127.0.0.1", server_.port()), redisFree) {}

  std::string command(const std::vector<std::string>& words) {
    std::vector<const char*> pointers;
    std::vector<size_t> lengths;
    for (const std::string& word : words) {
      pointers.push_back(word.data());
      lengths.push_back(word.size());
    }
    const std::unique_ptr<void, void (*)(void*)> owned(
        redisCommandArgv(connection_.get(), static_cast<int>(words.size()), pointers.data(), lengths.data()),
        freeReplyObject);
    const auto* const reply = static_cast<const redisReply*>(owned.get());
    EXPECT_NE(reply, nullptr) << connection_->errstr;
    if (reply == nullptr) return "";
    return reply->type == REDIS_REPLY_INTEGER ? std::to_string(reply->integer) : std::string(reply->str, reply->len);
  }

  RedisVersion version() {
    return command({"INFO", "server"}).find("redis_version:8.") == std::string::npos ? RedisVersion::v7_0
                                                                                     : RedisVersion::v8_0;
  }

  // But for the buffers of the connection, which shrink and grow over seconds.
  double used_memory() {
    return figure({"INFO", "memory"}, "\nused_memory:") - figure({"CLIENT", "INFO"}, " tot-mem=");
  }

 private:
  double figure(const std::vector<std::string>& words, const std::string& name) {
    const std::string reply = command(words);
    const size_t found = reply.find(name);
    EXPECT_NE(found, std::string::npos) << reply;
    return found == std::string::npos ? 0 : std::atof(reply.c_str() + found + name.size());
  }

  OwnServer server_;
  std::unique_ptr<redisContext, void (*)(redisContext*)> connection_;
};

struct Case {
  uint32_t key_bytes;
  uint32_t value_bytes;
  Node entries;
};

std::string key_of(Node node, uint32_t bytes) {
  std::string key = std::to_string(node);
  key.insert(0, bytes - key.size(), 'k');
  return key;
}

void expect_bytes_of(RedisServer& server, const Case& size, bool has_ttl) {
  server.command({"FLUSHALL"});
  const std::unique_ptr<ServerModel> model = make_redis_model({.version = server.version()});
  model->grow(size.entries);
  const std::string value(size.value_bytes, 'v');
  const double before = server.used_memory();
  const double modeled_before = static_cast<double>(model->usage(Time(0s)).memory_bytes);
  for (Node node = 0; node < size.entries; ++node) {
    std::vector<std::string> words = {"SET", key_of(node, size.key_bytes), value};
    if (has_ttl) words.insert(words.end(), {"PX", "1000000"});
    ASSERT_EQ(server.command(words), "OK");
    model->set(node, {size.key_bytes, size.value_bytes}, has_ttl ? Time(1000s) : kNever, Time(0s));
  }
  const double real = server.used_memory() - before;
  const double modeled = static_cast<double>(model->usage(Time(0s)).memory_bytes) - modeled_before;
  EXPECT_NEAR(modeled / real, 1, 0.01) << "keys of " << size.key_bytes << " bytes, values of " << size.value_bytes
                                       << (has_ttl ? ", with a TTL" : "");
}

TEST(RedisModelAndServer, HaveTheSameBytesForAnEntryOfAnySize) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  RedisServer server;
  server.command({"SET", "first", "use", "PX", "1"});
  server.command({"FLUSHALL"});
  server.used_memory();
  constexpr Case kCases[] = {
      {8, 1, 4096},     {8, 12, 4096},    {8, 13, 4096},     {14, 44, 4096},    {15, 45, 4096},    {31, 100, 4096},
      {32, 250, 4096},  {47, 251, 4096},  {100, 1000, 2048}, {200, 2040, 1024}, {200, 7000, 512},  {20, 20000, 256},
      {20, 32767, 256}, {20, 32768, 256}, {20, 40950, 256},  {20, 65535, 256},  {20, 100000, 256},
  };
  for (const Case& size : kCases) {
    expect_bytes_of(server, size, false);
    expect_bytes_of(server, size, true);
  }
}

TEST(RedisModelAndServer, HoldTheSameNumberOfEntriesAtTheLimit) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  constexpr uint64_t kLimit = 4'000'000;
  for (const Case& size : {Case{20, 1, 0}, Case{20, 300, 0}, Case{60, 3000, 0}}) {
    RedisServer server({"--maxmemory", std::to_string(kLimit), "--maxmemory-policy", "allkeys-lru"});
    const std::unique_ptr<ServerModel> model =
        make_redis_model({.version = server.version(), .memory_bytes = kLimit, .policy = RedisPolicy::allkeys_lru});
    const Node entries = static_cast<Node>(3 * kLimit / (100 + size.value_bytes));
    model->grow(entries);
    const std::string value(size.value_bytes, 'v');
    for (Node node = 0; node < entries; ++node) {
      ASSERT_EQ(server.command({"SET", key_of(node, size.key_bytes), value}), "OK");
      model->set(node, {size.key_bytes, size.value_bytes}, kNever, Time(node * 50us));
    }
    const double real = std::atof(server.command({"DBSIZE"}).c_str());
    const double modeled = static_cast<double>(model->usage(Time(entries * 50us)).entries);
    EXPECT_NEAR(modeled / real, 1, 0.01) << "values of " << size.value_bytes;
  }
}

}  // namespace
}  // namespace hitbench
