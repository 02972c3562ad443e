#include "cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/output.h"
#include "judge/format.h"

namespace hitbench {
namespace {

constexpr Duration kSilence = std::chrono::seconds(5);  // longer than that nobody should wonder whether it runs

std::string seconds_text(Duration time) { return fmt::format("{:.0f} s", in_seconds(time)); }

std::string planned_words(const Maybe<PlanEstimate>& estimate) {
  if (!estimate || estimate->measuring.uncounted || estimate->warm_up.uncounted) return "";
  const bool at_most = estimate->measuring.at_most && !estimate->measuring.exceeds;
  return fmt::format(" of {} {:.0f} s", at_most ? "up to" : "about",
                     estimate->measuring.seconds + estimate->warm_up.seconds);
}

}  // namespace

std::string progress_text(const RunProgress& progress, Duration elapsed) {
  std::string text = fmt::format("{}: {}", progress.phase, progress.row);
  if (progress.ops_s) text += fmt::format("  {} ops/s", format_rate(*progress.ops_s));
  if (progress.p99_ns) text += fmt::format(", p99 {}", format_latency(*progress.p99_ns));
  if (progress.done > 0 && progress.done < 1) {
    const double left = (1 - progress.done) / progress.done;
    text += fmt::format(", {} left", seconds_text(std::chrono::duration_cast<Duration>(elapsed * left)));
  }
  return text;
}

ProgressLine::ProgressLine(const Maybe<PlanEstimate>& estimate) : planned_(planned_words(estimate)) {}

void ProgressLine::tell(const RunProgress& progress) {
  const Clock::time_point now = Clock::now();
  if (!measuring_ && progress.phase.starts_with("round")) measuring_ = now;
  const std::string text = progress_text(progress, now - measuring_.value_or(now));
  show_progress(text);
  if (is_quiet() || isatty(STDERR_FILENO) != 0 || now - told_ < kSilence) return;
  told_ = now;
  say(fmt::format("hitbench: {} (after {}{})\n", text, seconds_text(now - began_), planned_));
}

}  // namespace hitbench
