// How long the threads of a process ran, and how long they were ready to run without a CPU: the kernel's own account,
// /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst). What a server waits for a CPU is in its
// clients' latencies, and is the machine's doing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace hitbench {

struct ThreadTime {
  Duration ran{0};
  Duration waited{0};  // on a run queue
  uint64_t turns = 0;  // times that it was given a CPU
};

class ThreadTimes {
 public:
  std::map<pid_t, ThreadTime> threads;

  // What passed since `before`. A thread that has ended meanwhile has no account any more.
  ThreadTimes since(const ThreadTimes& before) const;
  void add(const ThreadTimes& more);

  Duration ran() const;
  Duration waited() const;
  // Of `wall`, the share in which a piece of their work found its thread waiting for a CPU: of each thread the time it
  // waited, weighted with its part of the work. The first 10 us of each turn do not count: to be woken takes that on a
  // machine with nothing else to do. 0 to 1; nothing where none of them ran.
  std::optional<double> kept_waiting(Duration wall) const;
};

// Of all threads of these processes now. Nothing where the kernel keeps no account (CONFIG_SCHED_INFO), or none of the
// processes is there. `proc` is where /proc is, so that tests can bring their own.
std::optional<ThreadTimes> thread_times(std::span<const pid_t> pids, const std::string& proc = "/proc");

}  // namespace hitbench
