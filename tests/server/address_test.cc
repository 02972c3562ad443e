#include "server/address.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace hitbench {
namespace {

TEST(ServerAddress, ReadsHostsPortsDatabasesAndPaths) {
  const ServerAddress whole = parse_server_address("redis://10.0.0.1:7000/3", "redis", 6379);
  EXPECT_EQ(whole.address.text(), "10.0.0.1:7000");
  EXPECT_EQ(whole.database, 3);
  EXPECT_EQ(parse_server_address("memcached://cache", "memcached", 11211).address.text(), "cache:11211");
  EXPECT_EQ(parse_server_address("redis://[::1]:7000/", "redis", 6379).address.text(), "[::1]:7000");
  EXPECT_EQ(parse_server_address("redis://[::1]", "redis", 6379).address.text(), "[::1]:6379");
  const ServerAddress local = parse_server_address("redis+unix:///run/redis.sock", "redis", 6379);
  EXPECT_TRUE(local.address.unix);
  EXPECT_EQ(local.address.host_or_path, "/run/redis.sock");
}

TEST(ServerAddress, RefusesTheRestWithAnExample) {
  for (const char* text : {"", "localhost:6379", "http://a:1", "redis://", "redis://a:x", "redis://a:70000",
                           "redis://a/x", "redis://[::1", "redis+unix://path", "redis://user:secret@host"}) {
    try {
      parse_server_address(text, "redis", 6379);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.cause(), Error::Cause::usage);
      EXPECT_NE(error.remedy(), "");
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace hitbench
