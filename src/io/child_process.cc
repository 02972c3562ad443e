#include "io/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "io/cpus.h"
#include "io/run_directory.h"
#include "io/socket.h"

namespace hitbench {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(2);
constexpr Duration kGroupPatience = std::chrono::milliseconds(200);  // for what was killed
constexpr size_t kKeptOfLog = 4096;                                  // of what is cut off: enough for an error message

template <class Condition>
bool holds_within(Duration patience, const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    pause_thread(kStep);
  }
  return true;
}

// What the child needs, prepared before the fork: only async-signal-safe calls follow it.
struct Launch {
  std::vector<char*> argv;
  const char* directory;
  const std::vector<int>& cpus;
  int log;
  int failure;  // a pipe that exec closes; else it carries errno
  pid_t parent;
};

[[noreturn]] void become_server(const Launch& launch) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != launch.parent) _exit(127);  // it died before the line above
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(launch.log, STDOUT_FILENO);
  dup2(launch.log, STDERR_FILENO);
  const bool placed = launch.cpus.empty() || keep_on_cpus(0, launch.cpus);
  if (placed && chdir(launch.directory) == 0) execv(launch.argv[0], launch.argv.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(launch.failure, &error, sizeof error);
  _exit(127);
}

// Zero when the program was entered.
int failure_from(int pipe) {
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(pipe, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

Error cannot_start(const std::string& program, int error) {
  return environment_error("cannot start " + program + ": " + std::strerror(error));
}

std::vector<pid_t>& started() {
  static std::vector<pid_t> pids;
  return pids;
}

}  // namespace

std::optional<std::string> find_program(std::string_view name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/" + std::string(name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

int free_port() {
  const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket.fd(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw environment_error(std::string("no free port on 127.0.0.1: ") + std::strerror(errno));
  }
  return ntohs(address.sin_port);
}

uint64_t raise_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

ServerProcess::ServerProcess(const std::vector<std::string>& argv, std::string log_path, const std::string& directory,
                             const std::vector<int>& cpus)
    : log_path_(std::move(log_path)), owner_(getpid()) {
  const std::string& place = directory.empty() ? run_directory() : directory;
  log_ = Socket(open(log_path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log_.is_open()) throw environment_error("cannot write " + log_path_ + ": " + std::strerror(errno));
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw cannot_start(argv.front(), errno);
  const Socket reader(ends[0]);
  Socket writer(ends[1]);
  Launch launch{{}, place.c_str(), cpus, log_.fd(), writer.fd(), owner_};
  for (const std::string& word : argv) launch.argv.push_back(const_cast<char*>(word.c_str()));
  launch.argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw cannot_start(argv.front(), errno);
  if (pid_ == 0) become_server(launch);
  started().push_back(pid_);
  setpgid(pid_, pid_);  // as it does itself: whoever comes first
  guard_with_watchdog(pid_);
  writer.close();
  if (const int error = failure_from(reader.fd()); error != 0) {
    stop();
    std::erase(started(), pid_);
    throw cannot_start(argv.front(), error);
  }
}

ServerProcess::~ServerProcess() {
  stop();
  std::erase(started(), pid_);
}

std::vector<pid_t> ServerProcess::all() { return started(); }

// Until it is reaped its number is its group's and nobody else's: what it has left behind goes first.
bool ServerProcess::has_ended() {
  if (ended_) return true;
  siginfo_t info{};
  int rc = 0;
  do {
    rc = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  } while (rc != 0 && errno == EINTR);
  if (rc == 0 && info.si_pid == 0) return false;
  kill_group(SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  await_group();
  forget_in_watchdog(pid_);
  return true;
}

void ServerProcess::kill_group(int number) const { kill(-pid_, number); }

// Its other members are ours to reap where we adopt orphans (io/strays.h), else somebody else's, who may be late; until
// then they count.
void ServerProcess::await_group() const {
  holds_within(kGroupPatience, [&] {
    while (waitpid(-pid_, nullptr, WNOHANG) > 0) {
    }
    return kill(-pid_, 0) != 0;
  });
}

bool ServerProcess::running() { return owner_ == getpid() && !has_ended(); }

std::string ServerProcess::ending() const {
  if (exit_code_ <= 128) return "it ended with exit code " + std::to_string(exit_code_);
  const int number = exit_code_ - 128;
  const char* const name = sigdescr_np(number);
  return "signal " + std::to_string(number) + (name != nullptr ? std::string(" (") + name + ")" : "") + " ended it";
}

void ServerProcess::signal(int number) {
  if (!running()) return;
  kill_group(number);
  if (number != SIGSTOP) return;
  siginfo_t stopped{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &stopped, WSTOPPED | WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
}

void ServerProcess::stop(Duration patience) {
  if (!running()) return;
  kill_group(SIGTERM);
  kill_group(SIGCONT);  // a stopped process would not notice
  if (holds_within(patience, [&] { return has_ended(); })) return;
  kill_group(SIGKILL);
  while (!has_ended()) pause_thread(kStep);
}

namespace {

// The last `bytes_max` bytes of a file of `size`.
std::string end_of(int fd, off_t size, size_t bytes_max) {
  std::string text(std::min(static_cast<size_t>(size), bytes_max), '\0');
  const ssize_t got = pread(fd, text.data(), text.size(), size - static_cast<off_t>(text.size()));
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

}  // namespace

void ServerProcess::bound_log(size_t bytes_max) {
  struct stat status {};
  if (owner_ != getpid() || fstat(log_.fd(), &status) != 0 || static_cast<size_t>(status.st_size) <= bytes_max) return;
  cut_off_ = end_of(log_.fd(), status.st_size, kKeptOfLog);
  [[maybe_unused]] const int truncated = ftruncate(log_.fd(), 0);
}

std::string ServerProcess::log_tail(size_t bytes_max) const {
  struct stat status {};
  if (fstat(log_.fd(), &status) != 0) return cut_off_;
  std::string text = cut_off_ + end_of(log_.fd(), status.st_size, bytes_max + 1);
  if (text.size() > bytes_max) text.erase(0, text.find('\n', text.size() - bytes_max) + 1);
  return text;
}

}  // namespace hitbench
