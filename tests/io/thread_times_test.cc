#include "io/thread_times.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "io/child_process.h"
#include "io/cpus.h"
#include "io/run_directory.h"

namespace hitbench {
namespace {

using namespace std::chrono_literals;

// A /proc made of files.
class Proc : public testing::Test {
 protected:
  Proc() {
    std::string pattern = testing::TempDir() + "hitbench-proc-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~Proc() override { std::filesystem::remove_all(root_); }

  void put(int pid, int thread, const std::string& schedstat) {
    const std::filesystem::path folder = root_ + "/" + std::to_string(pid) + "/task/" + std::to_string(thread);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "schedstat") << schedstat;
  }
  std::optional<ThreadTimes> times(std::vector<pid_t> pids) const { return thread_times(pids, root_); }

  std::string root_;
};

TEST_F(Proc, TimesAreThoseOfAllThreadsOfAllProcesses) {
  put(42, 42, "1000 20 3\n");
  put(42, 43, "4000 500 6\n");
  put(50, 50, "7000 8000 9\n");
  put(51, 51, "1 1 1\n");
  const std::optional<ThreadTimes> all = times({42, 50, 99});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->ran(), 12'000ns);
  EXPECT_EQ(all->waited(), 8520ns);
  EXPECT_EQ(all->threads.at(43).turns, 6u);
}

TEST_F(Proc, AKernelWithoutAnAccountTellsNothing) {
  EXPECT_FALSE(times({42}));
  EXPECT_FALSE(times({}));
  std::filesystem::create_directories(root_ + "/42/task/42");
  EXPECT_FALSE(times({42})) << "no such file";
  put(42, 42, "0 0 0\n");
  EXPECT_FALSE(times({42})) << "there, but switched off";
  put(42, 42, "what is this\n");
  EXPECT_FALSE(times({42}));
}

TEST_F(Proc, WhatPassedLeavesOutWhatWasBeforeAndWhoEnded) {
  put(42, 42, "1000 20 3\n");
  put(42, 43, "4000 500 6\n");
  put(42, 44, "70 70 70\n");
  const ThreadTimes before = *times({42});
  put(42, 42, "1500 120 5\n");
  put(42, 45, "10 7 1\n");  // it began meanwhile
  put(42, 44, "6 5 2\n");   // another of the same number
  std::filesystem::remove_all(root_ + "/42/task/43");
  ThreadTimes passed = times({42})->since(before);
  EXPECT_EQ(passed.ran(), 516ns);
  EXPECT_EQ(passed.waited(), 112ns);
  EXPECT_EQ(passed.threads.at(42).turns, 2u);
  passed.add(passed);
  EXPECT_EQ(passed.ran(), 1032ns);
  EXPECT_EQ(passed.threads.at(45).turns, 2u);
}

TEST(ThreadTimes, KeptWaitingIsTheShareOfTheTimeBeyondBeingWoken) {
  ThreadTimes one;
  one.threads[1] = {.ran = 500ms, .waited = 210ms, .turns = 1000};  // of which 10 ms is being woken
  EXPECT_DOUBLE_EQ(one.kept_waiting(1s).value(), 0.2);
  EXPECT_DOUBLE_EQ(one.kept_waiting(4s).value(), 0.05);
  one.threads[1].turns = 30'000;
  EXPECT_DOUBLE_EQ(one.kept_waiting(1s).value(), 0);
  EXPECT_FALSE(ThreadTimes{}.kept_waiting(1s));
}

// Four threads that do as much each: a request meets the wait of one of them, not of all.
TEST(ThreadTimes, KeptWaitingWeightsThreadsWithTheirWork) {
  ThreadTimes equal;
  for (int i = 0; i < 4; ++i) equal.threads[i] = {.ran = 100ms, .waited = 200ms};
  EXPECT_DOUBLE_EQ(equal.kept_waiting(1s).value(), 0.2);
  ThreadTimes idle_beside;
  idle_beside.threads[1] = {.ran = 300ms, .waited = 200ms};
  idle_beside.threads[2] = {.ran = 100ms, .waited = 0ms};
  EXPECT_DOUBLE_EQ(idle_beside.kept_waiting(1s).value(), 0.15);
}

// Two loops on one CPU: the kernel gives each about half, so that each waits about as long as it runs; more where
// others want that CPU, too.
TEST(ThreadTimes, CountsWhatAProcessWaitsBesideABusyOne) {
  const std::vector<int> one{allowed_cpus().front()};
  const std::vector<std::string> busy{find_program("sh").value(), "-c", "while :; do :; done"};
  const ServerProcess first(busy, run_directory() + "/first.log", "", one);
  const ServerProcess second(busy, run_directory() + "/second.log", "", one);
  const std::vector<pid_t> pids{first.pid()};
  const std::optional<ThreadTimes> before = thread_times(pids);
  if (!before) GTEST_SKIP() << "this kernel keeps no account (CONFIG_SCHED_INFO)";
  ThreadTimes passed;
  while (passed.ran() < 200ms) {
    usleep(10'000);
    passed = thread_times(pids)->since(*before);
  }
  EXPECT_GT(passed.waited(), passed.ran() / 4);
}

}  // namespace
}  // namespace hitbench
