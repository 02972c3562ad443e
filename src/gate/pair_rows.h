// Which row of the candidate stands against which of the base, and whether the two can be judged.
#pragma once

#include <string>
#include <vector>

#include "gate/slots.h"
#include "judge/criterion.h"
#include "judge/failures.h"

namespace hitbench {

// A row needs this share of the pairs: with fewer the stages are not what they promise.
inline constexpr double kEnoughPairs = 0.8;

struct GateRow {
  size_t base = 0, candidate = 0;  // their places in the results
  std::string name;
  Exact exact = Exact::nothing;
  std::string fault;      // why it cannot be judged; empty if it can
  bool same = true;       // both sides answered the same operations
  bool failing = false;   // the candidate is invalid, and only its failures and its pace can be judged
  bool left_out = false;  // skipped on both sides
  Behind behind;          // in the first stage, which decides what is tested
};

inline const RunResult& run_at(const Slot& slot, size_t place) { return slot.result->runs.at(place); }
inline bool is_valid(const RunResult& run) { return !run.skipped && run.validity.valid; }

// By name, or else by place. Where the sides have not as many rows there are none, and `reasons` says so.
std::vector<GateRow> match_rows(const Result& base, const Result& candidate, std::vector<Doubt>& reasons);

// Whether the row of these pairs, of which there should be `wanted`, can be judged, and how.
void examine(GateRow& row, const std::vector<Pair>& pairs, int wanted);

// The row, of which the first stage said what it says, when the second has been there too.
GateRow after_second(GateRow row, const std::vector<Pair>& second, int wanted);

// Both sides' runs of the row, in the complete pairs of both stages.
struct RowRuns {
  std::vector<const RunResult*> base, candidate;
};
RowRuns complete_runs(const GateRow& row, const std::vector<Pair>& first, const std::vector<Pair>& second);

// The largest share of the machine that the hypervisor took away from a row; nothing where no row knows.
Maybe<double> steal_of(const Slot& slot);

// Which sides fall behind in these pairs.
Behind behind_of(const GateRow& row, const std::vector<Pair>& pairs);

// Some of the pairs, and what was wrong with the first of them.
struct FaultyPairs {
  size_t count = 0;
  std::string first;
};
FaultyPairs failed_pairs(const std::vector<Pair>& pairs);                       // a slot gave no result
FaultyPairs invalid_pairs(const GateRow& row, const std::vector<Pair>& pairs);  // the row is left out of them

// Why the row could be measured in so few of these pairs.
std::string why_so_few(const GateRow& row, const std::vector<Pair>& pairs, size_t measured);

bool any_failed(const GateRow& row, const std::vector<Pair>& pairs);  // an operation
bool any_behind(const GateRow& row, const std::vector<Pair>& pairs);  // its schedule

}  // namespace hitbench
