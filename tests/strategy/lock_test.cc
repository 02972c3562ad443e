#include "strategy/key_lock.h"
#include "tests/strategy/processes_fixture.h"

namespace hitbench {
namespace {

class LockTest : public ProcessesTest {
 protected:
  LockTest() { origin_.latency = milliseconds(100); }

  // What one who misses and loads alone pays beside the load: look-up, lock, look-up, fill, unlock at 1 µs each.
  static constexpr Duration kCalls = std::chrono::microseconds(5);
};

std::string with_lock(const std::string& fields, const std::string& more = "") {
  return R"({"type": "cache-aside", "ttl": "60s", "guard": {"type": "lock")" + fields + "}" + more + "}";
}

TEST_F(LockTest, LoadsOnceOverAllProcesses) {
  start_processes(3, with_lock(""));
  for (int i = 0; i < 60; ++i) read_at(i % 3, milliseconds(i));
  loop_->run();
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_EQ(count(Outcome::miss), 1);
  EXPECT_EQ(count(Outcome::coalesced), 59);
  EXPECT_EQ(reads_.front().took, milliseconds(100) + kCalls);
  for (const Read& read : reads_) {
    EXPECT_TRUE(read.answer.found);
    EXPECT_LE(read.took, milliseconds(100 + 25) + kCalls) << "the load and one poll at most";
  }
}

TEST_F(LockTest, PollsAsOftenAsAskedFor) {
  start_processes(2, with_lock(R"(, "poll": "40ms")"));
  read_at(0, Duration{0});
  read_at(1, milliseconds(1));
  loop_->run();
  EXPECT_EQ(reads_[1].took / milliseconds(1), 120) << "the third poll finds the copy";
}

// Every 30 ms the lock ends and another gets it: at 0, 30, 60 and 90 ms.
TEST_F(LockTest, LoadsAsOftenAsItEndsDuringTheLoad) {
  start_processes(4, with_lock(R"(, "ttl": "30ms", "poll": "1ms", "wait": "500ms")"));
  for (int i = 0; i < 40; ++i) read_at(i % 4, Duration(i));
  loop_->run();
  EXPECT_EQ(origin_.loads, 4);
  EXPECT_EQ(count(Outcome::miss), 4);
  EXPECT_EQ(count(Outcome::coalesced), 36);
}

TEST_F(LockTest, LoadsWithoutTheLockAfterTheWait) {
  start_processes(2, with_lock(R"(, "wait": "60ms")"));
  read_at(0, Duration{0});
  read_at(1, milliseconds(1));
  loop_->run();
  EXPECT_EQ(origin_.loads, 2);
  EXPECT_EQ(reads_[1].answer.outcome, Outcome::miss);
  EXPECT_EQ(reads_[1].took / milliseconds(1), 160);
}

TEST_F(LockTest, FailsAfterTheWaitWhereItIsToldTo) {
  start_processes(2, with_lock(R"(, "wait": "60ms", "fail_open": false)"));
  read_at(0, Duration{0});
  read_at(1, milliseconds(1));
  loop_->run();
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_EQ(reads_[0].answer.outcome, Outcome::miss);
  EXPECT_EQ(reads_[1].answer.outcome, Outcome::failed);
}

TEST_F(LockTest, WaitsNoLongerThanTheOperationsDeadline) {
  start_processes(2, with_lock(""));
  read_at(0, Duration{0});
  read_at(1, milliseconds(1), milliseconds(50));
  loop_->run();
  EXPECT_EQ(reads_[1].answer.outcome, Outcome::failed);
  EXPECT_EQ(reads_[1].took, milliseconds(50));
}

TEST_F(LockTest, KeepsAValueWhoseLockHasEnded) {
  start_processes(2, with_lock(R"(, "ttl": "30ms", "wait": "10s")"));
  read_at(0, Duration{0});
  read_at(1, milliseconds(200));
  loop_->run();
  EXPECT_EQ(reads_[0].answer.outcome, Outcome::miss);
  EXPECT_EQ(reads_[1].answer.outcome, Outcome::fresh_hit);
}

TEST_F(LockTest, FillsNothingWithoutTheLockWhereFillsMustHaveIt) {
  start_processes(1, with_lock(R"(, "wait": "60ms")", R"(, "fill": "locked")"));
  run([&] {
    Client other{.cache = processes_[0].cache.get(), .origin = &origin_, .loop = *loop_, .rng = rng_};
    EXPECT_EQ(other.cache->add({.id = kKey.id | kLockBit, .text = "lock:1"}, "another's", kForever, other.cache_call),
              Stored::stored);
    read_at(0, Duration{0});
    read_at(0, seconds(5));
  });
  EXPECT_EQ(reads_[0].answer.outcome, Outcome::miss);
  EXPECT_EQ(reads_[1].answer.outcome, Outcome::miss);
  EXPECT_EQ(origin_.loads, 2);
}

TEST_F(LockTest, StallsForItsTtlWhenItsOwnerHasDied) {
  start_processes(1, with_lock(R"(, "ttl": "400ms", "poll": "10ms", "wait": "900ms")"));
  run([&] {
    Client dead{.cache = processes_[0].cache.get(), .origin = &origin_, .loop = *loop_, .rng = rng_};
    dead.cache->add({.id = kKey.id | kLockBit, .text = "lock:1"}, "a dead one's", milliseconds(400), dead.cache_call);
    read_at(0, Duration{0});
  });
  EXPECT_EQ(reads_[0].answer.outcome, Outcome::miss);
  EXPECT_EQ(reads_[0].took / milliseconds(1), 500) << "400 ms for the lock, 100 for the load";
}

TEST_F(LockTest, IsGivenBackAfterAFailedLoad) {
  start_processes(2, with_lock(""));
  origin_.broken = true;
  read_at(0, Duration{0});
  read_at(1, milliseconds(1));
  loop_->spawn([&] {
    loop_->sleep_until(loop_->now() + milliseconds(110));
    origin_.broken = false;
  });
  loop_->run();
  EXPECT_EQ(reads_[0].answer.outcome, Outcome::failed);
  EXPECT_EQ(reads_[1].answer.outcome, Outcome::miss) << "who waits tries the lock again";
  EXPECT_EQ(reads_[1].took / milliseconds(1), 200) << "at its poll after 100 ms";
}

TEST_F(LockTest, ReloadsOnceOverAllProcesses) {
  start_processes(3, with_lock("", R"(, "refresh": {"stale_while": "30s"})"));
  read_at(0, Duration{0});
  for (int i = 0; i < 30; ++i) read_at(i % 3, seconds(61) + milliseconds(10 * i));
  loop_->run();
  EXPECT_EQ(origin_.loads, 2);
  EXPECT_EQ(count(Outcome::stale_hit), 11);
  EXPECT_EQ(count(Outcome::fresh_hit), 19);
}

TEST_F(LockTest, ReloadsAheadOnceOverAllProcesses) {
  start_processes(3, with_lock("", R"(, "refresh": {"ahead": 0.5})"));
  read_at(0, Duration{0});
  for (int i = 0; i < 300; ++i) read_at(i % 3, seconds(40) + milliseconds(i));
  loop_->run();
  EXPECT_EQ(origin_.loads, 2);
  EXPECT_EQ(count(Outcome::fresh_hit), 300);
}

}  // namespace
}  // namespace hitbench
