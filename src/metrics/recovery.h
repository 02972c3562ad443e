// How a run got over its first fault, from its seconds (docs/method.md, "Faults").
#pragma once

#include <functional>

#include "base/time.h"
#include "metrics/recorder.h"
#include "metrics/result.h"

namespace hitbench {

// From the start of measuring.
struct FaultSpan {
  Duration begin{0};
  Maybe<Duration> healed = {};  // none: not while the row was measured
};

// Whether a figure of which more is better is back: at nine tenths of what it was.
bool is_back(double now, double before);

// The first second, from `first` on, from which on every second before `end` is good, or so many in a row that it
// counts as back: three, the last of them no sooner than the third from `healed` on. So what was good again during a
// fault, and falls once more when what had failed comes back empty, is back after that; and where `healed` is `end`,
// nothing but staying good to the end will do.
Maybe<size_t> good_from(size_t first, size_t end, size_t healed, const std::function<bool(size_t)>& is_good);

Recovery recovery_of(const Recorder& recorder, const FaultSpan& fault, Duration measured);

}  // namespace hitbench
