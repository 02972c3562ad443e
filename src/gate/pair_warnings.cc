#include "gate/pair_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "judge/row_warnings.h"

namespace hitbench {
namespace {

FaultyPairs sum(const FaultyPairs& one, const FaultyPairs& other) {
  return {.count = one.count + other.count, .first = one.first.empty() ? other.first : one.first};
}

}  // namespace

void warn_of_pairs(const std::vector<Pair>& first, const std::vector<Pair>& second, bool complete,
                   std::vector<Doubt>& out) {
  const size_t all = first.size() + second.size();
  // A slot that failed and a row that is invalid say so themselves.
  const auto disturbed =
      std::ranges::count(first, true, &Pair::by_machine) + std::ranges::count(second, true, &Pair::by_machine);
  if (disturbed > 0) {
    out.push_back(
        {"pairs-disturbed", fmt::format("{} of {} pairs were disturbed by something else on this machine and could not "
                                        "be repeated; the intervals are wider for it",
                                        disturbed, all)});
  }
  const FaultyPairs failed = sum(failed_pairs(first), failed_pairs(second));
  if (complete && failed.count > 0 && failed.count < all) {
    out.push_back({"slots-failed", fmt::format("{} of {} pairs are left out because a slot failed; {}", failed.count,
                                               all, failed.first)});
  }
}

void warn_of_invalid(const GateRow& row, const std::vector<Pair>& first, const std::vector<Pair>& second,
                     std::vector<Doubt>& out) {
  const FaultyPairs invalid = sum(invalid_pairs(row, first), invalid_pairs(row, second));
  if (!row.fault.empty() || row.left_out || invalid.count == 0) return;
  out.push_back({"pairs-invalid", fmt::format("{} was invalid in {} of {} pairs, which are left out there; {}",
                                              row.name, invalid.count, first.size() + second.size(), invalid.first)});
}

void warn_of_row(const GateRow& row, const RowRuns& runs, bool calibrate, std::vector<Doubt>& out) {
  const auto add = [&](const std::string& subject, const std::vector<const RunResult*>& some) {
    std::vector<Doubt> doubts = row_warnings(subject, some);
    std::move(doubts.begin(), doubts.end(), std::back_inserter(out));
  };
  if (!calibrate) {
    add(row.name + ", base", runs.base);
    add(row.name + ", candidate", runs.candidate);
    return;
  }
  std::vector<const RunResult*> both = runs.base;
  both.insert(both.end(), runs.candidate.begin(), runs.candidate.end());
  add(row.name, both);
}

}  // namespace hitbench
