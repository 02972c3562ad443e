// How long the slots of a gate measure and how many there are, so that all of it takes about as long as the user wants
// to wait. A slot is never shorter than its metrics need: the budget is spent on fewer pairs instead.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"
#include "gate/process_slots.h"
#include "judge/criterion.h"

namespace hitbench {

struct GateSize {
  int pairs = 0;
  std::vector<std::string> sets;  // for both sides: "measure.duration=250ms"
  std::string words;              // the estimate, and what can be found, for people
  Slot trial;                     // the slot that failed while trying, if one did
};

struct GateWish {
  int pairs = 0;  // 0: as many as the budget has room for
  Duration budget{0};
  std::vector<Criterion> metrics;  // empty: the usual ones
};

inline constexpr int kUsualPairs = 10;

// Of how many operations of a row a slot must consist so that every percentile that is judged has ten values above it.
// Percentiles of operations that the workload does not have need none.
uint64_t operations_needed(const Scenario& scenario, const std::vector<Criterion>& metrics);

// Timed operations per second of the slowest row, of which one operation in `sampled_one_in` is timed. An open loop's
// rate is known, and the trial is short for it; the closed ones of a sweep over the loop do what the slowest did there.
double timed_ops_s_of_slowest(const std::vector<RowPlan>& rows, double tried_ops_s, int sampled_one_in);

// Runs a short trial of each side in real time. In virtual time: of each side where one warms up until it is steady,
// and where a closed loop measures for a time, one of the base, for both sides must do the same operations. `rows` is
// the base's plan, `candidate` the candidate's.
GateSize size_slots(ProcessSlots& slots, const std::vector<RowPlan>& rows, const std::vector<RowPlan>& candidate,
                    const GateWish& wish);

}  // namespace hitbench
