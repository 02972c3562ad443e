#include "gate/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "gate/pair_judge.h"
#include "judge/decision.h"
#include "stats/hodges_lehmann.h"

namespace hitbench {
namespace {

// A pair is disturbed if the fixed piece of work around one of its slots took this much longer or shorter than the
// median one, or if the hypervisor took this share of the machine away; or if a slot failed or a row was invalid.
constexpr double kControlDeviation = 0.10;
constexpr double kMostSteal = 0.10;

// At most this share of a stage's pairs is run again. The rule does not look at what is compared and treats both sides
// alike, so it favors neither. What is still disturbed then is kept: the order within pairs is random, so it makes the
// intervals wider and no false alarm.
constexpr double kRepeated = 0.2;

// What failed is a side's own doing, and nothing of the machine's: again it would fail as well, so that does not count.
bool has_invalid_row(const Slot& slot) {
  return std::any_of(slot.result->runs.begin(), slot.result->runs.end(), [](const RunResult& run) {
    return !run.skipped && !run.validity.valid && !run.validity.only_failures;
  });
}

class Gate {
 public:
  Gate(SlotRunner& slots, const GateOptions& options, const std::atomic<bool>& interrupted,
       const std::function<void(const std::string&)>& progress)
      : slots_(slots), options_(options), interrupted_(interrupted), progress_(progress), order_(options.order_seed) {}

  Verdict run() {
    std::vector<Pair> first = run_stage(1, options_.pairs);
    PairJudge judge(first, options_);
    std::vector<Pair> second;
    if (!options_.calibrate && !interrupted_ && judge.flagged()) {
      second = run_stage(2, stages_for(options_.pairs, 1).second);
    }
    return judge.verdict(second, !interrupted_);
  }

 private:
  std::vector<Pair> run_stage(int stage, int count) {
    std::vector<Pair> pairs;
    for (int i = 0; i < count && !interrupted_; ++i) {
      progress_(fmt::format("stage {}, pair {}/{}", stage, i + 1, count));
      pairs.push_back(run_pair(stage));
      if (stage == 1 && (all_is_exact(pairs.front()) || nothing_works(pairs))) break;
    }
    if (!pairs.empty() && all_is_exact(pairs.front())) return pairs;
    repeat_disturbed(stage, pairs);
    return pairs;
  }

  Pair run_pair(int stage) {
    Pair pair{.stage = stage, .number = number_, .seed = options_.seed + static_cast<uint64_t>(number_)};
    ++number_;
    pair.base_first = order_.below(2) == 0;
    const auto run = [&](Side side) {
      if (!interrupted_) pair.of(side) = slots_.run(side, pair.seed);
    };
    run(pair.base_first ? Side::base : Side::candidate);
    run(pair.base_first ? Side::candidate : Side::base);
    return pair;
  }

  // Virtual time has no noise: more of it would say the same.
  static bool all_is_exact(const Pair& pair) {
    const auto is_exact = [](const RunResult& run) { return run.skipped || run.clock == "virtual"; };
    return pair.complete() && std::all_of(pair.base.result->runs.begin(), pair.base.result->runs.end(), is_exact) &&
           std::all_of(pair.candidate.result->runs.begin(), pair.candidate.result->runs.end(), is_exact);
  }

  static bool nothing_works(const std::vector<Pair>& pairs) {
    return pairs.size() == 2 && std::none_of(pairs.begin(), pairs.end(), [](const Pair& p) { return p.complete(); });
  }

  // The median over all slots so far, of both sides.
  Maybe<double> usual_control(const std::vector<Pair>& pairs) const {
    std::vector<double> all;
    for (const Pair& pair : pairs) {
      for (const Slot* slot : {&pair.base, &pair.candidate}) {
        if (slot->control_ns) all.push_back(*slot->control_ns);
      }
    }
    return all.empty() ? std::nullopt : Maybe<double>(median(std::move(all)));
  }

  static bool is_machines(const Slot& slot, Maybe<double> usual) {
    if (steal_of(slot).value_or(0) > kMostSteal) return true;
    return usual && slot.control_ns && std::abs(*slot.control_ns / *usual - 1) > kControlDeviation;
  }

  static void look_at(Pair& pair, Maybe<double> usual) {
    pair.by_machine = pair.complete() && (is_machines(pair.base, usual) || is_machines(pair.candidate, usual));
    pair.disturbed =
        pair.by_machine || !pair.complete() || has_invalid_row(pair.base) || has_invalid_row(pair.candidate);
  }

  void repeat_disturbed(int stage, std::vector<Pair>& pairs) {
    const Maybe<double> usual = usual_control(pairs);
    auto left = static_cast<int>(kRepeated * static_cast<double>(pairs.size()));
    for (Pair& pair : pairs) {
      look_at(pair, usual);
      if (!pair.disturbed || left == 0 || interrupted_ || nothing_works(pairs)) continue;
      --left;
      progress_(fmt::format("stage {}, again a pair that was disturbed", stage));
      Pair again = run_pair(stage);
      if (interrupted_) return;
      pair = std::move(again);
      look_at(pair, usual);
    }
  }

  SlotRunner& slots_;
  const GateOptions& options_;
  const std::atomic<bool>& interrupted_;
  const std::function<void(const std::string&)>& progress_;
  Rng order_;
  int number_ = 0;  // of all pairs, those that were run again included
};

}  // namespace

Verdict run_gate(SlotRunner& slots, const GateOptions& options, const std::atomic<bool>& interrupted,
                 const std::function<void(const std::string&)>& progress) {
  return Gate(slots, options, interrupted, progress).run();
}

}  // namespace hitbench
