#include "verify/read_check.h"

#include <gtest/gtest.h>

#include "tests/engine/time_at.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class CheckedRead : public testing::Test {
 protected:
  void write(uint64_t id, int64_t started, int64_t acknowledged) {
    const WriteTable::Write write{.key = 1, .id = id, .started = at(started)};
    write_table.begin(write);
    write_table.acknowledged(write, at(acknowledged));
  }
  ReadCheck read(uint64_t id, int64_t began, uint64_t row_version = 1) {
    return check_read(write_table, true, 1, {.outcome = Outcome::fresh_hit, .write_id = id, .row_version = row_version},
                      at(began), seen);
  }

  WriteTable write_table{{.keys = 10, .clients = 1}};
  SeenWrites seen;
};

TEST_F(CheckedRead, CallsAnUnconfirmedValueOfItsWriterDirty) {
  write(1, 10, 20);
  EXPECT_TRUE(read(1, 30, 0).dirty);
  EXPECT_FALSE(read(1, 30, 7).dirty) << "with a row version it came from the origin";
  write_table.committed(1, 1);
  EXPECT_FALSE(read(1, 30, 0).dirty);
}

TEST_F(CheckedRead, NeverCallsTheFirstValueDirty) {
  write(1, 10, 20);
  EXPECT_FALSE(read(0, 15, 0).dirty);
}

TEST_F(CheckedRead, NoticesAClientThatGoesBack) {
  write(1, 10, 20);
  write(2, 30, 40);
  EXPECT_FALSE(read(2, 50).non_monotonic);
  EXPECT_TRUE(read(1, 60).non_monotonic);
  EXPECT_TRUE(read(0, 70).non_monotonic);
  EXPECT_FALSE(read(2, 80).non_monotonic);
}

TEST_F(CheckedRead, DoesNotOrderOverlappingWritesForAClientEither) {
  write(1, 10, 40);
  write(2, 30, 50);
  EXPECT_FALSE(read(2, 60).non_monotonic);
  EXPECT_FALSE(read(1, 70).non_monotonic);
}

TEST_F(CheckedRead, DoesNotJudgeWhatIsNoAnswer) {
  write(1, 10, 20);
  const auto staleness = [&](bool has_origin, Outcome outcome) {
    return check_read(write_table, has_origin, 1, {.outcome = outcome}, at(100), seen).staleness;
  };
  EXPECT_LT(staleness(true, Outcome::failed), 0ms);
  EXPECT_LT(staleness(false, Outcome::miss), 0ms) << "a cache without an origin has simply lost it";
  EXPECT_EQ(staleness(true, Outcome::miss), 80ms) << "an origin that has nothing has not got the write";
}

}  // namespace
}  // namespace hitbench
