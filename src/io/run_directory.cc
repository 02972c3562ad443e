#include "io/run_directory.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "io/socket.h"

namespace hitbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "hitbench-";
constexpr size_t kSuffixSize = 6;  // what mkdtemp fills in
// What a directory of ours holds from its first moment on, and while we live it is locked.
constexpr const char* kMarker = ".hitbench-run";
constexpr std::string_view kMarkerText = "hitbench made this directory and removes it\n";

std::string temporary_parent() {
  const char* const named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

// The <pid> of "hitbench-<pid>-XXXXXX".
std::optional<pid_t> owner_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || name.size() < kPrefix.size() + 2 + kSuffixSize) return std::nullopt;
  const char* const end = name.data() + name.size() - kSuffixSize - 1;
  pid_t pid = 0;
  const auto [stop, error] = std::from_chars(name.data() + kPrefix.size(), end, pid);
  if (error != std::errc() || stop != end || *end != '-' || pid <= 0) return std::nullopt;
  return pid;
}

// Ours, and of a mode that nobody has changed.
bool is_own(int fd, mode_t type_and_mode) {
  struct stat status {};
  return fstat(fd, &status) == 0 && status.st_mode == type_and_mode && status.st_uid == geteuid();
}

// The marker of the directory, locked; closed where it is not ours, or another process holds the lock.
Socket lock_marker(int directory) {
  Socket marker(openat(directory, kMarker, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  std::array<char, kMarkerText.size() + 1> text{};
  const bool ours = marker.is_open() && is_own(marker.fd(), S_IFREG | 0600) &&
                    read(marker.fd(), text.data(), text.size()) == static_cast<ssize_t>(kMarkerText.size()) &&
                    text.data() == kMarkerText && flock(marker.fd(), LOCK_EX | LOCK_NB) == 0;
  return ours ? std::move(marker) : Socket();
}

// Makes the marker, locked before it has its name. Closed on failure, with errno.
Socket make_marker(const std::string& directory) {
  const std::string path = directory + "/" + kMarker, unnamed = path + ".new";
  Socket marker(open(unnamed.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const bool made =
      marker.is_open() && fchmod(marker.fd(), 0600) == 0 &&
      write(marker.fd(), kMarkerText.data(), kMarkerText.size()) == static_cast<ssize_t>(kMarkerText.size()) &&
      flock(marker.fd(), LOCK_EX | LOCK_NB) == 0 && rename(unnamed.c_str(), path.c_str()) == 0;
  return made ? std::move(marker) : Socket();
}

// A name proves nothing: a user may well have called a directory so. Dead is a directory of this user, of the mode that
// ours have, with our marker in it, whose process is gone and whose marker nobody holds locked: a shared /tmp may
// belong to processes that are not visible here.
bool is_dead(const fs::path& path) {
  const std::optional<pid_t> owner = owner_of(path.filename().native());
  if (!owner || kill(*owner, 0) == 0 || errno != ESRCH) return false;
  const Socket directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!directory.is_open() || !is_own(directory.fd(), S_IFDIR | 0700)) return false;
  return lock_marker(directory.fd()).is_open();
}

void remove_tree(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

int open_process(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

void write_line(int fd, char sign, pid_t pid) {
  const std::string line = sign + std::to_string(pid) + "\n";
  // A pipe takes so few bytes whole. Without its watchdog hitbench works on; SIGPIPE must not end it.
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  [[maybe_unused]] const ssize_t written = write(fd, line.data(), line.size());
  sigaction(SIGPIPE, &before, nullptr);
}

// The watchdog's side: the servers that are alive, each held by a descriptor of the process, for a pid may be used
// again by someone else.
class Servers {
 public:
  void obey(std::string_view line) {
    pid_t pid = 0;
    if (line.size() < 2) return;
    std::from_chars(line.data() + 1, line.data() + line.size(), pid);
    if (pid <= 0) return;
    if (line[0] == '+') {
      held_.insert_or_assign(pid, Socket(open_process(pid)));
    } else {
      held_.erase(pid);
    }
  }

  // Each with its whole process group, which it leads: a wrapper's server is not the process that we started. The
  // group keeps the number from being used again for as long as one of its processes lives.
  void kill_all() const {
    for (const auto& [pid, handle] : held_) {
      if (handle.is_open()) syscall(SYS_pidfd_send_signal, handle.fd(), SIGKILL, nullptr, 0);
      kill(-pid, SIGKILL);
    }
  }

 private:
  std::map<pid_t, Socket> held_;
};

// Reads commands until hitbench closes the pipe or is gone: workers that it forked hold the pipe open too.
void follow(int pipe, int parent, Servers& servers) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    std::array<pollfd, 2> entries{{{pipe, POLLIN, 0}, {parent, POLLIN, 0}}};
    if (poll(entries.data(), parent >= 0 ? 2 : 1, -1) < 0 && errno != EINTR) return;
    if (entries[0].revents != 0) {
      const ssize_t got = read(pipe, buffer.data(), buffer.size());
      if (got == 0 || (got < 0 && errno != EINTR)) return;
      if (got > 0) text.append(buffer.data(), static_cast<size_t>(got));
      for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
        servers.obey(std::string_view(text).substr(0, end));
        text.erase(0, end + 1);
      }
    } else if (entries[1].revents != 0) {
      return;
    }
  }
}

[[noreturn]] void watch_over(int pipe, pid_t parent, const std::string& directory) {
  setsid();
  prctl(PR_SET_NAME, "hitbench-guard");
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) signal(number, SIG_IGN);
  // It must hold nothing that others wait for: a reader of our output would never see its end.
  const int kept = fcntl(pipe, F_DUPFD, 3);
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  if (kept > 3) close_range(3, static_cast<unsigned>(kept) - 1, 0);
  close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
  Servers servers;
  follow(kept, open_process(parent), servers);
  servers.kill_all();
  remove_tree(directory);
  _exit(0);
}

class RunDirectory {
 public:
  RunDirectory() : owner_(getpid()), path_(make()), marker_(make_marker(path_)) {
    if (!marker_.is_open()) {
      const int error = errno;
      remove_tree(path_);
      throw environment_error("cannot write into " + path_ + ": " + std::strerror(error),
                              "set TMPDIR to a directory that has space");
    }
    start_watchdog();
  }

  // A forked worker that exits leaves everything to its parent.
  ~RunDirectory() {
    if (owner_ != getpid()) return;
    remove_tree(path_);
    pipe_.close();
    if (watchdog_ <= 0) return;
    kill(watchdog_, SIGCONT);  // whoever stopped it: it would never end
    waitpid(watchdog_, nullptr, 0);
  }
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  const std::string& path() const { return path_; }
  void tell(char sign, pid_t server) {
    if (watchdog_ > 0 && owner_ == getpid()) write_line(pipe_.fd(), sign, server);
  }

 private:
  static std::string make() {
    const std::string parent = temporary_parent();
    remove_dead_directories(parent);
    std::string path = parent + "/" + std::string(kPrefix) + std::to_string(getpid()) + "-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      throw environment_error("cannot make a directory in " + parent + ": " + std::strerror(errno),
                              "set TMPDIR to a directory that can be written");
    }
    return path;
  }

  void start_watchdog() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    Socket reader(ends[0]);
    pipe_ = Socket(ends[1]);
    const pid_t parent = getpid();
    watchdog_ = fork();
    if (watchdog_ != 0) return;
    pipe_.close();
    watch_over(reader.fd(), parent, path_);
  }

  pid_t owner_;
  std::string path_;
  Socket marker_;  // holds the lock while we live
  Socket pipe_;
  pid_t watchdog_ = -1;
};

// The directory belongs to the process, so it is made once and removed when static objects are destroyed.
RunDirectory& this_run() {
  static RunDirectory directory;
  return directory;
}

}  // namespace

const std::string& run_directory() { return this_run().path(); }
void guard_with_watchdog(pid_t server) { this_run().tell('+', server); }
void forget_in_watchdog(pid_t server) { this_run().tell('-', server); }

void remove_dead_directories(const std::string& parent) {
  std::error_code error;
  std::vector<fs::path> dead;
  for (fs::directory_iterator entry(parent, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end; entry.increment(error)) {
    if (is_dead(entry->path())) dead.push_back(entry->path());
  }
  for (const fs::path& path : dead) remove_tree(path);
}

}  // namespace hitbench
