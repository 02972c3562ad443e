#include "curve/exec_policy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "io/child_process.h"
#include "io/socket.h"

namespace hitbench {
namespace {

constexpr size_t kBlock = 64 << 10;
constexpr const char* kRemedy = "docs/curve.md has the protocol, with a program that keeps to it";

struct Pipe {
  Socket reads, writes;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw environment_error(std::string("no pipe: ") + std::strerror(errno));
  return {Socket(ends[0]), Socket(ends[1])};
}

// What the child needs, made before the fork: only async-signal-safe calls follow it.
struct ExecLaunch {
  std::vector<char*> argv;
  int input = -1, output = -1, failure = -1;
  pid_t parent = 0;
};

[[noreturn]] void become_program(const ExecLaunch& launch) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != launch.parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
  dup2(launch.input, STDIN_FILENO);
  dup2(launch.output, STDOUT_FILENO);
  execv(launch.argv[0], launch.argv.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(launch.failure, &error, sizeof error);
  _exit(127);
}

// One run of the program; its process group ends with this object.
class Child {
 public:
  explicit Child(std::vector<std::string> words) {
    Pipe input = make_pipe(), output = make_pipe(), failure = make_pipe();
    ExecLaunch launch{{}, input.reads.fd(), output.writes.fd(), failure.writes.fd(), getpid()};
    for (std::string& word : words) launch.argv.push_back(word.data());
    launch.argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) become_program(launch);
    if (pid_ < 0) throw environment_error("cannot start " + words.front() + ": " + std::strerror(errno));
    setpgid(pid_, pid_);
    failure.writes.close();
    int error = 0;
    if (read(failure.reads.fd(), &error, sizeof error) == sizeof error) {
      end();
      throw environment_error("cannot start " + words.front() + ": " + std::strerror(error));
    }
    input_ = std::move(input.writes);
    output_ = std::move(output.reads);
    fcntl(input_.fd(), F_SETFL, O_NONBLOCK);
    fcntl(output_.fd(), F_SETFL, O_NONBLOCK);
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int input() const { return input_.fd(); }
  int output() const { return output_.fd(); }
  bool takes_input() const { return input_.is_open(); }
  void close_input() { input_.close(); }

  // How it ended, of one that has closed its output: it gets a moment to do so by itself.
  std::string ending() {
    for (int i = 0; i < 500 && !reap(WNOHANG); ++i) pause_thread(std::chrono::milliseconds(2));
    if (!status_) return "it closed its output";
    if (WIFSIGNALED(*status_)) return fmt::format("signal {} ended it", WTERMSIG(*status_));
    return fmt::format("it ended with exit code {}", WEXITSTATUS(*status_));
  }
  bool failed() const { return status_ && (WIFSIGNALED(*status_) || WEXITSTATUS(*status_) != 0); }

 private:
  bool reap(int flags) {
    int status = 0;
    pid_t rc = 0;
    do {
      rc = status_ ? pid_ : waitpid(pid_, &status, flags);
    } while (rc < 0 && errno == EINTR);
    if (rc == pid_ && !status_) status_ = status;
    return status_.has_value();
  }

  void end() {
    if (pid_ <= 0 || status_) return;
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);  // should it not lead its group yet
    reap(0);
  }

  pid_t pid_ = -1;
  Socket input_, output_;
  std::optional<int> status_;
};

// Requests and answers flow at the same time: a program may buffer either.
class Questions {
 public:
  Questions(const Replay& replay, const ExecProgram& program, uint64_t size, bool by_bytes)
      : replay_(replay),
        program_(program),
        by_bytes_(by_bytes),
        name_(fmt::format("{}", fmt::join(program.words, " "))),
        child_(with_size(program.words, size)) {}

