#include "cache/twin/times_json.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

const std::string kText = R"({"schema": "hitbench.calibration/1", "source": "measured on a desk", "servers": [
  {"server": "redis", "transport": "unix", "operations": {
    "get_hit": [{"value_bytes": 100, "round_trip_ns": [10000, 11000, 12000, 13000, 14000, 15000, 16000, 17000, 18000],
                 "service_ns": [2000]},
                {"value_bytes": 1000, "round_trip_ns": [20000], "service_ns": [3000]}]}}]})";

TEST(TimesJson, IsReadAsItIsWritten) {
  const CalibratedTimes read = times_from_json(kText);
  EXPECT_EQ(read.source, "measured on a desk");
  for (const CalibratedTimes& times : {read, times_from_json(times_to_json(read))}) {
    const ServiceTimes* redis = times.find("redis", "unix");
    ASSERT_NE(redis, nullptr);
    EXPECT_EQ(times.find("redis", "tcp"), nullptr);
    EXPECT_EQ(redis->round_trip(TwinOperation::get_hit, 100, 0.5), 13us);
    EXPECT_EQ(redis->round_trip(TwinOperation::get_hit, 1000, 0.5), 20us);
    EXPECT_EQ(redis->service(TwinOperation::get_hit, 550, 0.1), 2500ns);
    EXPECT_FALSE(redis->has(TwinOperation::set));
  }
}

TEST(TimesJson, OfAnotherFormIsRefused) {
  const auto refused = [](const std::string& from, const std::string& to) {
    std::string text = kText;
    text.replace(text.find(from), from.size(), to);
    try {
      times_from_json(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.cause(), Error::Cause::environment);
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused("redis", "memcached"));
  EXPECT_TRUE(refused("{", ""));
  EXPECT_TRUE(refused("calibration/1", "calibration/2"));
  EXPECT_TRUE(refused("\"source\": \"measured on a desk\",", ""));
  EXPECT_TRUE(refused("get_hit", "get_hot"));
  EXPECT_TRUE(refused("[10000,", "[0,")) << "virtual time would stand still";
  EXPECT_TRUE(refused("[2000]", "[2000, 3000]"));
  EXPECT_TRUE(refused("[2000]", "[-1]"));
  EXPECT_TRUE(refused("[2000]", "[9000000000000000000]"));
  EXPECT_TRUE(refused("[2000]", "2000"));
  EXPECT_TRUE(refused("12000", "9000")) << "it falls";
  EXPECT_TRUE(refused("\"value_bytes\": 1000", "\"value_bytes\": 100"));
}

}  // namespace
}  // namespace hitbench
