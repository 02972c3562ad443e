// What is refused of a server's fields before anything is started.
#include "cache/server_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "base/error.h"
#include "tests/cache/defaults.h"

namespace hitbench {
namespace {

Params users_server() {
  Params params = defaults_of(server_fields("your own server"));
  params.put("address", std::string("redis://localhost:6379"));
  return params;
}

template <class Check>
std::string refusal(const Check& check) {
  try {
    check();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ServerFields, SayNothingOfAPrivateServerUnlessSet) {
  const Params params = users_server();
  refuse_private_fields("redis", params);
  EXPECT_TRUE(pinned_cpus("redis", params).empty());
}

TEST(ServerFields, OfAPrivateServerAreRefusedWithAnAddress) {
  Params args = users_server(), config = users_server(), pin = users_server();
  args.put("args", std::vector<std::string>{"--hz", "10"});
  config.put("config", std::string("redis.conf"));
  pin.put("pin", std::string("0"));
  EXPECT_NE(refusal([&] { refuse_private_fields("redis", args); }).find("redis: \"args\" are for a private server"),
            std::string::npos);
  EXPECT_NE(refusal([&] { refuse_private_fields("redis", config); }).find("redis: \"config\" is for a private server"),
            std::string::npos);
  EXPECT_NE(refusal([&] { pinned_cpus("redis", pin); }).find("redis: pin: is for a private server"), std::string::npos);
}

TEST(ServerFields, AKeyPrefixMustNotBreakACommand) {
  EXPECT_NE(refusal([] { check_key_prefix("redis", "a b", false); }).find("a blank or a control character"),
            std::string::npos);
  EXPECT_EQ(refusal([] { check_key_prefix("redis", "ours:", true); }), "");
}

TEST(ServerFields, AKeyPrefixMustNotBeEmptyOnAUsersServer) {
  EXPECT_NE(refusal([] { check_key_prefix("redis", "", true); }).find("must not be empty"), std::string::npos);
  EXPECT_EQ(refusal([] { check_key_prefix("redis", "", false); }), "");
}

}  // namespace
}  // namespace hitbench
