// A process that does nothing but sleep from one millisecond to the next while a row is measured, and notes how late it
// woke each time: what this machine alone does to anybody's latencies (in the manner of jHiccup, G. Tene). It stands
// beside the clients, so that a reader of a tail can tell the server from the machine. A process of its own, for the
// parent may have no thread; it costs about one percent of a core, and nothing between phases.
#pragma once

#include <sys/types.h>

#include "io/socket.h"
#include "metrics/histogram.h"

namespace hitbench {

class Observer {
 public:
  Observer();  // forks; throws Error{world}
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  void begin();
  // How late it woke since begin(). A sleep that was late by many milliseconds counts once for each of them, as
  // somebody who was due then would have waited. Empty if the observer does not answer.
  Histogram end();

 private:
  Socket socket_;
  pid_t pid_ = -1;
};

}  // namespace hitbench
