#include "cli/pilot.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/time.h"
#include "base/units.h"
#include "cli/calibration.h"
#include "engine/plan.h"
#include "engine/run.h"

namespace hitbench {
namespace {

constexpr int kParts = 50;  // the pilot is one of these
constexpr Duration kLongest = std::chrono::seconds(3), kStep = std::chrono::milliseconds(10);
constexpr uint64_t kFewest = 1000;  // operations: fewer say more about the setup than about themselves

// A part of so many operations, or of so much time; 1: the whole.
struct Piece {
  double times = 1;  // that the whole is longer
  std::string change;
};

Piece part_of(const std::string& what, uint64_t operations, Duration duration) {
  if (operations > 0) {
    const uint64_t some = std::min(operations, std::max(kFewest, operations / kParts));
    return {static_cast<double>(operations) / static_cast<double>(some), fmt::format("{}.operations={}", what, some)};
  }
  if (duration > Duration{0}) return {kParts, fmt::format("{}.duration={}", what, spell_duration(duration / kParts))};
  return {};
}

}  // namespace

std::optional<Duration> pilot_time(
    const std::vector<Scenario>& all,
    const std::function<std::vector<Scenario>(const std::vector<std::string>& changes)>& read,
    const Registry& registry) {
  const auto ends_somewhere = [](const Scenario& point) { return point.warmup.steady || !point.faults.empty(); };
  if (std::any_of(all.begin(), all.end(), ends_somewhere)) return std::nullopt;
  const Scenario& whole = all.front();
  const Piece measure = part_of("measure", whole.measure.operations, whole.measure.duration);
  const Piece warm_up = part_of("warmup", whole.warmup.operations, whole.warmup.duration);
  std::vector<std::string> changes{"rounds=1"};
  for (const Piece& part : {measure, warm_up}) {
    if (!part.change.empty()) changes.push_back(part.change);
  }
  using Clock = std::chrono::steady_clock;
  const Clock::time_point began = Clock::now();
  Clock::time_point warming = began, measuring = began;
  const auto watch = [&](const RunProgress& progress) {
    if (warming == began && progress.phase == "warm-up") warming = Clock::now();
    if (measuring == began && progress.phase.starts_with("round")) measuring = Clock::now();
  };
  std::atomic<bool> too_long{false};
  std::jthread watchdog([&](const std::stop_token& done) {
    for (Duration waited{0}; waited < kLongest && !done.stop_requested(); waited += kStep) pause_thread(kStep);
    too_long = true;
  });
  try {
    const std::vector<RowPlan> rows = make_plan(read(changes), registry);
    const Result result =
        run_plan(rows, registry, too_long, {.progress = watch, .libraries = {}, .times = calibrated_times(rows)});
    if (!result.complete) return std::nullopt;
  } catch (const Error&) {  // the part is no valid scenario, as where it sweeps what is changed
    return std::nullopt;
  }
  return std::chrono::duration_cast<Duration>((warming - began) + (measuring - warming) * warm_up.times +
                                              (Clock::now() - measuring) * measure.times);
}

}  // namespace hitbench
