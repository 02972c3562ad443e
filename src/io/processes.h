// What the kernel says of processes: /proc, proc(5). Linux only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace hitbench {

// A file, up to a NUL; empty where it cannot be read. A process may end while it is read.
std::string proc_text(const std::string& path);
// The entries of a folder that are numbers: processes of /proc, threads of /proc/PID/task. Empty where it is not there.
std::vector<pid_t> numbered_entries(const std::string& folder);

struct Relation {
  pid_t parent = 0;
  pid_t group = 0;
};

// Nothing where there is no such process, as below.
std::optional<Relation> relation_of(pid_t pid);
std::map<pid_t, Relation> all_processes();
std::vector<pid_t> members_of(pid_t group);

// Memory that is resident now.
std::optional<uint64_t> rss_bytes(pid_t pid);

}  // namespace hitbench
