// Ctrl-C, for commands that take their time.
#pragma once

#include <atomic>

namespace hitbench {

// From here on the first SIGINT or SIGTERM makes this true, and the command ends with what it has; the second ends the
// program at once (the watchdog stops the servers). SIGPIPE is ignored: writing says enough.
const std::atomic<bool>& watch_interrupts();

}  // namespace hitbench
