#include <cmath>

#include "strategy/key_lock.h"
#include "tests/strategy/processes_fixture.h"

namespace hitbench {
namespace {

class LockTest : public ProcessesTest {
 protected:
  LockTest() { origin_.latency = milliseconds(100); }

  // What one who misses and loads alone pays in addition to the load: lookup, lock, lookup, fill, unlock at 1 µs each.
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

// The owner looks at 0 ms and again at 1 ms, loads until 102 ms and gives the lock back. Who looks at 101.5 ms sees no
// cached entry, knows so at 102.5 ms, and gets the lock.
TEST_F(LockTest, LooksAgainBeforeItLoads) {
  const auto aside = strategy(with_lock(""));
  cache_.slow = loop_.get();
  std::vector<Answer> answers;
  read_later(*aside, Duration{0}, answers);
  read_later(*aside, std::chrono::microseconds(101'500), answers);
  loop_->run();
  EXPECT_EQ(origin_.loads, 1);
  EXPECT_EQ(answers.at(0).outcome, Outcome::miss);
  EXPECT_EQ(answers.at(1).outcome, Outcome::coalesced);
}

TEST_F(LockTest, PollsAsOftenAsAskedFor) {
  start_processes(2, with_lock(R"(, "poll": "40ms")"));
  read_at(0, Duration{0});
  read_at(1, milliseconds(1));
  loop_->run();
  EXPECT_EQ(reads_[1].took / milliseconds(1), 120) << "the third poll finds the cached entry";
}

// What waiting costs the cache. Of a Poisson stream of `rate` readers, rate * d come during a load of d = m p. One that
// comes x before the load's end looks ceil(x / p) times; x is uniform, so that is (m + 1) / 2 in the mean, and
// rate * d * (d + p) / (2 p) lookups per expiry. (rate * d^2 / (2 p), as one reads, forgets the last look's half.)
TEST_F(LockTest, WaitersLookAsOftenAsTheClosedFormSays) {
  constexpr int kExpiries = 300, kRate = 200;
  constexpr double kLoad = 0.5;
  origin_.latency = milliseconds(500);
  const auto looks_an_expiry = [&](int poll_ms) {
    const auto aside = strategy(with_lock(R"(, "poll": ")" + std::to_string(poll_ms) + "ms\""));
    std::vector<Answer> answers;
    const int lookups = cache_.lookups, loads = origin_.loads;
    run([&] {
      for (int i = 0; i < kExpiries; ++i) {
        cache_.stored.clear();
        for (double at = 0; at < kLoad; at -= std::log(rng_.uniform_positive()) / kRate) {
          read_later(*aside, Duration(static_cast<int64_t>(at * 1e9)), answers);
        }
        loop_->sleep_until(loop_->now() + seconds(1));
      }
    });
    EXPECT_EQ(origin_.loads - loads, kExpiries);
    // Everybody looks once before, and who has got the lock once more.
    return static_cast<double>(cache_.lookups - lookups - kExpiries) / kExpiries -
           static_cast<double>(answers.size()) / kExpiries;
  };
  const double form = kRate * kLoad * (kLoad + 0.1) / (2 * 0.1);
  EXPECT_NEAR(looks_an_expiry(100), form, 10);
  EXPECT_GT(std::fabs(looks_an_expiry(120) - form), 10) << "the tolerance would let a wrong constant pass";
  EXPECT_GT(form - kRate * kLoad * kLoad / (2 * 0.1), 10);
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

TEST_F(LockTest, IsGivenBackWhereTheCacheLocksAndSaysThatItFailed) {
  const auto aside = strategy(with_lock(""));
  cache_.loses_replies_to_adds = true;
  run([&] {
    EXPECT_EQ(read(*aside).outcome, Outcome::miss);
    EXPECT_FALSE(cache_.stored.contains("lock:1"));
    cache_.stored = {{"lock:1", "another's"}};
    EXPECT_EQ(read(*aside).outcome, Outcome::failed);
    EXPECT_EQ(cache_.stored["lock:1"], "another's");
  });
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
