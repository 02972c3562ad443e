#include "io/run_directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hitbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker = ".hitbench-run";

// What a run that was killed together with its watchdog left behind.
fs::path make_leftover(const fs::path& path) {
  fs::create_directories(path);
  chmod(path.c_str(), 0700);
  fs::copy_file(fs::path(run_directory()) / kMarker, path / kMarker);
  chmod((path / kMarker).c_str(), 0600);
  return path;
}

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
  make_leftover(parent / dead);
  fs::create_directories(parent / dead / "deeper");
  std::ofstream(parent / dead / "deeper" / "dump.rdb") << "data";
  const char* const others[] = {"hitbench-results", "hitbench-1x-abcDEF", "hitbench--abcDEF", "other-1-abcDEF"};
  make_leftover(parent / living);
  for (const char* name : others) fs::create_directories(parent / name);
  const std::string link = "hitbench-" + std::to_string(dead_pid()) + "-linked";
  make_leftover(parent / "hitbench-results");
  fs::create_directory_symlink(parent / "hitbench-results", parent / link);

  remove_dead_directories(parent);

  EXPECT_FALSE(fs::exists(parent / dead));
  EXPECT_TRUE(fs::exists(parent / living));
  EXPECT_TRUE(fs::is_symlink(parent / link));
  for (const char* name : others) EXPECT_TRUE(fs::exists(parent / name)) << name;
}

// What a user has may be called as ours are: a name proves nothing.
TEST(RunDirectory, KeepsWhateverDoesNotCarryOurMarkerAndMode) {
  const fs::path parent = fs::path(run_directory()) / "others";
  const std::string prefix = "hitbench-" + std::to_string(dead_pid()) + "-";
  const auto leftover = [&](const std::string& suffix) { return make_leftover(parent / (prefix + suffix)); };
  std::vector<fs::path> kept;
  const auto keep = [&](const fs::path& path) { kept.push_back(path); };

  const fs::path unmarked = leftover("backup");
  fs::remove(unmarked / kMarker);
  keep(unmarked);
  for (const mode_t mode : {0755U, 0750U, 0500U, 02700U}) {
    const fs::path other_mode = leftover("mode" + std::to_string(mode));
    chmod(other_mode.c_str(), mode);
    keep(other_mode);
  }
  const fs::path other_text = leftover("abctxt");
  std::ofstream(other_text / kMarker, std::ios::app) << "x";
  keep(other_text);
  const fs::path empty = leftover("abcnil");
  std::ofstream(empty / kMarker, std::ios::trunc).flush();
  keep(empty);
  const fs::path open_marker = leftover("abcopn");
  chmod((open_marker / kMarker).c_str(), 0644);
  keep(open_marker);
  const fs::path linked = leftover("abclnk");
  fs::remove(linked / kMarker);
  fs::create_symlink(fs::path(run_directory()) / kMarker, linked / kMarker);
  keep(linked);
  const fs::path piped = leftover("abcpip");
  fs::remove(piped / kMarker);
  ASSERT_EQ(mkfifo((piped / kMarker).c_str(), 0600), 0);
  keep(piped);
  const fs::path locked = leftover("abclck");  // of a process that is not visible here
  const int lock = open((locked / kMarker).c_str(), O_RDONLY);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  keep(locked);
  const fs::path dead = leftover("abcDEF");

  remove_dead_directories(parent);

  EXPECT_FALSE(fs::exists(dead));
  for (const fs::path& path : kept) EXPECT_TRUE(fs::exists(path)) << path;
  close(lock);
  remove_dead_directories(parent);
  EXPECT_FALSE(fs::exists(locked)) << "nobody holds it any more";
}

TEST(RunDirectory, CarriesALockedMarker) {
  const std::string marker = run_directory() + "/" + kMarker;
  struct stat status {};
  ASSERT_EQ(stat(marker.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  const int other = open(marker.c_str(), O_RDONLY);
  EXPECT_EQ(flock(other, LOCK_EX | LOCK_NB), -1);
  close(other);
}

}  // namespace
}  // namespace hitbench
