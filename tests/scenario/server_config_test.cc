// The configuration file of a private Redis: what of it is kept, and what is refused.
#include "scenario/server_config.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace hitbench {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class ServerConfig : public testing::Test {
 protected:
  ServerConfig() { std::filesystem::create_directories(folder_); }
  ~ServerConfig() override { std::filesystem::remove_all(folder_); }

  ReadValue read(const Json& json) const {
    const Source source{.where = folder_ + "/shop.json", .overrides = {}};
    return read_server_config(json, Location(source) / "config");
  }
  ReadValue read_file(const std::string& text) const {
    std::ofstream(folder_ + "/redis.conf") << text;
    return read("redis.conf");
  }
  std::string fault_of(const std::string& text) const {
    try {
      read_file(text);
    } catch (const Error& error) {
      return std::string(error.what()) + " -- " + error.remedy();
    }
    return "accepted";
  }

  const std::string folder_ =
      testing::TempDir() + "hitbench_server_config_" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(ServerConfig, IsReadFromTheScenariosFolderWithoutItsComments) {
  const ReadValue read = read_file("# ours\n\n  maxmemory-samples 10\r\nsave 3600 1\nsave 300 100\n");
  EXPECT_EQ(read.json, Json::parse(R"({"file": "redis.conf",
                                       "lines": ["maxmemory-samples 10", "save 3600 1", "save 300 100"]})"));
  const auto value = std::get<std::string>(read.value);
  EXPECT_EQ(config_path_of(value), folder_ + "/redis.conf");
  EXPECT_THAT(value, EndsWith("redis.conf\nmaxmemory-samples 10\nsave 3600 1\nsave 300 100\n"));
}

TEST_F(ServerConfig, LeavesOutWhatHitbenchDecides) {
  const ReadValue read = read_file(
      "PORT 6379\nbind 0.0.0.0\nunixsocket /x\nrequirepass secret\ndaemonize yes\ndir /var/lib\npidfile /run/x\n"
      "logfile /var/log/x\nsupervised systemd\nprotected-mode no\nhz 20\n");
  EXPECT_EQ(read.json["lines"], Json::parse(R"(["hz 20"])"));
}

TEST_F(ServerConfig, RefusesWhatAPrivateServerCannotHave) {
  EXPECT_THAT(fault_of("include other.conf\n"), HasSubstr("put its lines into this file"));
  EXPECT_THAT(fault_of("user default on >x\n"), HasSubstr("users that hitbench cannot log in as"));
  EXPECT_THAT(fault_of("cluster-enabled yes\n"), HasSubstr("node of a cluster"));
  EXPECT_EQ(fault_of("cluster-enabled no\n"), "accepted");
  EXPECT_THAT(fault_of("replicaof 10.0.0.1 6379\n"), HasSubstr("makes a replica"));
}

TEST_F(ServerConfig, OfAStoredScenarioNeedsNoFile) {
  const Json stored = read_file("hz 20\n").json;
  std::filesystem::remove(folder_ + "/redis.conf");
  EXPECT_EQ(read(stored).json, stored);
  EXPECT_THAT(std::get<std::string>(read(stored).value), EndsWith("\nhz 20\n"));
  EXPECT_THROW(read("redis.conf"), Error);
  EXPECT_THROW(read(5), Error);
  EXPECT_THROW(read(Json::parse(R"({"file": "x", "lines": ["hz 20\nport 1"]})")), Error);
}

}  // namespace
}  // namespace hitbench
