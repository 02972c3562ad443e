#include "cli/gate_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/units.h"
#include "cli/gate_prospects.h"
#include "cli/gate_warm_up.h"
#include "gate/gate.h"
#include "judge/decision.h"

namespace hitbench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Duration kShortest = std::chrono::milliseconds(100);  // that a row of a slot measures
constexpr uint64_t kFewestOperations = 1000;

// A closed loop does not do as much in every slot as it did in the trial.
constexpr double kReserve = 1.2;

// Slots may take this much longer than the trial before they are given up.
constexpr double kPatience = 10;
constexpr Duration kLeastPatience = std::chrono::seconds(60);

// Base and candidate, as short as they get; the longer of the two.
struct Trial {
  Seconds took{0}, measured{0};  // in all, and of it in measuring
  double slowest_ops_s = 0;      // timed ones, of all rows of both sides
  int sampled_one_in = 1;        // operation was timed, at most
  Slot base, candidate;
  std::vector<std::string> warm_up;  // sets, for both sides

  bool worked() const { return base.result && candidate.result; }
  Slot failed() { return worked() ? Slot{} : std::move(base.result ? candidate : base); }
};

Seconds measured_in(const Slot& slot) {
  std::chrono::nanoseconds sum{0};
  for (const RunResult& run : slot.result->runs) sum += std::chrono::nanoseconds(run.duration_ns);
  return sum;
}

// Of what a row does, one operation in `sampled_one_in` is timed.
double timed_ops_s_of(const RunResult& run) { return run.throughput_ops_s / run.validity.sampled_one_in; }

Trial try_both(ProcessSlots& slots, uint64_t seed) {
  Trial trial;
  for (const Side side : {Side::base, Side::candidate}) {
    const auto begin = std::chrono::steady_clock::now();
    Slot& slot = side == Side::base ? trial.base : trial.candidate;
    slot = slots.run(side, seed);
    const Seconds took = std::chrono::steady_clock::now() - begin;
    if (!slot.result) continue;
    if (took > trial.took) {
      trial.took = took;
      trial.measured = measured_in(slot);
    }
    for (const RunResult& run : slot.result->runs) {
      if (run.operations == 0) continue;
      trial.sampled_one_in = std::max(trial.sampled_one_in, run.validity.sampled_one_in);
      const double ops_s = timed_ops_s_of(run);
      trial.slowest_ops_s = trial.slowest_ops_s > 0 ? std::min(trial.slowest_ops_s, ops_s) : ops_s;
    }
  }
  if (trial.worked()) trial.warm_up = warm_up_sets(*trial.base.result, *trial.candidate.result);
  return trial;
}

// The share of the operations that have a latency of this kind: of "write" in "write.response.p99".
double share_of(const std::string& metric, const Mix& mix) {
  if (metric.starts_with("read.")) return mix.read + mix.modify;
  if (metric.starts_with("write.")) return mix.write + mix.insert + mix.modify;
  if (metric.starts_with("delete.")) return mix.erase;
  return metric.starts_with("modify.") ? mix.modify : 0;
}

class Sizer {
 public:
  Sizer(ProcessSlots& slots, const std::vector<RowPlan>& rows, const std::vector<RowPlan>& candidate,
        const GateWish& wish)
      : slots_(slots),
        rows_(rows),
        candidate_(candidate),
        scenario_(*rows.front().scenario),
        wish_(wish),
        needed_(operations_needed(scenario_, wish.metrics)) {}

  GateSize real() {
    if (!scenario_.faults.empty()) return whole();
    return scenario_.measure.operations > 0 ? by_operations() : by_duration();
  }