  SizeHits ask() {
    while (!ended_) {
      fill();
      std::array<pollfd, 2> ends{
          {{child_.output(), POLLIN, 0}, {child_.takes_input() ? child_.input() : -1, POLLOUT, 0}}};
      const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(program_.patience);
      const int ready = poll(ends.data(), ends.size(), static_cast<int>(patience.count()));
      if (ready < 0 && errno != EINTR) throw failed(std::strerror(errno));
      if (ready == 0) throw failed(fmt::format("no answer within {} s", in_seconds(program_.patience)));
      if (ready > 0 && ends[1].revents != 0) send();
      if (ready > 0 && ends[0].revents != 0) receive();
    }
    if (next_read(answered_) < replay_.requests.size()) {
      const std::string ending = child_.ending();
      throw failed(fmt::format("{} after {} answers, before the requests were over", ending, answers_));
    }
    if (const std::string ending = child_.ending(); child_.failed()) throw failed(ending + " after its answers");
    return hits_;
  }

 private:
  static std::vector<std::string> with_size(std::vector<std::string> words, uint64_t size) {
    words.push_back(std::to_string(size));
    return words;
  }

  Error failed(const std::string& why) const { return environment_error("exec:" + name_ + ": " + why, kRemedy); }

  size_t next_read(size_t from) const {
    while (from < replay_.requests.size() && step_of(replay_.requests[from]) != ReplayStep::read) ++from;
    return from;
  }

  void fill() {
    if (!child_.takes_input()) return;
    if (sent_ == text_.size()) {
      text_.clear();
      sent_ = 0;
      for (; text_.size() < kBlock && asked_ < replay_.requests.size(); ++asked_) add_line(replay_.requests[asked_]);
    }
    if (text_.empty()) child_.close_input();
  }

  void add_line(const CompactRequest& request) {
    const ReplayStep step = step_of(request);
    if (step == ReplayStep::nothing) return;
    if (step != ReplayStep::read) text_ += '-';
    text_ += std::to_string(request.key);
    if (by_bytes_ && step == ReplayStep::read) text_ += ' ' + std::to_string(replay_.bytes_of(request.key));
    text_ += '\n';
  }

  void send() {
    const ssize_t sent = write(child_.input(), text_.data() + sent_, text_.size() - sent_);
    if (sent >= 0) {
      sent_ += static_cast<size_t>(sent);
    } else if (errno == EPIPE) {
      child_.close_input();  // its answers, or the end of them, say the rest
    } else if (errno != EAGAIN && errno != EINTR) {
      throw failed(std::strerror(errno));
    }
  }

  void receive() {
    std::array<char, kBlock> block;
    const ssize_t got = read(child_.output(), block.data(), block.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0) throw failed(std::strerror(errno));
    ended_ = got == 0;
    for (ssize_t i = 0; i < got; ++i) take(block[static_cast<size_t>(i)]);
  }

  void take(char answer) {
    answered_ = next_read(answered_);
    if (answered_ >= asked_) throw failed("it answered more often than it was asked");
    if (answer != 'h' && answer != 'm') {
      throw failed(fmt::format("answer {} is the byte 0x{:02x}, which is neither 'h' nor 'm'", answers_ + 1,
                               static_cast<unsigned char>(answer)));
    }
    if (answer == 'h') hits_ += {1, replay_.bytes_of(replay_.requests[answered_].key)};
    ++answered_;
    ++answers_;
  }

  const Replay& replay_;
  const ExecProgram& program_;
  const bool by_bytes_;
  const std::string name_;
  Child child_;
  size_t asked_ = 0, answered_ = 0;  // requests
  uint64_t answers_ = 0;
  std::string text_;  // to be sent
  size_t sent_ = 0;
  bool ended_ = false;
  SizeHits hits_;
};

}  // namespace

ExecProgram program_of(const std::string& command) {
  ExecProgram program;
  std::istringstream words(command);
  for (std::string word; words >> word;) program.words.push_back(word);
  if (program.words.empty()) throw usage_error("exec: names no program", "for example exec:./mine");
  std::string& name = program.words.front();
  if (name.find('/') == std::string::npos) {
    const std::optional<std::string> path = find_program(name);
    if (!path)
      throw usage_error("exec:" + command + ": there is no program " + name + " in the PATH", "exec:./" + name);
    name = *path;
  }
  return program;
}

SizeHits ask_program(const Replay& replay, const ExecProgram& program, uint64_t size, bool by_bytes) {
  return Questions(replay, program, size, by_bytes).ask();
}

}  // namespace hitbench
