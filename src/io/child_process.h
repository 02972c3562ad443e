// Programs that hitbench starts for itself, mostly servers. For the parent's main thread only: a server is killed when
// the thread that started it ends.
//
// A server is stopped on every way out: by its ServerProcess, by the kernel (PR_SET_PDEATHSIG) and, where a change of
// user cleared that, by the watchdog (io/run_directory.h). It leads a process group, and all of that goes with it: the
// program may be a wrapper that started the server without exec.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "io/socket.h"

namespace hitbench {

// The full path of a program on the PATH.
std::optional<std::string> find_program(std::string_view name);

// A TCP port of 127.0.0.1 that was free a moment ago. Throws Error{environment}.
int free_port();

// Raises the soft limit of open files to the hard one; returns what holds now.
uint64_t raise_file_limit();

class ServerProcess {
 public:
  // argv[0] is a path. Output is appended to `log_path`; the working directory is run_directory(), or `directory`. In a
  // process group of its own, so that a Ctrl-C at the terminal reaches hitbench only. Throws Error{environment} when it
  // cannot be started. `cpus`: where it may run; empty: wherever we may.
  ServerProcess(const std::vector<std::string>& argv, std::string log_path, const std::string& directory = "",
                const std::vector<int>& cpus = {});
  ~ServerProcess();  // stops it
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  pid_t pid() const { return pid_; }
  static std::vector<pid_t> all();  // that were started by this process and not stopped
  bool running();                   // not yet ended; a stopped (SIGSTOP) process runs
  // Of a process that has ended by itself: its exit code, or 128 and the signal that ended it; and the same in words.
  int exit_code() const { return exit_code_; }
  std::string ending() const;
  void signal(int number);  // SIGSTOP: returns when all its threads stand still

  // SIGTERM to its group, and SIGKILL after `patience`; returns when all of it is gone.
  void stop(Duration patience = std::chrono::seconds(2));

  // The last lines that it wrote, for error messages.
  std::string log_tail(size_t bytes_max = 2000) const;

  // Cuts a log that has become longer than `bytes_max` off; its last lines stay known to log_tail. Costs a system call
  // where nothing is to be done, so that it can be called often: a server that logs every command writes megabytes a
  // second. Whoever appends goes on at the new end.
  void bound_log(size_t bytes_max = kLongestLog);
  static constexpr size_t kLongestLog = size_t{8} << 20;

 private:
  bool has_ended();
  void kill_group(int number) const;
  void await_group() const;

  std::string log_path_;
  Socket log_;
  std::string cut_off_;  // the end of what bound_log took away
  pid_t owner_ = 0;      // a forked worker's copy of this object does nothing
  pid_t pid_ = -1;
  bool ended_ = false;
  int exit_code_ = 0;
};

}  // namespace hitbench
