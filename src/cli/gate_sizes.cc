#include "cli/gate_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/units.h"
#include "cli/gate_warm_up.h"
#include "compare/decision.h"

namespace hitbench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Duration kShortest = std::chrono::milliseconds(100);  // that a row of a slot measures
constexpr uint64_t kFewestOperations = 1000;

// Slots may take this much longer than the trial before they are given up.
constexpr double kPatience = 10;
constexpr Duration kLeastPatience = std::chrono::seconds(60);

std::string estimate(int pairs, Seconds slot, const std::string& measuring) {
  const int second = stages_for(pairs, 1).second;
  return fmt::format("gate: {} slots of about {:.1f} s{}: about {:.0f} s, and {:.0f} s more if anything is flagged\n",
                     2 * pairs, slot.count(), measuring, 2 * pairs * slot.count(), 2 * second * slot.count());
}

// Base and candidate, as short as they get; the longer of the two.
struct Trial {
  Seconds took{0}, measured{0};  // in all, and of it in measuring
  Slot failed;
  std::vector<std::string> warm_up;  // sets, for both sides
};

Seconds measured_in(const Slot& slot) {
  std::chrono::nanoseconds sum{0};
  for (const RunResult& run : slot.result->runs) sum += std::chrono::nanoseconds(run.duration_ns);
  return sum;
}

Trial try_both(ProcessSlots& slots, uint64_t seed) {
  Trial trial;
  std::vector<Result> results;
  for (const Side side : {Side::base, Side::candidate}) {
    const auto begin = std::chrono::steady_clock::now();
    Slot slot = slots.run(side, seed);
    const Seconds took = std::chrono::steady_clock::now() - begin;
    if (!slot.result) {
      trial.failed = std::move(slot);
    } else if (took > trial.took) {
      trial.took = took;
      trial.measured = measured_in(slot);
    }
    if (slot.result) results.push_back(std::move(*slot.result));
  }
  if (results.size() == 2) trial.warm_up = warm_up_sets(results[0], results[1]);
  return trial;
}

class Sizer {
 public:
  Sizer(ProcessSlots& slots, const std::vector<RowPlan>& rows, int pairs, Duration budget)
      : slots_(slots),
        rows_(rows),
        scenario_(*rows.front().scenario),
        pairs_(pairs),
        slot_(Seconds(budget) / (2 * pairs)) {}

  GateSize real() {
    if (!scenario_.faults.empty()) return whole();
    return scenario_.measure.operations > 0 ? by_operations() : by_duration();
  }

  // All rows and both sides must do the same: as many operations as the busiest row of the base did in its time.
  GateSize in_virtual_time() {
    GateSize size{.sets = {}, .words = "gate: virtual time, one slot a side\n", .trial = {}};
    if (scenario_.warmup.steady && scenario_.warmup.operations == 0) {
      Trial trial = try_both(slots_, scenario_.seed);
      for (const std::string& set : trial.warm_up) slots_.add_set(set);
      size.trial = std::move(trial.failed);
      if (!size.trial.failure.empty()) return size;
    }
    const bool closed = !rows_.front().open() && !rows_.front().barrier();
    if (!closed || scenario_.measure.duration == Duration{0}) return size;
    size.trial = slots_.run(Side::base, scenario_.seed);
    if (!size.trial.result) return size;
    uint64_t operations = 0;
    for (const RunResult& run : size.trial.result->runs) operations = std::max(operations, run.operations);
    size.sets = {fmt::format("measure.operations={}", operations)};
    const double warmup = Seconds(scenario_.warmup.duration) / Seconds(scenario_.measure.duration);
    if (warmup > 0) {
      size.sets.push_back(
          fmt::format("warmup.operations={:.0f}", std::max(1.0, warmup * static_cast<double>(operations))));
    }
    size.words = fmt::format(
        "gate: virtual time, one slot a side of {} operations a row, instead of {}: in a closed loop "
        "a time would give the quicker side more to do\n",
        operations, spell_duration(scenario_.measure.duration));
    return size;
  }

 private:
  // A scenario whose events have their times cannot be cut short.
  GateSize whole() {
    const Seconds slot = Seconds(scenario_.measure.duration + scenario_.warmup.duration) * row_count();
    limit(slot);
    return {.sets = {}, .words = estimate(pairs_, slot, " and set-up"), .trial = {}};
  }

  GateSize by_duration() {
    slots_.add_set("measure.duration=" + spell_duration(std::min(kShortest, scenario_.measure.duration)));
    const Trial trial = try_both(slots_, scenario_.seed);
    const Seconds around = trial.took - trial.measured;
    const Seconds left = (slot_ - around) / row_count();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(left);
    const Duration row = std::min<Duration>(std::max<Duration>(milliseconds, kShortest), scenario_.measure.duration);
    const std::string instead = row < scenario_.measure.duration
                                    ? " instead of the scenario's " + spell_duration(scenario_.measure.duration)
                                    : "";
    return sized("measure.duration=" + spell_duration(row), around + Seconds(row) * row_count(),
                 fmt::format(" that measure each row for {}{}", spell_duration(row), instead), trial);
  }

  GateSize by_operations() {
    const uint64_t all = scenario_.measure.operations, few = std::min(kFewestOperations, all);
    slots_.add_set(fmt::format("measure.operations={}", few));
    slots_.add_set("rounds=1");
    const Trial trial = try_both(slots_, scenario_.seed);
    const Seconds around = trial.took - trial.measured;
    const double fit = std::max(0.0, (slot_ - around) / trial.measured * static_cast<double>(few));
    const auto operations = static_cast<uint64_t>(std::clamp(fit, static_cast<double>(few), static_cast<double>(all)));
    const std::string instead = operations < all ? fmt::format(" instead of the scenario's {}", all) : "";
    const Seconds measuring = trial.measured * (static_cast<double>(operations) / static_cast<double>(few));
    return sized(fmt::format("measure.operations={}", operations), around + measuring,
                 fmt::format(" of {} operations a row{}", operations, instead), trial);
  }

  GateSize sized(const std::string& measure, Seconds slot, const std::string& measuring, Trial trial) {
    limit(slot);
    std::vector<std::string> sets = {measure, "rounds=1"};
    sets.insert(sets.end(), trial.warm_up.begin(), trial.warm_up.end());
    return {.sets = std::move(sets), .words = estimate(pairs_, slot, measuring), .trial = std::move(trial.failed)};
  }

  void limit(Seconds slot) {
    const auto patience = std::chrono::duration_cast<Duration>(kPatience * slot);
    slots_.set_limit(std::max<Duration>(patience, kLeastPatience));
  }

  double row_count() const { return static_cast<double>(rows_.size()); }

  ProcessSlots& slots_;
  const std::vector<RowPlan>& rows_;
  const Scenario& scenario_;
  const int pairs_;
  const Seconds slot_;
};

}  // namespace

GateSize size_slots(ProcessSlots& slots, const std::vector<RowPlan>& rows, int pairs, Duration budget) {
  Sizer sizer(slots, rows, pairs, budget);
  return rows.front().scenario->virtual_clock ? sizer.in_virtual_time() : sizer.real();
}

}  // namespace hitbench
