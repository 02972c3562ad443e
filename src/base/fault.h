// What a scenario breaks while a row is measured: which part, how, when and for how long.
#pragma once

#include "base/time.h"

namespace hitbench {

struct Fault {
  enum class Target { cache, origin, process };
  enum class Action {
    kill,  // SIGKILL: what it held in memory is lost
    stop,  // SIGSTOP: nothing is answered, nothing is lost
    slow,  // every call takes `by` longer
    fail,  // every call is answered with an error
  };

  Duration at{0};  // from the start of measuring
  Target target = Target::cache;
  int index = 0;  // which process
  Action action = Action::kill;
  Duration by{0};
  Duration lasts{0};  // until it is back; kForever: until the measuring ends

  Duration end() const { return lasts == kForever ? kForever : at + lasts; }
};

}  // namespace hitbench
