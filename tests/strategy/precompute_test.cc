#include "tests/strategy/processes_fixture.h"

namespace hitbench {
namespace {

using Precompute = StrategyTest;
using PrecomputeProcesses = ProcessesTest;

std::string precompute(const std::string& fields) {
  return R"({"type": "precompute", "ttl": "none", "every": "10s", "keys": 100)" + fields + "}";
}

TEST_F(Precompute, FillsTheCacheOnScheduleWhateverTheTraffic) {
  const auto job = strategy(precompute(""));
  run([&] {
    job->begin();
    loop_->sleep_until(Time{} + seconds(35));  // jobs at 0, 10, 20 and 30 s
    EXPECT_EQ(origin_.loads, 4 * 3) << "all three rows there are, four times";
    EXPECT_EQ(cache_.stored.size(), 3u);
    EXPECT_EQ(read(*job).outcome, Outcome::fresh_hit);
    tasks_.ending().set();
    job->drain(client_);
  });
  EXPECT_EQ(tasks_.running(), 0);
}

TEST_F(Precompute, StoresWhatItLoadedAtTheBeginningWhenItsTimeIsOver) {
  const auto job = strategy(precompute(R"(, "takes": "2s", "on_write": "invalidate")"));
  run([&] {
    job->begin();
    loop_->sleep_until(Time{} + seconds(1));
    EXPECT_TRUE(cache_.stored.empty());
    EXPECT_EQ(read(*job).outcome, Outcome::miss) << "until then readers load for themselves";
    EXPECT_TRUE(write(*job, 7, "new"));
    loop_->sleep_until(Time{} + seconds(2) - milliseconds(1));
    EXPECT_TRUE(cache_.stored.empty());
    loop_->sleep_until(Time{} + seconds(2) + milliseconds(1));
    EXPECT_EQ(read(*job).write_id, 1u) << "the value before the write";
    loop_->sleep_until(Time{} + seconds(12) + milliseconds(1));
    EXPECT_EQ(read(*job).write_id, 7u);
    tasks_.ending().set();
  });
}

TEST_F(Precompute, VariesItsDurationBySpread) {
  const auto job = strategy(precompute(R"(, "takes": "4s", "spread": 0.5)"));
  run([&] {
    job->begin();
    Duration shortest = kForever, longest{0};
    for (int n = 0; n < 200; ++n) {
      const Time begun = Time{} + n * seconds(10);
      cache_.stored.clear();
      while (cache_.stored.empty()) loop_->sleep_until(loop_->now() + milliseconds(10));
      shortest = std::min(shortest, loop_->now() - begun);
      longest = std::max(longest, loop_->now() - begun);
      loop_->sleep_until(begun + seconds(10));
    }
    // Uniform over [2, 6] s: of 200 draws the extremes lie within 0.2 s of the ends but for one run in 10^4.
    EXPECT_GE(shortest, seconds(2));
    EXPECT_LE(shortest, milliseconds(2200));
    EXPECT_LE(longest, milliseconds(6020));
    EXPECT_GE(longest, milliseconds(5800));
    tasks_.ending().set();
  });
}

TEST_F(Precompute, GoesOnWithItsScheduleInTheNextPhase) {
  const auto job = strategy(precompute(""));
  run([&] {
    for (const int end : {4, 8, 12}) {
      tasks_.ending().clear();
      job->begin();
      loop_->sleep_until(Time{} + seconds(end));
      tasks_.ending().set();
      job->drain(client_);
    }
    EXPECT_EQ(origin_.loads, 2 * 3) << "at 0 and at 10 s";
  });
}

TEST_F(Precompute, LeavesKeysWithoutARowAlone) {
  const auto job = strategy(precompute(""));
  run([&] {
    origin_.absent = true;
    job->begin();
    loop_->sleep_until(Time{} + seconds(1));
    EXPECT_TRUE(cache_.stored.empty());
    tasks_.ending().set();
  });
}

TEST_F(PrecomputeProcesses, FillASharedCacheFromOneProcess) {
  start_processes(3, precompute(""));
  run([&] {
    for (Process& process : processes_) process.strategy->begin();
    loop_->sleep_until(Time{} + seconds(5));
    EXPECT_EQ(origin_.loads, 3);
    for (Process& process : processes_) process.tasks->ending().set();
  });
}

TEST_F(PrecomputeProcesses, FillEveryInProcessCache) {
  const auto job = compose(
      precompute(""), {.process = 2, .cache_in_process = true, .loop = loop_.get(), .tasks = &tasks_, .rows = rows_});
  run([&] {
    job->begin();
    loop_->sleep_until(Time{} + seconds(5));
    EXPECT_EQ(cache_.stored.size(), 3u);
    tasks_.ending().set();
  });
}

}  // namespace
}  // namespace hitbench
