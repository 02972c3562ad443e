#include "verify/read_judge.h"

#include <gtest/gtest.h>

#include "tests/engine/time_at.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

class ReadJudge : public testing::Test {
 protected:
  void write(uint64_t id, int64_t started, int64_t acknowledged) {
    const Truth::Write write{.key = 1, .id = id, .started = at(started)};
    truth.begin(write);
    truth.acknowledged(write, at(acknowledged));
  }
  ReadJudgement read(uint64_t id, int64_t began, uint64_t row_version = 1) {
    return judge_read(truth, true, 1, {.outcome = Outcome::fresh_hit, .write_id = id, .row_version = row_version},
                      at(began), seen);
  }

  Truth truth{{.keys = 10, .clients = 1}};
  SeenWrites seen;
};

TEST_F(ReadJudge, CallsAnUnconfirmedValueOfItsWriterDirty) {
  write(1, 10, 20);
  EXPECT_TRUE(read(1, 30, 0).dirty);
  EXPECT_FALSE(read(1, 30, 7).dirty) << "with a row version it came from the origin";
  truth.committed(1, 1);
  EXPECT_FALSE(read(1, 30, 0).dirty);
}

TEST_F(ReadJudge, NeverCallsTheFirstValueDirty) {
  write(1, 10, 20);
  EXPECT_FALSE(read(0, 15, 0).dirty);
}

TEST_F(ReadJudge, NoticesAClientThatGoesBack) {
  write(1, 10, 20);
  write(2, 30, 40);
  EXPECT_FALSE(read(2, 50).non_monotonic);
  EXPECT_TRUE(read(1, 60).non_monotonic);
  EXPECT_TRUE(read(0, 70).non_monotonic);
  EXPECT_FALSE(read(2, 80).non_monotonic);
}

TEST_F(ReadJudge, DoesNotOrderOverlappingWritesForAClientEither) {
  write(1, 10, 40);
  write(2, 30, 50);
  EXPECT_FALSE(read(2, 60).non_monotonic);
  EXPECT_FALSE(read(1, 70).non_monotonic);
}

TEST_F(ReadJudge, DoesNotJudgeWhatIsNoAnswer) {
  write(1, 10, 20);
  const auto staleness = [&](bool has_origin, Outcome outcome) {
    return judge_read(truth, has_origin, 1, {.outcome = outcome}, at(100), seen).staleness;
  };
  EXPECT_LT(staleness(true, Outcome::failed), 0ms);
  EXPECT_LT(staleness(false, Outcome::miss), 0ms) << "a cache without an origin has simply lost it";
  EXPECT_EQ(staleness(true, Outcome::miss), 80ms) << "an origin that has nothing has not got the write";
}

}  // namespace
}  // namespace hitbench
