#include "gate/pair_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "judge/exact.h"
#include "judge/failures.h"
#include "judge/likeness.h"

namespace hitbench {
namespace {

// What pairs there are, for one row.
struct Count {
  size_t seen = 0, valid = 0, skipped = 0, failing = 0;
  bool counters = true, everything = true, same = true;
};

std::string fault_in(const RunResult& base, const RunResult& candidate) {
  return is_valid(base) ? fault_of(candidate, "the candidate") : fault_of(base, "the base");
}

void add(const Pair& pair, const GateRow& row, Count& count) {
  const RunResult &base = run_at(pair.base, row.base), &candidate = run_at(pair.candidate, row.candidate);
  ++count.seen;
  if (are_left_out(base, candidate)) ++count.skipped;
  if (!is_valid(base) || !is_valid(candidate)) {
    if (!is_valid(base) || !(has_failures_to_judge(candidate) || is_behind(candidate))) return;
    ++count.failing;
  } else {
    ++count.valid;
  }
  count.everything = count.everything && base.clock == "virtual" && candidate.clock == "virtual";
  count.counters = count.counters && !why_exact(*pair.base.result, base).empty() &&
                   !why_exact(*pair.candidate.result, candidate).empty();
  count.same = count.same && same_operations(base, candidate);
}

}  // namespace

// The plan is the same in every slot of a side, so places need to be matched once.
std::vector<GateRow> match_rows(const Result& base, const Result& candidate, std::vector<Doubt>& reasons) {
  std::vector<size_t> places;
  for (const RunResult& run : base.runs) {
    const auto same = std::find_if(candidate.runs.begin(), candidate.runs.end(),
                                   [&](const RunResult& other) { return other.name == run.name; });
    places.push_back(static_cast<size_t>(same - candidate.runs.begin()));
  }
  const size_t nowhere = candidate.runs.size();
  const bool by_name = std::find(places.begin(), places.end(), nowhere) == places.end();
  if (base.runs.size() != candidate.runs.size()) {
    reasons.push_back({"rows-differ",
                       fmt::format("the base has {} rows, the candidate {}", base.runs.size(), candidate.runs.size())});
    return {};
  }
  std::vector<GateRow> rows;
  for (size_t i = 0; i < places.size(); ++i) {
    const size_t other = by_name ? places[i] : i;
    const std::string &name = base.runs[i].name, &against = candidate.runs[other].name;
    rows.push_back({.base = i, .candidate = other, .name = name == against ? name : name + " -> " + against});
  }
  return rows;
}

void examine(GateRow& row, const std::vector<Pair>& pairs, int wanted) {
  row.behind = behind_of(row, pairs);
  Count count;
  for (const Pair& pair : pairs) {
    if (pair.complete()) add(pair, row, count);
  }
  const FaultyPairs invalid = invalid_pairs(row, pairs);
  row.fault = invalid.first;
  row.left_out = count.skipped == count.seen;
  if (row.left_out) return;
  const auto enough = [&](size_t number) {
    const double needed = std::floor(kEnoughPairs * (count.everything ? 1 : wanted));
    return number > 0 && static_cast<double>(number) >= needed;
  };
  if (enough(count.valid)) row.fault.clear();
  if (!row.fault.empty() && invalid.count < count.seen) {
    row.fault = fmt::format("invalid in {} of {} pairs{}: {}", invalid.count, count.seen,
                            pairs.front().stage > 1 ? " of the second stage" : "", row.fault);
  }
  row.failing = !enough(count.valid) && enough(count.valid + count.failing);
  if (count.valid + count.failing > 0 && count.everything) row.exact = Exact::everything;
  if (count.valid > 0 && !count.everything && count.counters && count.same) row.exact = Exact::counters;
  row.same = count.same;
  if (row.exact == Exact::everything && !row.same && row.fault.empty()) {
    row.fault = "the two sides did not answer the same operations, so their counters cannot be compared";
    row.failing = any_failed(row, pairs) || any_behind(row, pairs);
  }
}

GateRow after_second(GateRow row, const std::vector<Pair>& second, int wanted) {
  if (second.empty() || !row.fault.empty()) return row;
  GateRow later{.base = row.base, .candidate = row.candidate, .name = row.name};
  examine(later, second, wanted);
  if (later.left_out) return row;
  row.fault = later.fault;
  row.failing = later.failing;
  return row;
}

RowRuns complete_runs(const GateRow& row, const std::vector<Pair>& first, const std::vector<Pair>& second) {
  RowRuns runs;
  for (const auto* pairs : {&first, &second}) {
    for (const Pair& pair : *pairs) {
      if (!pair.complete()) continue;
      runs.base.push_back(&run_at(pair.base, row.base));
      runs.candidate.push_back(&run_at(pair.candidate, row.candidate));
    }
  }
  return runs;
}

Maybe<double> steal_of(const Slot& slot) {
  Maybe<double> most;
  if (!slot.result) return most;
  for (const RunResult& run : slot.result->runs) {
    if (run.validity.steal) most = std::max(most.value_or(0), *run.validity.steal);
  }
  return most;
}

Behind behind_of(const GateRow& row, const std::vector<Pair>& pairs) {
  const RowRuns runs = complete_runs(row, pairs, {});
  return behind_in(runs.base, runs.candidate);
}

FaultyPairs failed_pairs(const std::vector<Pair>& pairs) {
  FaultyPairs failed;
  for (const Pair& pair : pairs) {
    const bool of_base = !pair.base.result && !pair.base.failure.empty();
    const Slot& slot = of_base ? pair.base : pair.candidate;
    if (slot.result || slot.failure.empty()) continue;
    if (++failed.count == 1) failed.first = std::string(of_base ? "the base: " : "the candidate: ") + slot.failure;
  }
  return failed;
}

FaultyPairs invalid_pairs(const GateRow& row, const std::vector<Pair>& pairs) {
  FaultyPairs invalid;
  for (const Pair& pair : pairs) {
    if (!pair.complete()) continue;
    const RunResult &base = run_at(pair.base, row.base), &candidate = run_at(pair.candidate, row.candidate);
    if (is_valid(base) && is_valid(candidate)) continue;
    if (++invalid.count == 1) invalid.first = fault_in(base, candidate);
  }
  return invalid;
}

std::string why_so_few(const GateRow& row, const std::vector<Pair>& pairs, size_t measured) {
  std::string words = fmt::format("measured in {} of {} pairs, which is too few", measured, pairs.size());
  const FaultyPairs failed = failed_pairs(pairs), invalid = invalid_pairs(row, pairs);
  if (failed.count > 0) words += fmt::format("; a slot failed in {}: {}", failed.count, failed.first);
  if (invalid.count > 0) words += fmt::format("; invalid in {}: {}", invalid.count, invalid.first);
  return words;
}

bool any_failed(const GateRow& row, const std::vector<Pair>& pairs) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
    return pair.complete() && run_at(pair.base, row.base).failed_operations.value_or(0) +
                                      run_at(pair.candidate, row.candidate).failed_operations.value_or(0) >
                                  0;
  });
}

bool any_behind(const GateRow& row, const std::vector<Pair>& pairs) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
    return pair.complete() &&
           (is_behind(run_at(pair.base, row.base)) || is_behind(run_at(pair.candidate, row.candidate)));
  });
}

}  // namespace hitbench
