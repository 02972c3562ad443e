// Instants of a trace as people write them.
#pragma once

#include <string>

#include "base/time.h"

namespace hitbench {

struct TraceInstant {
  Duration time{};
  bool is_since_start = false;  // since the trace's first request; else on the trace's own clock
};

// A date, or a date with a time as logs spell it (log_time.h), such as 2026-11-30T08:00:00Z: since 1970, UTC where no
// zone is named. A duration, "90s", counts from the trace's first request. Throws Error{usage}: "--from: 'x' is no
// time".
TraceInstant instant_of(const std::string& name, const std::string& text);

}  // namespace hitbench
