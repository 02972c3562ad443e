// A process that does nothing but sleep from one millisecond to the next while a row is measured, and notes how late it
// woke each time: what this machine alone does to anybody's latencies (in the manner of jHiccup, G. Tene). It stands
// alongside the clients, so that a reader of a tail can tell the server from the machine. A process of its own, for the
// parent may have no thread; it costs about one percent of a core, and nothing between phases.
#pragma once

#include <sys/types.h>

#include "base/time.h"
#include "io/socket.h"
#include "metrics/histogram.h"

namespace hitbench {

class JitterProbe {
 public:
  // Forks; throws Error{environment}. `patience` is how long an answer is waited for.
  explicit JitterProbe(Duration patience = std::chrono::seconds(5));
  ~JitterProbe();
  JitterProbe(const JitterProbe&) = delete;
  JitterProbe& operator=(const JitterProbe&) = delete;

  void begin();
  // How late it woke since begin(). A sleep that was late by many milliseconds counts once for each of them, as
  // somebody who was due then would have waited. A jitter probe that does not answer was late by its patience at
  // least, or is gone (empty); another takes its place, or its answer would be read as that to the next end().
  Histogram end();

  pid_t pid() const { return pid_; }  // for tests

 private:
  void start();
  void stop();

  const Duration patience_;
  Socket socket_;
  pid_t pid_ = -1;
};

}  // namespace hitbench
