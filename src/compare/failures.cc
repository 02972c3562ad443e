#include "compare/failures.h"

#include <fmt/format.h>

#include <cmath>

#include "stats/quantile.h"

namespace hitbench {
namespace {

constexpr double kChance = 0.01;

struct Totals {
  double failed = 0, operations = 0;
  double share() const { return operations > 0 ? failed / operations : 0; }
};

Totals totals_of(const std::vector<const RunResult*>& runs) {
  Totals totals;
  for (const RunResult* run : runs) {
    totals.failed += static_cast<double>(run->failed_operations.value_or(0));
    totals.operations += static_cast<double>(run->operations);
  }
  return totals;
}

// The probability of so large a difference where both have the same share.
double chance_of(const Totals& base, const Totals& candidate) {
  const double pooled = (base.failed + candidate.failed) / (base.operations + candidate.operations);
  const double error = std::sqrt(pooled * (1 - pooled) * (1 / base.operations + 1 / candidate.operations));
  const double difference = candidate.share() - base.share();
  if (!(error > 0)) return difference > 0 ? 0 : 1;
  return normal_above(difference / error);
}

}  // namespace

Judged failed_share() { return parse_judged(kFailedShare); }

bool has_failures_to_judge(const RunResult& run) { return run.can_judge(kFailedShare); }

Maybe<VerdictItem> failures_item(const std::vector<const RunResult*>& base,
                                 const std::vector<const RunResult*>& candidate, bool exact) {
  const Totals b = totals_of(base), c = totals_of(candidate);
  if (b.failed + c.failed == 0 || b.operations == 0 || c.operations == 0) return std::nullopt;
  const Judged judged = failed_share();
  VerdictItem item = new_item(base.front()->name, judged, exact ? Mode::exact : Mode::statistical);
  item.method = exact ? "exact" : "unpaired";
  item.base = b.share();
  item.candidate = c.share();
  item.pairs = {static_cast<int>(base.size())};
  const double growth = (c.share() + kSharesCount) / (b.share() + kSharesCount) - 1;
  bool more = c.share() > b.share();
  if (!exact) {
    item.p = chance_of(b, c);
    more = growth >= judged.delta && *item.p < kChance;
  }
  const bool less = exact ? c.share() < b.share() : growth <= -judged.delta;
  item.verdict = more ? Word::regressed : less ? Word::improved : Word::pass;
  note_failures(item);
  return item;
}

void note_failures(VerdictItem& item) {
  item.change.reset();
  item.change_low.reset();
  item.change_high.reset();
  item.detectable.reset();
  if (!item.base || !item.candidate) return;
  item.note = fmt::format("{:+.3g} points", 100 * (*item.candidate - *item.base));
}

std::string only_failures_told(const std::string& more) {
  return "nothing else of the row is judged, since the candidate fails more" + (more.empty() ? "" : ": " + more);
}

}  // namespace hitbench
