#include "io/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "io/listener.h"
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

// The process that a wrapper without exec started says its number; it is not our child.
pid_t started_by(ServerProcess& wrapper) {
  while (wrapper.log_tail().empty()) usleep(1000);
  return std::stoi(wrapper.log_tail());
}

TEST(ServerProcess, IsStoppedWithWhatItStarted) {
  for (const char* command :
       {"sleep 1000 & echo $!; wait", "trap '' TERM; sleep 1000 & echo $!; while :; do wait; done"}) {
    ServerProcess wrapper({*find_program("sh"), "-c", command}, log_path("wrapper"));
    const pid_t inner = started_by(wrapper);
    EXPECT_EQ(getpgid(inner), wrapper.pid());
    wrapper.stop();
    EXPECT_TRUE(is_gone(inner)) << command;
  }
}

TEST(ServerProcess, LeavesNothingOfAProgramThatEndsAndLeavesItsServer) {
  ServerProcess wrapper({*find_program("sh"), "-c", "sleep 1000 & echo $!; exit 3"}, log_path("wrapper"));
  const pid_t inner = started_by(wrapper);
  while (wrapper.running()) usleep(1000);
  EXPECT_TRUE(is_gone(inner));
  EXPECT_EQ(wrapper.exit_code(), 3);
  EXPECT_EQ(wrapper.ending(), "it ended with exit code 3");
}

TEST(ServerProcess, SaysWhichSignalEndedIt) {
  ServerProcess server({*find_program("sleep"), "1000"}, log_path("sleep"));
  kill(server.pid(), SIGKILL);
  while (server.running()) usleep(1000);
  EXPECT_EQ(server.ending(), "signal 9 (Killed) ended it");
}

TEST(ServerProcess, KeepsNoMoreOfItsLogThanItIsTold) {
  const std::string path = log_path("talker");
  ServerProcess server({*find_program("sh"), "-c",
                        "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo last; "
                        "exec sleep 1000"},
                       path);
  while (!server.log_tail().ends_with("last\n")) usleep(1000);
  EXPECT_GT(std::filesystem::file_size(path), 10'000u);
  server.bound_log(30'000);
  EXPECT_GT(std::filesystem::file_size(path), 10'000u) << "it is short enough";
  server.bound_log(10'000);
  EXPECT_EQ(std::filesystem::file_size(path), 0u);
  EXPECT_TRUE(server.log_tail().ends_with("line 1999\nlast\n")) << "for messages";
}

TEST(Listener, TellsOurServersFromOthers) {
  const int port = free_port();
  EXPECT_EQ(listener_of(port, getpgrp()), Listener::none);
  const Socket listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  ASSERT_EQ(bind(listening.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listener_of(port, getpgrp()), Listener::none) << "bound, but it does not listen";
  ASSERT_EQ(listen(listening.fd(), 1), 0);
  EXPECT_EQ(listener_of(port, getpgrp()), Listener::ours);
  ServerProcess other({*find_program("sleep"), "1000"}, log_path("sleep"));
  EXPECT_EQ(listener_of(port, other.pid()), Listener::anothers);
}

TEST(Listener, NamesTheProcessesBehindAnAddress) {
  const int port = free_port();
  const Address tcp{.unix = false, .host_or_path = "127.0.0.1", .port = port};
  const Address remote{.unix = false, .host_or_path = "192.0.2.1", .port = port};
  const Address local{.unix = true, .host_or_path = run_directory() + "/listener-test.sock"};
  EXPECT_TRUE(listening_processes(tcp).empty());
  EXPECT_TRUE(listening_processes(local).empty());
  const Socket on_tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(static_cast<uint16_t>(port));
  ASSERT_EQ(bind(on_tcp.fd(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  ASSERT_EQ(listen(on_tcp.fd(), 1), 0);
  const Socket on_unix(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  local.host_or_path.copy(path.sun_path, sizeof path.sun_path - 1);
  ASSERT_EQ(bind(on_unix.fd(), reinterpret_cast<const sockaddr*>(&path), sizeof path), 0);
  ASSERT_EQ(listen(on_unix.fd(), 1), 0);
  EXPECT_EQ(listening_processes(tcp), std::vector{getpid()});
  EXPECT_EQ(listening_processes(local), std::vector{getpid()});
  EXPECT_EQ(listener_of(local.host_or_path, getpgrp()), Listener::ours);
  EXPECT_EQ(listener_of(local.host_or_path, getpid() + 1), Listener::anothers);
  EXPECT_TRUE(listening_processes(remote).empty()) << "who listens there nobody here can know";
}

TEST(Listener, OfEveryAddressCountsWhereNobodyHasTheLoopbacks) {
  const Socket any(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  socklen_t size = sizeof address;
  if (bind(any.fd(), reinterpret_cast<const sockaddr*>(&address), size) != 0) GTEST_SKIP() << "no IPv6 here";
  ASSERT_EQ(getsockname(any.fd(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  ASSERT_EQ(listen(any.fd(), 1), 0);
  EXPECT_EQ(listener_of(ntohs(address.sin6_port), getpgrp()), Listener::ours);
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
    EXPECT_EQ(error.cause(), Error::Cause::environment);
    EXPECT_STREQ(error.what(), "cannot start /no/such/program: No such file or directory");
  }
}

TEST(ServerProcess, ShowsTheLastWholeLinesOfALongLog) {
  ServerProcess server({*find_program("seq"), "1", "10000"}, log_path("seq"));
  EXPECT_TRUE(is_gone(server.pid()));
  EXPECT_EQ(server.log_tail(18), "9998\n9999\n10000\n");
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
