// Which arguments of a private server are refused. The real rule over the fake registry, whose memcached takes none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/read.h"

namespace hitbench {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string redis_with(const std::string& arguments) {
  return R"({"caches": ["memory", {"type": "redis", "args": )" + arguments + "}]}";
}

TEST(ServerRules, ARedisThatDetachesIsRefusedHoweverItIsWritten) {
  for (const char* arguments :
       {R"(["--daemonize", "yes"])", R"(["--daemonize yes"])", R"(["--DAEMONIZE", "'yes'"])",
        R"(["--save", "", "--daemonize", "YES"])", R"(["--daemonize"])", R"(["--save \"\" --daemonize yes"])"}) {
    EXPECT_THAT(fault_of(redis_with(arguments)), StartsWith("test.json: caches[1].args: ")) << arguments;
    EXPECT_THAT(fault_of(redis_with(arguments)), HasSubstr("detaches the server")) << arguments;
  }
}

TEST(ServerRules, WhatDoesNotDetachIsTaken) {
  for (const char* arguments : {R"([])", R"(["--daemonize", "no"])", R"(["--daemonize no"])",
                                R"(["--appendonly", "yes"])", R"(["--logfile", "daemonize.log"])"}) {
    EXPECT_EQ(read_one(redis_with(arguments)).caches.size(), 2u) << arguments;
  }
}

TEST(ServerRules, APasswordThatNobodyKnowsIsRefused) {
  EXPECT_THAT(fault_of(redis_with(R"(["--requirepass", "x"])")), HasSubstr("password_file"));
}

}  // namespace
}  // namespace hitbench