  // All rows and both sides must do the same: as many operations as the busiest row of the base did in its time.
  GateSize in_virtual_time() {
    GateSize size{.pairs = most_pairs(),
                  .sets = {},
                  .words =
                      "gate: virtual time, one slot a side, compared exactly: counters from a difference of one, times "
                      "from the practical-significance threshold\n",
                  .trial = {}};
    const bool searched = warm_up_is_searched(rows_) || warm_up_is_searched(candidate_);
    if (searched) {
      ProcessSlots warming(slots_);
      for (const char* little : {"measure.operations=1", "rounds=1"}) warming.add_set(little);
      Trial trial = try_both(warming, scenario_.seed);
      for (const std::string& set : trial.warm_up) slots_.add_set(set);
      size.trial = trial.failed();
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
    if (warmup > 0 && !searched) {
      size.sets.push_back(
          fmt::format("warmup.operations={:.0f}", std::max(1.0, warmup * static_cast<double>(operations))));
    }
    size.words = fmt::format(
        "gate: virtual time, one slot a side of {} operations per row, instead of {}: in a closed loop with a fixed "
        "duration the quicker side would do more\n",
        operations, spell_duration(scenario_.measure.duration));
    return size;
  }

 private:
  // A scenario whose events have their times cannot be cut short.
  GateSize whole() {
    const Seconds warm_up = std::max(longest_warm_up(rows_), longest_warm_up(candidate_));
    const Seconds slot = Seconds(scenario_.measure.duration) * row_count() + warm_up;
    limit(slot);
    const int pairs = pairs_for(slot);
    return {.pairs = pairs, .sets = {}, .words = estimate(pairs, slot, " and setup"), .trial = {}};
  }

  double timed_ops_s(const Trial& trial) const {
    return timed_ops_s_of_slowest(rows_, trial.slowest_ops_s, trial.sampled_one_in);
  }

  GateSize by_duration() {
    slots_.add_set("measure.duration=" + spell_duration(std::min(kShortest, scenario_.measure.duration)));
    Trial trial = try_both(slots_, scenario_.seed);
    const Seconds around = trial.took - trial.measured, all(scenario_.measure.duration);
    const double timed_s = timed_ops_s(trial);
    const Seconds needed = timed_s > 0 ? Seconds(kReserve * static_cast<double>(needed_) / timed_s) : Seconds(0);
    const Seconds least = std::min(std::max(needed, Seconds(kShortest)), all);
    const int pairs = pairs_for(around + least * row_count());
    const Seconds left = (Seconds(wish_.budget) / (2 * pairs) - around) / row_count();
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(std::clamp(left, least, all));
    const Duration row = std::min<Duration>(milliseconds, scenario_.measure.duration);
    const std::string instead = row < scenario_.measure.duration
                                    ? " instead of the scenario's " + spell_duration(scenario_.measure.duration)
                                    : "";
    return sized("measure.duration=" + spell_duration(row), pairs, around + Seconds(row) * row_count(),
                 fmt::format(" that measure each row for {}{}", spell_duration(row), instead), trial,
                 Seconds(row).count() * timed_s);
  }

  GateSize by_operations() {
    const uint64_t all = scenario_.measure.operations, few = std::min(kFewestOperations, all);
    slots_.add_set(fmt::format("measure.operations={}", few));
    slots_.add_set("rounds=1");
    Trial trial = try_both(slots_, scenario_.seed);
    const Seconds around = trial.took - trial.measured, each = trial.measured / static_cast<double>(few);
    const auto sampled = static_cast<uint64_t>(trial.sampled_one_in);
    const uint64_t least = std::clamp(needed_ * sampled, few, all);
    const int pairs = pairs_for(around + each * static_cast<double>(least));
    const double fit = std::max(0.0, (Seconds(wish_.budget) / (2 * pairs) - around) / each);
    const auto operations =
        static_cast<uint64_t>(std::clamp(fit, static_cast<double>(least), static_cast<double>(all)));
    const uint64_t timed = operations / sampled;
    const std::string instead = operations < all ? fmt::format(" instead of the scenario's {}", all) : "";
    return sized(fmt::format("measure.operations={}", operations), pairs,
                 around + each * static_cast<double>(operations),
                 fmt::format(" of {} operations per row{}", operations, instead), trial, static_cast<double>(timed));
  }

  GateSize sized(const std::string& measure, int pairs, Seconds slot, const std::string& measuring, Trial& trial,
                 double operations) {
    limit(slot);
    std::string words = estimate(pairs, slot, measuring);
    if (trial.worked()) words += prospects(*trial.base.result, wish_.metrics, {pairs, operations});
    std::vector<std::string> sets = {measure, "rounds=1"};
    sets.insert(sets.end(), trial.warm_up.begin(), trial.warm_up.end());
    return {.pairs = pairs, .sets = std::move(sets), .words = std::move(words), .trial = trial.failed()};
  }

  std::string estimate(int pairs, Seconds slot, const std::string& measuring) const {
    const int second = stages_for(pairs, 1).second;
    const Seconds first = 2 * pairs * slot;
    const bool longer = first > 1.05 * Seconds(wish_.budget);
    return fmt::format(
        "gate: {} slots of about {:.1f} s{}: about {:.0f} s{}, and {:.0f} s more if anything is flagged\n", 2 * pairs,
        slot.count(), measuring, first.count(),
        longer ? fmt::format(" (longer than --budget {}: fewer or shorter slots would show nothing)",
                             spell_duration(wish_.budget))
               : "",
        2 * second * slot.count());
  }

  void limit(Seconds slot) {
    const auto patience = std::chrono::duration_cast<Duration>(kPatience * slot);
    slots_.set_limit(std::max<Duration>(patience, kLeastPatience));
  }

  int most_pairs() const { return wish_.pairs > 0 ? wish_.pairs : kUsualPairs; }

  // As many slots of this length as the budget has room for.
  int pairs_for(Seconds slot) const {
    if (wish_.pairs > 0 || !(slot > Seconds(0))) return most_pairs();
    const double room = Seconds(wish_.budget) / (2 * slot);
    return static_cast<int>(std::clamp(std::floor(room), double{kFewestPairs}, double{kUsualPairs}));
  }

  double row_count() const { return static_cast<double>(rows_.size()); }

  ProcessSlots& slots_;
  const std::vector<RowPlan>& rows_;
  const std::vector<RowPlan>& candidate_;
  const Scenario& scenario_;
  const GateWish& wish_;
  const uint64_t needed_;
};

}  // namespace

