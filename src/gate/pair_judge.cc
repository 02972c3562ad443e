#include "gate/pair_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "gate/pair_warnings.h"
#include "gate/slot_percentiles.h"
#include "judge/exact.h"
#include "judge/exercised.h"
#include "judge/failures.h"
#include "judge/format.h"
#include "stats/hodges_lehmann.h"
#include "stats/order_interval.h"
#include "stats/signed_rank.h"

namespace hitbench {
namespace {

// Two sides whose control differs at this level did not have the same machine. Stricter than the test of a metric: it
// must be rarer than a false alarm.
constexpr double kUnequalMachines = 0.005;

constexpr const char* kFellLater =
    "fell behind in the second stage, and behind a backlog a latency depends on how long the run lasts";

std::vector<double> values_of(const std::vector<const RunResult*>& runs, const Criterion& criterion) {
  std::vector<double> values;
  for (const RunResult* run : runs) {
    if (const Maybe<double> value = shown_of(*run, criterion, Mode::statistical)) values.push_back(*value);
  }
  return values;
}

Maybe<double> middle_of(std::vector<double> values) {
  return values.empty() ? std::nullopt : Maybe<double>(median(std::move(values)));
}

// Of complete pairs only: others have no result with the same seed on the other side.
std::vector<const Result*> results_of(const std::vector<Pair>& first, const std::vector<Pair>& second, Side side) {
  std::vector<const Result*> results;
  for (const auto* pairs : {&first, &second}) {
    for (const Pair& pair : *pairs) {
      if (pair.complete()) results.push_back(&*pair.of(side).result);
    }
  }
  return results;
}

// Of the complete pairs those in which both sides can be judged by this metric.
RowRuns judged_runs(const GateRow& row, const std::string& metric, const std::vector<Pair>& pairs) {
  const RowRuns all = complete_runs(row, pairs, {});
  RowRuns judged;
  for (size_t i = 0; i < all.base.size(); ++i) {
    const RunResult &base = *all.base[i], &candidate = *all.candidate[i];
    const bool of_failures = metric == kFailedShare && has_failures_to_judge(candidate);
    const bool of_pace = metric == kPace && is_behind(candidate);
    if (!is_valid(base) || !(is_valid(candidate) || of_failures || of_pace)) continue;
    judged.base.push_back(&base);
    judged.candidate.push_back(&candidate);
  }
  return judged;
}

// Of a row whose candidate fails more, or of which a side cannot keep its rate, nothing else is told: with fewer
// answers every other figure looks better, and behind a backlog none means anything.
bool stands_alone(const VerdictItem& item, const GateRow& row) {
  const bool worse = item.verdict == Word::regressed;
  return (item.metric == kPace && (worse || row.behind.any())) || (item.metric == kFailedShare && worse);
}

void move_into(std::vector<VerdictItem>& all, std::vector<VerdictItem> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

// A share's smallest change is one of what it costs. Two digits, since a user may have named a very small one.
std::string delta_words(const Criterion& criterion) {
  const bool misses = criterion.kind == Criterion::Kind::hit_ratio;
  const double percent = 100 * criterion.delta;
  return (percent >= 9.95 ? fmt::format("{:.0f} %", percent) : fmt::format("{:.2g} %", percent)) +
         (misses ? " of the misses" : "");
}

// The fewest pairs with which noise alone hides no more than `delta`.
int pairs_for(double noise, double delta, int tests) {
  int pairs = kFewestPairs;
  while (pairs < kMostPairs && detectable_effect(noise, 0, stages_for(pairs, tests)) > std::log1p(delta)) ++pairs;
  return pairs;
}

}  // namespace

PairJudge::PairJudge(const std::vector<Pair>& first, const GateOptions& options) : first_(first), options_(options) {
  const auto works = std::find_if(first.begin(), first.end(), [](const Pair& pair) { return pair.complete(); });
  if (works == first.end()) {
    explain_failure();
    return;
  }
  rows_ = match_rows(*works->base.result, *works->candidate.result, reasons_);
  for (GateRow& row : rows_) {
    examine(row, first, options.pairs);
    if (row.left_out) left_out_.push_back({"row-not-run", row.name + " was skipped on both sides; " + row.fault});
    if (row.fault.empty() || row.failing) add_tests(row, run_at(works->base, row.base));
  }
  stages_ = stages_for(options.pairs, statistical_);
  check_machine();
}

// What makes everything else pointless comes first.
void PairJudge::add_tests(const GateRow& row, const RunResult& run) {
  std::vector<AppliedCriterion> all;
  const Mode mode = row.exact == Exact::everything ? Mode::exact : Mode::statistical;
  if (any_failed(row, first_)) all.push_back({failed_share(options_.metrics), mode});
  if (any_behind(row, first_)) all.push_back({pace_criterion(options_.metrics), mode});
  if (!row.failing && !row.behind.any()) {
    for (const AppliedCriterion& applied : criteria_of(run, options_.metrics, row.exact)) {
      const bool there = std::any_of(all.begin(), all.end(), [&](const AppliedCriterion& first) {
        return first.criterion.metric == applied.criterion.metric;
      });
      if (!there) all.push_back(applied);
    }
  }
  for (const AppliedCriterion& applied : all) {
    tests_.push_back({&row, applied});
    if (applied.mode == Mode::statistical) ++statistical_;
  }
}

void PairJudge::explain_failure() {
  const FaultyPairs failed = failed_pairs(first_);
  reasons_.push_back({"no-complete-pair",
                      failed.count > 0 ? "no pair produced two results; " + failed.first : "no pair was finished"});
}

void PairJudge::check_machine() {
  std::vector<double> ratios;
  for (const Pair& pair : first_) {
    if (!pair.base.control_ns || !pair.candidate.control_ns) continue;
    ratios.push_back(std::log(*pair.candidate.control_ns / *pair.base.control_ns));
  }
  if (ratios.empty()) return;
  const SignedRank test = signed_rank(ratios);
  if (2 * std::min(test.p_greater, test.p_less) >= kUnequalMachines) return;
  const double change = std::expm1(hodges_lehmann(ratios).value);
  reasons_.push_back({"machine-changed", fmt::format("the machine itself was {} {} around the candidate's slots",
                                                     format_percent(change), change > 0 ? "slower" : "faster")});
}

PairJudge::Logs PairJudge::logs_of(const Test& test, const std::vector<Pair>& pairs) const {
  const RowRuns runs = judged_runs(*test.row, test.applied.criterion.metric, pairs);
  Logs logs;
  for (size_t i = 0; i < runs.base.size(); ++i) {
    const Maybe<double> base = cost_of(*runs.base[i], test.applied.criterion, Mode::statistical);
    const Maybe<double> candidate = cost_of(*runs.candidate[i], test.applied.criterion, Mode::statistical);
    if (!base || !candidate) continue;
    logs.ratios.push_back(std::log(*candidate / *base));
    logs.bases.push_back(std::log(*base));
  }
  return logs;
}

bool PairJudge::flagged() const {
  if (!reasons_.empty()) return false;
  return std::any_of(tests_.begin(), tests_.end(), [&](const Test& test) {
    if (test.applied.mode == Mode::exact) return false;
    const std::vector<double> first = logs_of(test, first_).ratios;
    return !first.empty() && is_flagged(first, test.applied.criterion.delta, stages_);
  });
}

Verdict PairJudge::verdict(const std::vector<Pair>& second, bool complete) const {
  Verdict verdict{.kind = options_.calibrate ? "calibration" : "gate", .complete = complete};
  verdict.question = options_.question;
  verdict.base = options_.base;
  verdict.candidate = options_.candidate;
  verdict.reasons = reasons_;
  verdict.order_seed = options_.order_seed;
  std::vector<GateRow> after;  // both stages
  for (const GateRow& row : rows_) after.push_back(complete ? after_second(row, second, stages_.second) : row);
  verdict.warnings = left_out_;
  warn_of_pairs(first_, second, complete, verdict.warnings);
  for (const GateRow& row : after) warn_of_invalid(row, first_, second, verdict.warnings);
  for (const GateRow& row : after) {
    if (row.fault.empty() || row.left_out || row.failing) continue;
    VerdictItem item{.row = row.name, .verdict = Word::invalid, .note = row.fault};
    verdict.items.push_back(std::move(item));
  }
  for (size_t i = 0; i < rows_.size(); ++i) add_items(rows_[i], after[i], second, complete, verdict);
  if (verdict.items.empty() && reasons_.empty()) verdict.reasons.push_back({"nothing-judged", kNothingJudged});
  if (verdict.tests > 0) verdict.alpha = stages_.flag * stages_.confirm * verdict.tests;
  verdict.percentiles = slot_percentiles();
  add_slots(first_, verdict.slots);
  add_slots(second, verdict.slots);
  const auto any = std::find_if(first_.begin(), first_.end(), [](const Pair& pair) { return pair.base.result; });
  if (any != first_.end()) verdict.environment_json = any->base.result->environment_json;
  if (!options_.calibrate) {
    verdict.differences = options_.differences;
    judge_changes(results_of(first_, second, Side::base), results_of(first_, second, Side::candidate), verdict);
  }
  for (const GateRow& row : rows_) {
    warn_of_row(row, complete_runs(row, first_, second), options_.calibrate, verdict.warnings);
  }
  verdict.verdict = overall(verdict);
  return verdict;
}

// What is tested was chosen by the first stage: where only the second has a backlog, nothing that was measured can be
// confirmed or excluded. `after` is the row after both stages.
void PairJudge::add_items(const GateRow& row, const GateRow& after, const std::vector<Pair>& second, bool complete,
                          Verdict& verdict) const {
  if (!after.fault.empty() && !after.failing) return;
  const Behind later = behind_of(row, second);
  const Behind behind{row.behind.base || later.base, row.behind.candidate || later.candidate};
  const bool fell_later = later.any() && !row.behind.any();
  std::vector<VerdictItem> items;
  for (const Test& test : tests_) {
    Maybe<VerdictItem> item = test.row == &row ? item_of(test, second, complete) : std::nullopt;
    if (!item) continue;
    if (item->method != "exact" && !options_.calibrate) ++verdict.tests;
    if (stands_alone(*item, row)) {
      tell_alone(std::move(*item), after, behind, items);
      break;
    }
    if (after.failing) continue;
    if (fell_later && test.applied.mode == Mode::statistical && item->metric != kFailedShare) {
      item->verdict = Word::inconclusive;
      item->add_note(kFellLater);
    }
    items.push_back(std::move(*item));
  }
  if (after.failing && items.empty()) items.push_back({.row = row.name, .verdict = Word::invalid, .note = after.fault});
  move_into(verdict.items, std::move(items));
}

// A worse one is all that is told of the row; where the candidate is failing, nothing but a worse one is.
void PairJudge::tell_alone(VerdictItem item, const GateRow& after, const Behind& behind,
                           std::vector<VerdictItem>& items) const {
  const bool worse = item.verdict == Word::regressed;
  if (worse) items.clear();
  if (after.failing && !worse) return;
  if (item.metric != kPace) {
    item.add_note(only_failures_told(after.fault));
    return items.push_back(std::move(item));
  }
  const std::string why = only_pace_told(worse ? Behind{behind.base, true} : behind, item);
  item.add_note(why);
  std::vector<VerdictItem> untold = untold_items(item, options_.metrics, why);
  items.push_back(std::move(item));
  move_into(items, std::move(untold));
}

Maybe<VerdictItem> PairJudge::item_of(const Test& test, const std::vector<Pair>& second, bool complete) const {
  if (test.applied.mode == Mode::statistical) {
    const bool measured = !logs_of(test, first_).ratios.empty();
    if (measured) return measured_item(test, second, complete);
    if (!test.applied.criterion.named) return std::nullopt;
    VerdictItem item = new_item(test.row->name, test.applied.criterion, Mode::statistical);
    item.note = kNotMeasured;
    return item;
  }
  const Criterion& criterion = test.applied.criterion;
  const RowRuns runs = judged_runs(*test.row, criterion.metric, first_);
  if (runs.base.empty()) return std::nullopt;
  const Mode mode = test.row->same ? Mode::exact : Mode::statistical;
  Maybe<VerdictItem> item = criterion.metric == kFailedShare ? failures_item(runs.base, runs.candidate, criterion, mode)
                                                             : exact_item(runs.base, runs.candidate, criterion);
  if (item) item->row = test.row->name;
  return item;
}

VerdictItem PairJudge::measured_item(const Test& test, const std::vector<Pair>& second, bool complete) const {
  const Criterion& criterion = test.applied.criterion;
  VerdictItem item = new_item(test.row->name, criterion, Mode::statistical);
  const Logs before = logs_of(test, first_);
  const bool confirms = !second.empty() && is_flagged(before.ratios, criterion.delta, stages_);
  const Logs after = confirms ? logs_of(test, second) : Logs();
  decide_item(before, after, test, item);
  const auto wanted = static_cast<size_t>(kEnoughPairs * (confirms ? stages_.second : stages_.first));
  if (!complete) {
    item.verdict = Word::inconclusive;
    item.note = "interrupted";
  } else if ((confirms ? after : before).ratios.size() < wanted) {
    item.verdict = Word::inconclusive;
    item.note = why_so_few(*test.row, confirms ? second : first_, (confirms ? after : before).ratios.size());
  } else if (options_.calibrate) {
    calibrate(judged_runs(*test.row, criterion.metric, first_), criterion, item);
  }
  return item;
}

void PairJudge::decide_item(const Logs& first, const Logs& second, const Test& test, VerdictItem& item) const {
  const Criterion& criterion = test.applied.criterion;
  const Decision decision = decide(first.ratios, second.ratios, criterion.delta, stages_);
  const bool two_stages = decision.pairs.size() > 1;
  set_values({.base = median((two_stages ? second : first).bases), .change = decision.change}, criterion,
             Mode::statistical, item);
  item.p = decision.p;
  item.pairs = decision.pairs;
  item.noise = decision.noise;
  item.detectable = worsening_of(decision.detectable, criterion, Mode::statistical, item);
  item.verdict = decision.word;
  if (item.verdict != Word::inconclusive) return;
  const int needed = pairs_for(decision.noise, criterion.delta, statistical_);
  item.note = fmt::format("{}{}{} pairs would detect {}", two_stages ? "flagged, not confirmed; " : "",
                          needed == kMostPairs ? "more than " : "about ", needed, delta_words(criterion));
  // A tail this noisy would make every verdict inconclusive. It still counts where two stages agree on it.
  if (criterion.tail && std::expm1(decision.detectable) > 2 * criterion.delta) {
    item.judged = false;
    item.note = "too noisy to judge";
  }
}

// A pair's two sides are the same here: what differs is noise.
void PairJudge::calibrate(const RowRuns& runs, const Criterion& criterion, VerdictItem& item) const {
  std::vector<double> values = values_of(runs.base, criterion);
  const std::vector<double> others = values_of(runs.candidate, criterion);
  values.insert(values.end(), others.begin(), others.end());
  if (const auto interval = median_interval(values)) {
    item.base_low = interval->first;
    item.base_high = interval->second;
  }
  item.base = item.candidate = middle_of(values);
  item.change.reset(), item.change_low.reset(), item.change_high.reset();
  item.verdict = Word::pass;
  item.judged = true;
  const double visible = std::expm1(detectable_effect(*item.noise, 0, stages_for(options_.pairs, statistical_)));
  const int needed = pairs_for(*item.noise, criterion.delta, statistical_);
  if (visible <= criterion.delta) {
    item.note = fmt::format("{} pairs are enough for {}", needed, delta_words(criterion));
  } else {
    item.note = fmt::format("use --metric {}={:.0f}%, or {}{} pairs for {}", criterion.metric, std::ceil(100 * visible),
                            needed == kMostPairs ? "more than " : "", needed, delta_words(criterion));
  }
}

void PairJudge::add_slots(const std::vector<Pair>& pairs, std::vector<VerdictSlot>& out) const {
  for (const Pair& pair : pairs) {
    const Side first = pair.base_first ? Side::base : Side::candidate;
    out.push_back(slot_of(pair, first));
    out.push_back(slot_of(pair, first == Side::base ? Side::candidate : Side::base));
  }
}

VerdictSlot PairJudge::slot_of(const Pair& pair, Side side) const {
  const bool is_base = side == Side::base;
  const Slot& slot = pair.of(side);
  VerdictSlot out{.side = is_base ? "base" : "candidate", .stage = pair.stage, .pair = pair.number};
  out.place = is_base == pair.base_first ? 1 : 2;
  out.seed = pair.seed;
  out.disturbed = pair.disturbed;
  out.control_ns = slot.control_ns;
  if (!slot.result) {
    out.failure = slot.failure;
    return out;
  }
  out.steal = steal_of(slot);
  for (const Test& test : tests_) {
    const RunResult& run = run_at(slot, is_base ? test.row->base : test.row->candidate);
    const std::string& name = test.applied.criterion.metric;
    if (!run.can_judge(name)) continue;
    if (const Maybe<double> value = metric(run, name)) out.values[test.row->name + ": " + name] = *value;
  }
  for (const GateRow& row : rows_) {
    if (!row.fault.empty() || row.failing || row.behind.any()) continue;
    std::vector<SlotPercentiles> more = percentiles_of(run_at(slot, is_base ? row.base : row.candidate), row.name);
    std::move(more.begin(), more.end(), std::back_inserter(out.percentiles));
  }
  return out;
}

}  // namespace hitbench
