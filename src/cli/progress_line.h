// How far a run is, on stderr: on a terminal one line, redrawn; elsewhere a line where nothing was told for a while.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.h"
#include "engine/plan_time.h"
#include "engine/run.h"

namespace hitbench {

// "round 2/5: cache-aside/redis  61,300 ops/s, p99 2.40 ms, 12 s left". `elapsed`: since the measuring began.
std::string progress_text(const RunProgress& progress, Duration elapsed);

class ProgressLine {
 public:
  // `estimate`: as `hitbench check` prints it; nothing in virtual time.
  explicit ProgressLine(const Maybe<PlanEstimate>& estimate);
  void tell(const RunProgress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  const Clock::time_point began_ = Clock::now();
  Clock::time_point told_ = began_;
  std::optional<Clock::time_point> measuring_;  // since when
  const std::string planned_;                   // " of about 30 s"; empty where nobody knows
};

}  // namespace hitbench
