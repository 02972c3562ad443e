#include "judge/failures.h"

#include <algorithm>
#include <cmath>

#include "judge/exact.h"
#include "stats/quantile.h"

namespace hitbench {
namespace {

constexpr double kChance = 0.01;

// The share of the slots in which a side may fall behind by chance: as many may be disturbed.
constexpr double kFew = 0.2;

struct Totals {
  double failed = 0, operations = 0;
  double share() const { return operations > 0 ? failed / operations : 0; }
};

bool had_fault(const RunResult& run) { return run.recovery.origin_loads_peak_s.has_value(); }

// What failed, and of that what failed beyond a fault. An older result does not say which of them a fault's are.
uint64_t all_of(const RunResult& run) { return run.failed_operations.value_or(0); }
uint64_t own_of(const RunResult& run) {
  return had_fault(run) ? all_of(run) - std::min(run.failed_as_asked.value_or(all_of(run)), all_of(run)) : all_of(run);
}

Totals totals_of(const std::vector<const RunResult*>& runs, uint64_t (*failed)(const RunResult&)) {
  Totals totals;
  for (const RunResult* run : runs) {
    totals.failed += static_cast<double>(failed(*run));
    totals.operations += static_cast<double>(run->operations);
  }
  return totals;
}

// The probability of so large a difference, to its side, where both have the same share.
double chance_of(const Totals& base, const Totals& candidate) {
  const double pooled = (base.failed + candidate.failed) / (base.operations + candidate.operations);
  const double error = std::sqrt(pooled * (1 - pooled) * (1 / base.operations + 1 / candidate.operations));
  const double difference = std::abs(candidate.share() - base.share());
  if (!(error > 0)) return difference > 0 ? 0 : 1;
  return normal_above(difference / error);
}

bool all_virtual(const std::vector<const RunResult*>& runs) {
  return std::all_of(runs.begin(), runs.end(), [](const RunResult* run) { return run->clock == "virtual"; });
}

Criterion criterion_for(const char* metric, const std::vector<Criterion>& named) {
  const auto found =
      std::find_if(named.begin(), named.end(), [&](const Criterion& criterion) { return criterion.metric == metric; });
  return found == named.end() ? parse_criterion(metric) : *found;
}

Word word_for(const Totals& base, const Totals& candidate, double delta) {
  const double growth = (candidate.share() + kSharesCount) / (base.share() + kSharesCount) - 1;
  if (std::abs(growth) < delta || !(chance_of(base, candidate) < kChance)) return Word::pass;
  return growth > 0 ? Word::regressed : Word::improved;
}

}  // namespace

Criterion failed_share(const std::vector<Criterion>& named) { return criterion_for(kFailedShare, named); }

// Who asks has somebody who is behind: that is told even where both keep nothing of their pace.
Criterion pace_criterion(const std::vector<Criterion>& named) {
  Criterion pace = criterion_for(kPace, named);
  pace.named = true;
  return pace;
}

bool is_behind(const RunResult& run) { return !run.skipped && run.validity.overloaded && run.pace; }

Behind behind_in(const std::vector<const RunResult*>& base, const std::vector<const RunResult*>& candidate) {
  size_t runs = 0, bases = 0, candidates = 0;
  for (size_t i = 0; i < base.size(); ++i) {
    if (!base[i]->pace || !candidate[i]->pace) continue;
    ++runs;
    bases += is_behind(*base[i]) ? 1 : 0;
    candidates += is_behind(*candidate[i]) ? 1 : 0;
  }
  const auto many = [&](size_t count) { return static_cast<double>(count) > kFew * static_cast<double>(runs); };
  return {.base = many(bases), .candidate = many(candidates)};
}

std::string only_pace_told(const Behind& behind, const VerdictItem& item) {
  const bool worse = item.verdict == Word::regressed || item.verdict == Word::suspect;
  std::string who = "neither side keeps the offered rate";
  if (behind.base && behind.candidate && worse) {
    who = "the candidate cannot keep the offered rate, and keeps less of it than the base";
  } else if (!behind.base) {
    who = "the candidate cannot keep the offered rate, which the base keeps";
  } else if (!behind.candidate) {
    who = "the base cannot keep the offered rate, which the candidate keeps";
  }
  return who + "; nothing else of the row is judged, since its latencies depend on how long the run lasts";
}

std::vector<VerdictItem> untold_items(const VerdictItem& pace, const std::vector<Criterion>& named,
                                      const std::string& why) {
  const Mode mode = pace.method == "exact" ? Mode::exact : Mode::statistical;
  std::vector<VerdictItem> items;
  for (const Criterion& criterion : named) {
    if (!criterion.named || criterion.metric == kPace || criterion.metric == kFailedShare) continue;
    VerdictItem item = new_item(pace.row, criterion, mode);
    item.method = pace.method;
    item.note = why;
    items.push_back(std::move(item));
  }
  return items;
}

bool has_failures_to_judge(const RunResult& run) { return run.can_judge(kFailedShare); }

Maybe<VerdictItem> failures_item(const std::vector<const RunResult*>& base,
                                 const std::vector<const RunResult*>& candidate, const Criterion& criterion,
                                 Mode mode) {
  const Totals b = totals_of(base, all_of), c = totals_of(candidate, all_of);
  if (b.failed + c.failed == 0 || b.operations == 0 || c.operations == 0) return std::nullopt;
  if (mode == Mode::exact) return exact_item(base, candidate, criterion);
  const Totals own_b = totals_of(base, own_of), own_c = totals_of(candidate, own_of);
  VerdictItem item = new_item(base.front()->name, criterion, mode);
  item.method = "unpaired";
  item.base = b.share();
  item.candidate = c.share();
  item.change = change_of(item);
  item.delta = worsening_of(std::log1p(criterion.delta), criterion, Mode::statistical, item);
  item.pairs = {static_cast<int>(base.size())};
  item.p = chance_of(b, c);
  item.verdict = word_for(b, c, criterion.delta);
  if (all_virtual(base) && all_virtual(candidate)) {  // the two did not do the same, but nothing is chance
    item.method = "exact";
    item.p.reset();
  }
  if (own_b.failed + own_c.failed == b.failed + c.failed) return item;
  const Word own = own_b.failed + own_c.failed > 0 ? word_for(own_b, own_c, criterion.delta) : Word::pass;
  item.p.reset();
  if (own == Word::regressed) {
    item.verdict = own;
  } else {
    item.verdict = item.verdict == Word::regressed ? Word::suspect : Word::pass;
    item.add_note("those of a fault come together, which a comparison of single runs cannot account for");
  }
  return item;
}

std::string only_failures_told(const std::string& more) {
  return "nothing else of the row is judged, since the candidate fails more" + (more.empty() ? "" : ": " + more);
}

}  // namespace hitbench
