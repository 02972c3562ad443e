#include "io/strays.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "io/child_process.h"
#include "io/processes.h"

namespace hitbench {
namespace {

constexpr int kGenerations = 100;  // of orphans whose parents were orphans: a limit against what forks for ever

bool descends_from(pid_t pid, pid_t ancestor, const std::map<pid_t, Relation>& all) {
  for (auto at = all.find(pid); at != all.end(); at = all.find(at->second.parent)) {
    if (at->second.parent == ancestor) return true;
    if (at->second.parent == at->first) return false;
  }
  return false;
}

// False as well where that could not be determined: a process that has ended, or another user's.
bool runs_another_program(pid_t pid) {
  struct stat own {};
  struct stat theirs {};
  if (stat("/proc/self/exe", &own) != 0) return false;
  if (stat(("/proc/" + std::to_string(pid) + "/exe").c_str(), &theirs) != 0) return false;
  return own.st_dev != theirs.st_dev || own.st_ino != theirs.st_ino;
}

std::vector<pid_t> adopted() {
  const std::vector<pid_t> started = ServerProcess::all();
  std::vector<pid_t> found;
  for (const auto& [pid, relation] : all_processes()) {
    const bool known = std::find(started.begin(), started.end(), pid) != started.end();
    if (relation.parent == getpid() && !known && runs_another_program(pid)) found.push_back(pid);
  }
  return found;
}

}  // namespace

bool adopt_orphans() {
  static const bool adopts = adopted().empty() && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
  return adopts;
}

Strays::Strays(pid_t leader) {
  const std::map<pid_t, Relation> all = all_processes();
  for (const auto& [pid, relation] : all) {
    if (relation.group == leader || !descends_from(pid, leader, all)) continue;
    Socket process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    const std::optional<Relation> now = relation_of(pid);  // it may be another's number by now
    if (process.is_open() && now && now->parent == relation.parent) held_.push_back(std::move(process));
  }
}

void Strays::kill() const {
  for (const Socket& process : held_) syscall(SYS_pidfd_send_signal, process.fd(), SIGKILL, nullptr, 0);
}

void end_adopted() {
  if (!adopt_orphans()) return;
  for (int generation = 0; generation < kGenerations; ++generation) {
    const std::vector<pid_t> found = adopted();
    if (found.empty()) return;
    for (const pid_t pid : found) {
      ::kill(pid, SIGKILL);
      while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
}

}  // namespace hitbench
