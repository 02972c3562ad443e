// Ctrl-C, for commands that take their time.
#pragma once

#include <atomic>

namespace hitbench {

// From here on the first SIGINT, SIGTERM or SIGHUP makes this true, and the command ends with what it has. More of them
// within a second are the same event; a later one ends the program at once (the watchdog stops the servers). SIGPIPE is
// ignored: writing says enough.
const std::atomic<bool>& watch_interrupts();

}  // namespace hitbench
