#include "engine/read_judge.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using namespace std::chrono_literals;

Time at(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }

class ReadJudge : public testing::Test {
 protected:
  void write(uint64_t id, int64_t started, int64_t acknowledged) {
    const Truth::Write write{.key = 1, .id = id, .started = at(started)};
    truth.begin(write);
    truth.acknowledged(write, at(acknowledged));
  }
  Sample read(uint64_t id, int64_t began, uint64_t row_version = 1) {
    Sample sample;
    judge_read(truth, true, 1, {.outcome = Outcome::fresh_hit, .write_id = id, .row_version = row_version}, at(began),
               seen, sample);
    return sample;
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
  Sample sample;
  judge_read(truth, true, 1, {.outcome = Outcome::failed}, at(100), seen, sample);
  EXPECT_LT(sample.staleness, 0ms);
  judge_read(truth, false, 1, {.outcome = Outcome::miss}, at(100), seen, sample);
  EXPECT_LT(sample.staleness, 0ms) << "a cache without an origin has simply lost it";
  judge_read(truth, true, 1, {.outcome = Outcome::miss}, at(100), seen, sample);
  EXPECT_EQ(sample.staleness, 80ms) << "an origin that has nothing has not got the write";
}

}  // namespace
}  // namespace hitbench
