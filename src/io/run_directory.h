// The one temporary directory of this hitbench process, and the watchdog that cleans up after it. Main thread only,
// and first used before any other thread exists.
//
// A normal exit removes the directory. When hitbench is killed, a small watchdog process kills the servers that were
// reported to it, each with its process group, and removes the directory. Should both be killed, the next start removes
// what is left: directories that carry our own marker file, which a living run holds locked. A name proves nothing.
#pragma once

#include <sys/types.h>

#include <string>

namespace hitbench {

// "$TMPDIR/hitbench-<pid>-XXXXXX" (or under /tmp), mode 0700; made by the first call. Throws Error{environment}.
const std::string& run_directory();

// From here until `forget` the watchdog kills `server`, the leader of a process group, and its group when this process
// is gone.
void guard_with_watchdog(pid_t server);
void forget_in_watchdog(pid_t server);

// Removes directories of ours under `parent` whose process is dead: owned by us, mode 0700, with our marker, whose lock
// is free. Called by run_directory.
void remove_dead_directories(const std::string& parent);

}  // namespace hitbench
