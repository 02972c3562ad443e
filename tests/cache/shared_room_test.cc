#include "cache/shared_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

BackendUsage usage(uint64_t limit, uint64_t used, const std::string& policy = "allkeys-lru", uint64_t evictions = 7) {
  BackendUsage usage;
  usage.limit_bytes = limit;
  usage.used_bytes = used;
  usage.policy = policy;
  usage.evictions = evictions;
  return usage;
}

constexpr DataSet kData{.entries = 1000, .bytes = 100'000, .connections = 4};

class SharedRoomTest : public testing::Test {
 protected:
  // What it throws, remedy and all; empty: nothing.
  static std::string refusal(SharedRoom& room, uint64_t bytes, const BackendUsage& usage, DataSet data = kData) {
    try {
      room.take(data, bytes, usage);
    } catch (const Error& error) {
      EXPECT_EQ(error.cause(), Error::Cause::environment);
      return std::string(error.what()) + ": " + error.remedy();
    }
    return "";
  }

  const ServerWords words_{"redis at here", "maxmemory", 0};
};

TEST_F(SharedRoomTest, TakesWhatFitsToTheLastByte) {
  SharedRoom room(words_, false);
  EXPECT_EQ(refusal(room, 500, usage(1000, 500)), "");
  SharedRoom more(words_, false);
  EXPECT_THAT(refusal(more, 1, usage(1000, 500)), HasSubstr("do not fit"));
}

TEST_F(SharedRoomTest, AddsUpWhatReachesOneServerUnderTwoNames) {
  BackendUsage there = usage(1000, 500);
  there.pid = 4711;
  SharedRoom one({"redis at 127.0.0.1:6379", "maxmemory", 6379}, false);
  EXPECT_EQ(refusal(one, 300, there), "");
  SharedRoom two({"redis at localhost:6379", "maxmemory", 6379}, false);
  EXPECT_THAT(refusal(two, 300, there), HasSubstr("with the rows before it 600 B, which do not fit"));
  SharedRoom other_port({"redis at localhost:6380", "maxmemory", 6380}, false);
  EXPECT_EQ(refusal(other_port, 300, there), "");
  there.pid = 1;  // of a container: any server may have it
  SharedRoom contained({"redis at a:6379", "maxmemory", 6379}, false);
  EXPECT_EQ(refusal(contained, 300, there), "");
  SharedRoom another({"redis at b:6379", "maxmemory", 6379}, false);
  EXPECT_EQ(refusal(another, 300, there), "");
}

TEST_F(SharedRoomTest, RefusesWithTheFiguresAndTheWayOut) {
  SharedRoom room(words_, false);
  const std::string why = refusal(room, 20 << 20, usage(30 << 20, 25 << 20));
  EXPECT_THAT(why, HasSubstr("redis at here: of its maxmemory of 30.0 MiB (allkeys-lru) 25.0 MiB are in use"));
  EXPECT_THAT(why, HasSubstr("1,000 keys of this run need about 20.0 MiB"));
  EXPECT_THAT(why, HasSubstr("\"allow_evictions\": true"));
}

TEST_F(SharedRoomTest, HasNoLimitWhereTheServerHasNone) {
  SharedRoom room(words_, false);
  EXPECT_EQ(refusal(room, uint64_t{1} << 40, usage(0, 500)), "");
}

TEST_F(SharedRoomTest, RefusesAServerThatDoesNotTell) {
  SharedRoom room(words_, false);
  EXPECT_THAT(refusal(room, 1, BackendUsage{}), HasSubstr("does not report its memory limit"));
}

TEST_F(SharedRoomTest, AddsUpTheRowsThatAreThereAtOnce) {
  SharedRoom first(words_, false);
  EXPECT_EQ(refusal(first, 600, usage(1000, 0)), "");
  {
    SharedRoom elsewhere({"redis at another", "maxmemory"}, false);
    EXPECT_EQ(refusal(elsewhere, 600, usage(1000, 0)), "");
    SharedRoom second(words_, false);
    EXPECT_THAT(refusal(second, 600, usage(1000, 0)), HasSubstr("with the rows before it"));
  }
  SharedRoom later(words_, false);  // what the second had taken is given back
  EXPECT_EQ(refusal(later, 400, usage(1000, 0)), "");
}

TEST_F(SharedRoomTest, WarnsWhereTheServerMayEvict) {
  SharedRoom room(words_, true);
  EXPECT_THAT(room.take(kData, 2000, usage(1000, 0)), HasSubstr("allow_evictions"));
  room.check(usage(1000, 1000, "allkeys-lru", 1'000'000));
  SharedRoom fits(words_, true);
  EXPECT_EQ(SharedRoom({"another", "maxmemory"}, true).take(kData, 10, usage(1000, 0)), "");
}

TEST_F(SharedRoomTest, StopsAtTheFirstEvictionSinceItBegan) {
  SharedRoom room(words_, false);
  ASSERT_EQ(refusal(room, 10, usage(1000, 0)), "");
  room.check(usage(1000, 900));
  room.check(BackendUsage{});  // it did not answer
  try {
    room.check(usage(1000, 1000, "allkeys-lru", 10));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("evicted 3 keys since"));
    EXPECT_THAT(error.remedy(), HasSubstr("allow_evictions"));
  }
}

// Every key of ours has a TTL there, which makes it a victim that it would not be otherwise.
TEST_F(SharedRoomTest, WantsATtlBesideAVolatilePolicy) {
  for (const bool may_evict : {false, true}) {
    SharedRoom room(words_, may_evict);
    DataSet forever = kData;
    forever.expires = false;
    EXPECT_THAT(refusal(room, 10, usage(1000, 0, "volatile-ttl"), forever), HasSubstr("volatile-ttl"));
    EXPECT_EQ(refusal(room, 10, usage(1000, 0, "volatile-ttl")), "");
    EXPECT_EQ(refusal(room, 10, usage(1000, 0, "noeviction"), forever), "");
  }
}

}  // namespace
}  // namespace hitbench
