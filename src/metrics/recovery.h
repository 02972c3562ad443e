// How a run got over its first fault, from its seconds (docs/method.md, "Recovery").
#pragma once

#include "base/time.h"
#include "metrics/recorder.h"
#include "metrics/result.h"

namespace hitbench {

// From the start of measuring.
struct FaultSpan {
  Duration begin{0};
  Maybe<Duration> healed = {};  // none: not while the row was measured
};

Recovery recovery_of(const Recorder& recorder, const FaultSpan& fault, Duration measured);

}  // namespace hitbench
