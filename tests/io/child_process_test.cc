#include "io/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "io/run_directory.h"
#include "io/socket.h"

namespace hitbench {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// A file of its own for each call: logs are appended to.
std::string log_path(const std::string& name) {
  static int calls = 0;
  return run_directory() + "/" + name + "-" + std::to_string(++calls) + ".log";
}

// Waits until the process is gone (a zombie counts as gone), at most 20 s.
bool is_gone(pid_t pid) {
  const Socket handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!handle.is_open()) return errno == ESRCH;
  pollfd entry{handle.fd(), POLLIN, 0};
  return poll(&entry, 1, 20'000) == 1;
}

// Waits until the directory is gone, at most 20 s: nothing announces that.
bool is_removed(const std::string& path) {
  for (int tries = 0; tries < 4000; ++tries) {
    if (!std::filesystem::exists(path)) return true;
    usleep(5000);
  }
  return false;
}

TEST(FindProgram, LooksOnThePath) {
  EXPECT_THAT(find_program("sleep").value_or(""), HasSubstr("/sleep"));
  EXPECT_EQ(find_program("no-such-program-anywhere"), std::nullopt);
}

TEST(FreePort, CanBeListenedOn) {
  const int port = free_port();
  EXPECT_GT(port, 0);
  EXPECT_LT(port, 65536);
}

TEST(ServerProcess, RunsAndLogsAndIsStopped) {
  ServerProcess server({*find_program("sh"), "-c", "echo ready; exec sleep 1000"}, log_path("sh"));
  EXPECT_TRUE(server.running());
  while (server.log_tail().empty() && server.running()) usleep(1000);
  EXPECT_EQ(server.log_tail(), "ready\n");
  server.stop();
  EXPECT_FALSE(server.running());
  EXPECT_EQ(kill(server.pid(), 0), -1) << "it was reaped";
}

TEST(ServerProcess, IsStoppedEvenWhenItIsFrozen) {
  ServerProcess server({*find_program("sleep"), "1000"}, log_path("sleep"));
  server.signal(SIGSTOP);
  EXPECT_TRUE(server.running());
  server.stop();
  EXPECT_FALSE(server.running());
}

TEST(ServerProcess, IsKilledWhenItIgnoresTheRequest) {
  ServerProcess server({*find_program("sh"), "-c", "trap '' TERM; echo deaf; while :; do sleep 0.01; done"},
                       log_path("deaf"));
  while (server.log_tail().empty() && server.running()) usleep(1000);
  server.stop();
  EXPECT_FALSE(server.running());
}

TEST(ServerProcess, NoticesThatTheProgramEnded) {
  ServerProcess server({*find_program("sh"), "-c", "echo broken >&2; exit 3"}, log_path("ends"));
  EXPECT_TRUE(is_gone(server.pid()));
  EXPECT_FALSE(server.running());
  EXPECT_EQ(server.log_tail(), "broken\n");
  EXPECT_EQ(server.exit_code(), 3);
}

TEST(ServerProcess, SaysWhichSignalEndedTheProgram) {
  ServerProcess server({*find_program("sh"), "-c", "kill -SEGV $$"}, log_path("signal"));
  EXPECT_TRUE(is_gone(server.pid()));
  EXPECT_FALSE(server.running());
  EXPECT_EQ(server.exit_code(), 128 + SIGSEGV);
}

TEST(ServerProcess, RunsInTheDirectoryThatItIsGiven) {
  ServerProcess server({*find_program("pwd")}, log_path("pwd"), "/usr");
  EXPECT_TRUE(is_gone(server.pid()));
  EXPECT_EQ(server.log_tail(), "/usr\n");
}

TEST(ServerProcess, SaysWhyAProgramCannotBeStarted) {
  try {
    ServerProcess server({"/no/such/program"}, log_path("none"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::world);
    EXPECT_STREQ(error.what(), "cannot start /no/such/program: No such file or directory");
  }
}

TEST(ServerProcess, ShowsTheLastWholeLinesOfALongLog) {
  ServerProcess server({*find_program("seq"), "1", "10000"}, log_path("seq"));
  EXPECT_TRUE(is_gone(server.pid()));
  EXPECT_EQ(server.log_tail(18), "9998\n9999\n10000\n");
}

TEST(ProcessFigures, AreReadForALivingProcessOnly) {
  EXPECT_GT(rss_bytes(getpid()).value_or(0), 100'000u);
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  EXPECT_TRUE(cpu_time(getpid()).has_value());
  EXPECT_GE(*cpu_time(getpid()) + seconds(1), seconds(before.ru_utime.tv_sec));
  EXPECT_EQ(cpu_time(0x7ffffff0), std::nullopt);
  EXPECT_EQ(rss_bytes(0x7ffffff0), std::nullopt);
}

TEST(FileLimit, IsRaisedToTheHardOne) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(raise_file_limit(), limit.rlim_max);
}

// A hitbench of its own, which starts a server, tells who it is and waits to be killed. It is this test program,
// started again: a fork would share the run directory of the test.
struct Victim {
  pid_t pid = -1;
  pid_t server = -1;
  std::string directory;
};

Victim start_victim(const char* filter) {
  Victim victim;
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  victim.pid = fork();
  if (victim.pid == 0) {
    const std::string end = std::to_string(ends[1]);
    setenv("IO_TEST_REPORT_TO", end.c_str(), 1);
    const std::string argument = std::string("--gtest_filter=") + filter;
    execl("/proc/self/exe", "io_process_test", argument.c_str(), "--gtest_also_run_disabled_tests", nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::array<char, 512> text{};
  const ssize_t got = read(ends[0], text.data(), text.size() - 1);
  close(ends[0]);
  EXPECT_GT(got, 0);
  std::array<char, 512> directory{};
  EXPECT_EQ(std::sscanf(text.data(), "%d %500s", &victim.server, directory.data()), 2);
  victim.directory = directory.data();
  return victim;
}

void report_and_wait(pid_t server) {
  const char* const end = std::getenv("IO_TEST_REPORT_TO");
  if (end == nullptr) GTEST_SKIP() << "a part of other tests";
  const std::string text = std::to_string(server) + " " + run_directory() + "\n";
  ASSERT_EQ(write(std::atoi(end), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  while (true) pause();
}

TEST(DISABLED_Victim, StartsAServer) {
  const ServerProcess server({*find_program("sleep"), "1000"}, log_path("sleep"));
  report_and_wait(server.pid());
}

// What only the watchdog can kill: a grandchild of a kind, which PR_SET_PDEATHSIG does not reach.
TEST(DISABLED_Victim, GuardsAProcessWithoutADeathSignal) {
  const pid_t server = fork();
  if (server == 0) {
    execl("/bin/sleep", "sleep", "1000", nullptr);
    _exit(127);
  }
  guard_with_watchdog(server);
  report_and_wait(server);
}

TEST(Watchdog, LeavesNoServerAndNoDirectoryWhenHitbenchIsKilled) {
  for (const char* filter : {"DISABLED_Victim.StartsAServer", "DISABLED_Victim.GuardsAProcessWithoutADeathSignal"}) {
    const Victim victim = start_victim(filter);
    ASSERT_GT(victim.server, 0);
    EXPECT_EQ(kill(victim.server, 0), 0);
    EXPECT_TRUE(std::filesystem::exists(victim.directory));
    kill(victim.pid, SIGKILL);
    EXPECT_TRUE(is_gone(victim.server)) << filter;
    EXPECT_TRUE(is_removed(victim.directory)) << filter;
    EXPECT_EQ(waitpid(victim.pid, nullptr, 0), victim.pid);
  }
}

}  // namespace
}  // namespace hitbench
