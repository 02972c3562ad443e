#include "cache/memcached/codec.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/cache/reply_cases.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;
using Kind = ServerReply::Kind;

TEST(MemcachedCodec, WritesMetaCommands) {
  const MemcachedProtocol protocol;
  std::string out;
  protocol.get(out, kKey);
  EXPECT_EQ(out, "mg p:k1 v\r\n");
  out.clear();
  protocol.set(out, kKey, "hello", kForever);
  EXPECT_EQ(out, "ms p:k1 5\r\nhello\r\n");
  out.clear();
  protocol.set(out, kKey, "", 1500ms);
  EXPECT_EQ(out, "ms p:k1 0 T3\r\n\r\n");
  out.clear();
  protocol.add(out, kKey, "v", 10s);
  EXPECT_EQ(out, "ms p:k1 1 T11 ME\r\nv\r\n");
  out.clear();
  protocol.erase(out, kKey);
  EXPECT_EQ(out, "md p:k1\r\n");
  out.clear();
  protocol.erase_if(out, kKey, "me");
  EXPECT_EQ(out, "mg p:k1 v c\r\n");
  out.clear();
  protocol.erase_version(out, kKey, 12345678901);
  EXPECT_EQ(out, "md p:k1 C12345678901\r\n");
}

TEST(MemcachedCodec, RoundsLifetimesUpPlusOneSecondAndNeverBeyondThirtyDays) {
  EXPECT_EQ(memcached_ttl_s(1ns), 2);
  EXPECT_EQ(memcached_ttl_s(1s), 2);
  EXPECT_EQ(memcached_ttl_s(1001ms), 3);
  EXPECT_EQ(memcached_ttl_s(30 * 24h - 1s), 30 * 86400);
  EXPECT_EQ(memcached_ttl_s(30 * 24h), 0);
  EXPECT_EQ(memcached_ttl_s(31 * 24h), 0);
  EXPECT_EQ(memcached_ttl_s(kForever), 0);
}

TEST(MemcachedCodec, UnderstandsEveryReplyWhereverItIsSplit) {
  expect_replies(MemcachedProtocol(), {{"VA 5\r\nhe\r\no\r\n", Kind::value, "he\r\no"},
                                       {"VA 0 f1 c2\r\n\r\n", Kind::value, ""},
                                       {"EN\r\n", Kind::not_stored, ""},
                                       {"HD\r\n", Kind::stored, ""},
                                       {"HD c5\r\n", Kind::stored, ""},
                                       {"NS\r\n", Kind::not_stored, ""},
                                       {"NF\r\n", Kind::not_stored, ""},
                                       {"MN\r\n", Kind::stored, ""},
                                       {"ERROR\r\n", Kind::error, "ERROR"},
                                       {"SERVER_ERROR out of memory\r\n", Kind::error, "SERVER_ERROR out of memory"},
                                       {"CLIENT_ERROR bad\r\n", Kind::error, "CLIENT_ERROR bad"}});
}

TEST(MemcachedCodec, ReadsTheVersionOfAValue) {
  const MemcachedProtocol protocol;
  EXPECT_EQ(protocol.parse("VA 1 c77\r\nx\r\n").version, 77u);
  EXPECT_EQ(protocol.parse("VA 1 f3 c18446744073709551615\r\nx\r\n").version, UINT64_MAX);
  EXPECT_EQ(protocol.parse("VA 1 f3\r\nx\r\n").version, 0u);
  EXPECT_EQ(protocol.parse("VA 1\r\nx\r\n").version, 0u);
  EXPECT_EQ(protocol.parse("VA 1 cx\r\nx\r\n").version, 0u);
  EXPECT_EQ(protocol.parse("VA 1 c99999999999999999999\r\nx\r\n").version, 0u) << "more than 64 bits";
}

TEST(MemcachedCodec, RefusesWhatIsNotTheProtocol) {
  const MemcachedProtocol protocol;
  for (const char* bytes :
       {"+OK\r\n", "VA\r\n", "VA x\r\n", "VA 5x\r\n", "HDX\r\n", "VA 99999999999\r\n", "HD\n", "VA 1\r\nabcd"}) {
    EXPECT_EQ(protocol.parse(bytes).kind, Kind::malformed) << bytes;
  }
}

TEST(MemcachedCodec, AsksForMetaCommandsOrForTheVersion) {
  EXPECT_EQ(MemcachedProtocol().greeting_and_probe().request, "mn\r\n");
  EXPECT_EQ(MemcachedProtocol(MemcachedProtocol::Dialect::text).greeting_and_probe().request, "version\r\n");
  const MemcachedProtocol with_login(MemcachedProtocol::Dialect::meta, "us pw");
  EXPECT_EQ(with_login.greeting().request, "set login 0 0 5\r\nus pw\r\n");
  EXPECT_EQ(with_login.greeting().replies, 1);
}

}  // namespace
}  // namespace hitbench