uint64_t operations_needed(const Scenario& scenario, const std::vector<Criterion>& metrics) {
  std::vector<std::string> names;
  for (const Criterion& criterion : metrics) names.push_back(criterion.metric);
  if (metrics.empty()) names = {"read.response.p99", "write.response.p99", "delete.response.p99"};
  double needed = 0;
  for (const std::string& name : names) {
    const Maybe<PercentileValues> values = percentile_values(RunResult{}, name);
    const double share = share_of(name, scenario.workload.mix);
    const bool of_answers = name.find(".failed.") == std::string::npos;
    if (values && share > 0 && of_answers) needed = std::max(needed, static_cast<double>(values->needed) / share);
  }
  return static_cast<uint64_t>(std::ceil(needed));
}

double timed_ops_s_of_slowest(const std::vector<RowPlan>& rows, double tried_ops_s, int sampled_one_in) {
  if (!(tried_ops_s > 0)) return tried_ops_s;
  Maybe<double> slowest;
  for (const RowPlan& row : rows) {
    const double ops_s =
        row.open() ? row.scenario->workload.arrivals.params.real("rate") / sampled_one_in : tried_ops_s;
    slowest = std::min(slowest.value_or(ops_s), ops_s);
  }
  return slowest.value_or(tried_ops_s);
}

GateSize size_slots(ProcessSlots& slots, const std::vector<RowPlan>& rows, const std::vector<RowPlan>& candidate,
                    const GateWish& wish) {
  Sizer sizer(slots, rows, candidate, wish);
  return rows.front().scenario->virtual_clock ? sizer.in_virtual_time() : sizer.real();
}

}  // namespace hitbench
