#include "cache/redis/codec.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/cache/reply_cases.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using Kind = ServerReply::Kind;

TEST(RedisCodec, WritesCommandsAsTheServerReadsThem) {
  const RedisProtocol protocol;
  std::string out;
  protocol.get(out, kKey);
  EXPECT_EQ(out, "*2\r\n$3\r\nGET\r\n$4\r\np:k1\r\n");
  out.clear();
  protocol.set(out, kKey, "hello", kForever);
  EXPECT_EQ(out, "*3\r\n$3\r\nSET\r\n$4\r\np:k1\r\n$5\r\nhello\r\n");
  out.clear();
  protocol.set(out, kKey, "", 1500ms);
  EXPECT_EQ(out, "*5\r\n$3\r\nSET\r\n$4\r\np:k1\r\n$0\r\n\r\n$2\r\nPX\r\n$4\r\n1500\r\n");
  out.clear();
  protocol.add(out, kKey, "v", kForever);
  EXPECT_EQ(out, "*4\r\n$3\r\nSET\r\n$4\r\np:k1\r\n$1\r\nv\r\n$2\r\nNX\r\n");
  out.clear();
  protocol.add(out, kKey, "v", 2ms);
  EXPECT_EQ(out, "*6\r\n$3\r\nSET\r\n$4\r\np:k1\r\n$1\r\nv\r\n$2\r\nNX\r\n$2\r\nPX\r\n$1\r\n2\r\n");
  out.clear();
  protocol.erase(out, kKey);
  EXPECT_EQ(out, "*2\r\n$3\r\nDEL\r\n$4\r\np:k1\r\n");
  out.clear();
  protocol.erase_if(out, kKey, "me");
  EXPECT_EQ(out,
            "*5\r\n$4\r\nEVAL\r\n$88\r\nif redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) "
            "end return 0\r\n$1\r\n1\r\n$4\r\np:k1\r\n$2\r\nme\r\n");
}

TEST(RedisCodec, RoundsLifetimesUpToWholeMilliseconds) {
  EXPECT_EQ(redis_ttl_ms(1ns), 1);
  EXPECT_EQ(redis_ttl_ms(2ms), 2);
  EXPECT_EQ(redis_ttl_ms(2ms + 1ns), 3);
}

TEST(RedisCodec, UnderstandsEveryReplyWhereverItIsSplit) {
  expect_replies(RedisProtocol(), {{"$5\r\nhe\r\no\r\n", Kind::value, "he\r\no"},
                                   {"$0\r\n\r\n", Kind::value, ""},
                                   {"$-1\r\n", Kind::not_stored, ""},
                                   {"+OK\r\n", Kind::stored, ""},
                                   {":1\r\n", Kind::stored, ""},
                                   {":0\r\n", Kind::not_stored, ""},
                                   {"-OOM command\r\n", Kind::error, "OOM command"}});
}

TEST(RedisCodec, SaysHowLongAnIncompleteValueWillBe) {
  EXPECT_EQ(RedisProtocol().parse("$1000\r\nabc").bytes, 7u + 1000 + 2);
}

TEST(RedisCodec, RefusesWhatIsNotTheProtocol) {
  const RedisProtocol protocol;
  for (const char* bytes : {"HTTP/1.1 400\r\n", "$x\r\n", "$\r\n", "$-\r\n", "$-2\r\n", "$-12\r\n", "$5 \r\n", "$5\rx",
                            ":\r\n", "$99999999999\r\n", "$33554433\r\n", "+OK\n", "$1\r\nabcd"}) {
    EXPECT_EQ(protocol.parse(bytes).kind, Kind::malformed) << bytes;
  }
  EXPECT_EQ(protocol.parse("+" + std::string(kMaxLineBytes, 'x')).kind, Kind::malformed);
}

TEST(RedisCodec, GreetsWithPasswordAndDatabase) {
  const Protocol::Greeting greeting = RedisProtocol({.password = "pw", .database = 3}).greeting_and_probe();
  EXPECT_EQ(greeting.request, "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(greeting.replies, 3);
}

}  // namespace
}  // namespace hitbench
