#include "io/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hitbench {
namespace {

namespace fs = std::filesystem;

// A pid that surely is not alive: of a child that was reaped.
pid_t dead_pid() {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  waitpid(pid, nullptr, 0);
  return pid;
}

TEST(RunDirectory, IsPrivateAndNamesItsProcess) {
  const fs::path path = run_directory();
  EXPECT_EQ(path, run_directory());
  EXPECT_TRUE(path.filename().string().starts_with("hitbench-" + std::to_string(getpid()) + "-"));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST(RunDirectory, RemovesThoseOfDeadProcessesAndNothingElse) {
  const fs::path parent = fs::path(run_directory()) / "parent";
  const std::string dead = "hitbench-" + std::to_string(dead_pid()) + "-abcDEF";
  const std::string living = "hitbench-" + std::to_string(getpid()) + "-abcDEF";
  fs::create_directories(parent / dead / "deeper");
  std::ofstream(parent / dead / "deeper" / "dump.rdb") << "data";
  const char* const others[] = {"hitbench-results", "hitbench-1x-abcDEF", "hitbench--abcDEF", "other-1-abcDEF"};
  fs::create_directories(parent / living);
  for (const char* name : others) fs::create_directories(parent / name);
  const std::string link = "hitbench-" + std::to_string(dead_pid()) + "-linked";
  fs::create_directory_symlink(parent / "hitbench-results", parent / link);

  remove_dead_directories(parent);

  EXPECT_FALSE(fs::exists(parent / dead));
  EXPECT_TRUE(fs::exists(parent / living));
  EXPECT_TRUE(fs::is_symlink(parent / link));
  for (const char* name : others) EXPECT_TRUE(fs::exists(parent / name)) << name;
}

}  // namespace
}  // namespace hitbench
