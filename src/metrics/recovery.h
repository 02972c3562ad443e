// How a run got over its first fault, from its seconds (docs/method.md, "After a fault").
#pragma once

#include "base/time.h"
#include "metrics/recorder.h"
#include "metrics/result.h"

namespace hitbench {

// `first_fault` and `measured` count from the start of measuring.
Recovery recovery_of(const Recorder& recorder, Duration first_fault, Duration measured);

}  // namespace hitbench
