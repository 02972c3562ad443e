#include "judge/compare.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "judge/exact.h"
#include "judge/exercised.h"
#include "judge/failures.h"
#include "judge/likeness.h"
#include "judge/row_warnings.h"
#include "stats/hodges_lehmann.h"
#include "stats/mann_whitney.h"

namespace hitbench {
namespace {

// A times' difference this unlikely, and of at least delta, is suspected. Five rounds a side, the default, can reach
// it.
constexpr double kSuspicion = 0.01;
constexpr size_t kFewestRounds = 5;

constexpr const char* kLooksBetter = "looks better";

// The logarithm of what is compared, round by round.
std::vector<double> logs_of(const RunResult& run, const Criterion& criterion) {
  std::vector<double> logs;
  for (const RoundResult& round : run.rounds) {
    if (const Maybe<double> cost = cost_of_round(run, round, criterion)) logs.push_back(std::log(*cost));
  }
  return logs;
}

void judge_rounds(const std::vector<double>& base, const std::vector<double>& candidate, const Estimate& shift,
                  double delta, VerdictItem& item) {
  const double least = std::log1p(delta);
  const MannWhitney test = mann_whitney(base, candidate);
  item.p = shift.value >= 0 ? test.p_greater : test.p_less;
  if (test.p_greater < kSuspicion && shift.value >= least) {
    item.verdict = Word::suspect;
  } else if (shift.high && *shift.high < least) {
    item.verdict = Word::pass;
    if (test.p_less < kSuspicion && -shift.value >= least) item.note = kLooksBetter;
  }
}

Maybe<VerdictItem> unpaired_item(const RunResult& base, const RunResult& candidate, const Criterion& criterion) {
  VerdictItem item = new_item(base.name, criterion, Mode::statistical);
  item.method = "unpaired";
  item.base = shown_of(base, criterion, Mode::statistical);
  item.candidate = shown_of(candidate, criterion, Mode::statistical);
  if (!item.base && !item.candidate && !criterion.named) return std::nullopt;
  const std::vector<double> before = logs_of(base, criterion), after = logs_of(candidate, criterion);
  item.pairs = {static_cast<int>(std::min(before.size(), after.size()))};
  if (std::min(before.size(), after.size()) < kFewestRounds) {
    item.judged = !before.empty() && !after.empty();  // counts of the whole run have no rounds
    item.note = item.judged ? "fewer than 5 rounds" : "not measured by round";
    return item;
  }
  const Estimate shift = hodges_lehmann_shift(before, after);
  set_values({.base = median(before), .change = shift}, criterion, Mode::statistical, item);
  judge_rounds(before, after, shift, criterion.delta, item);
  return item;
}

uint64_t failed(const RunResult& run) { return run.failed_operations.value_or(0); }

VerdictItem invalid_row(const std::string& row, const std::string& why) {
  VerdictItem item{.row = row};
  item.method = "exact";
  item.verdict = Word::invalid;
  item.note = why;
  return item;
}

Exact exact_of(const Result& base, const RunResult& before, const Result& candidate, const RunResult& after) {
  if (before.clock == "virtual" && after.clock == "virtual") return Exact::everything;
  const bool counters =
      !why_exact(base, before).empty() && !why_exact(candidate, after).empty() && same_operations(before, after);
  return counters ? Exact::counters : Exact::nothing;
}

class Comparison {
 public:
  Comparison(const Result& base, const Result& candidate, const CompareOptions& options)
      : base_(base), candidate_(candidate), options_(options) {}

  Verdict make() {
    verdict_.kind = "compare";
    verdict_.question = candidate_.question;
    verdict_.base = options_.base;
    verdict_.candidate = options_.candidate;
    verdict_.environment_json = candidate_.environment_json;
    verdict_.unlike = unlike_fields(base_, candidate_);
    if (!verdict_.unlike.empty() && !options_.force) {
      verdict_.reasons.push_back({"unlike-runs", "the two runs are unlike; --force compares them all the same"});
    } else {
      for (const RunResult& run : base_.runs) compare_row(run);
      if (verdict_.items.empty()) verdict_.reasons.push_back({"nothing-judged", kNothingJudged});
      judge_changes({&base_}, {&candidate_}, verdict_);
      for (const RunResult& run : base_.runs) add_warnings(run);
    }
    verdict_.verdict = overall(verdict_);
    return std::move(verdict_);
  }

 private:
  void compare_row(const RunResult& before) {
    const RunResult* after = run_named(candidate_, before.name);
    if (after == nullptr || run_named(base_, before.name) != &before) return;
    if (are_left_out(before, *after)) {
      verdict_.warnings.push_back({"row-not-run", before.name + " was skipped on both sides: " + *before.skipped});
      return;
    }
    if (const std::string fault = fault_of(before, "the base"); !fault.empty()) {
      return verdict_.items.push_back(invalid_row(before.name, fault));
    }
    const Exact exact = exact_of(base_, before, candidate_, *after);
    const std::string fault = fault_of(*after, "the candidate");
    const bool fails_more = has_failures_to_judge(*after) && add_failures(before, *after, exact, fault);
    if (fails_more || add_pace(before, *after, exact, fault)) return;
    if (!fault.empty()) return verdict_.items.push_back(invalid_row(before.name, fault));
    if (exact == Exact::everything && !same_operations(before, *after)) {
      const std::string why = "the two sides did not answer the same operations (stream " + before.stream_checksum +
                              " against " + after->stream_checksum + ")";
      return verdict_.items.push_back(invalid_row(before.name, why));
    }
    add_items(before, *after, exact);
  }

  // Whether the candidate fails more: then nothing else is told of the row.
  bool add_failures(const RunResult& before, const RunResult& after, Exact exact, const std::string& fault) {
    const bool exactly = exact == Exact::everything && same_operations(before, after);
    Maybe<VerdictItem> item =
        failures_item({&before}, {&after}, failed_share(options_.metrics), exactly ? Mode::exact : Mode::statistical);
    if (!item) return false;
    const bool more = item->verdict == Word::regressed;
    if (!more && !fault.empty()) return false;
    if (more) item->add_note(only_failures_told(fault));
    verdict_.items.push_back(std::move(*item));
    return more;
  }

  // Whether a side falls behind its schedule: then nothing else is told of the row.
  bool add_pace(const RunResult& before, const RunResult& after, Exact exact, const std::string& fault) {
    const Behind behind = behind_in({&before}, {&after});
    const bool exactly = exact == Exact::everything;
    if (!behind.any() || (!exactly && !fault.empty())) return false;
    Maybe<VerdictItem> item = exact_item({&before}, {&after}, pace_criterion(options_.metrics));
    const bool worse = item->verdict == Word::regressed;
    const bool differs = exactly && !same_operations(before, after);
    if (!worse && (differs || !fault.empty())) return false;
    if (!exactly) {
      if (item->verdict == Word::improved) item->note = kLooksBetter;
      item->method = "unpaired";
      item->verdict = worse ? Word::suspect : Word::pass;
      warn_of_times();
    }
    const std::string why = only_pace_told(behind, *item);
    item->add_note(why);
    std::vector<VerdictItem> untold = untold_items(*item, options_.metrics, why);
    verdict_.items.push_back(std::move(*item));
    std::move(untold.begin(), untold.end(), std::back_inserter(verdict_.items));
    return true;
  }

  void add_items(const RunResult& before, const RunResult& after, Exact exact) {
    for (const auto& [criterion, mode] : criteria_of(before, options_.metrics, exact)) {
      if (criterion.metric == kFailedShare && failed(before) + failed(after) > 0) continue;  // it was the first
      const Maybe<VerdictItem> item =
          mode == Mode::exact ? exact_item({&before}, {&after}, criterion) : unpaired_item(before, after, criterion);
      if (item) verdict_.items.push_back(*item);
      if (item && mode == Mode::statistical) warn_of_times();
    }
  }

  void add_warnings(const RunResult& before) {
    const RunResult* after = run_named(candidate_, before.name);
    if (after == nullptr || run_named(base_, before.name) != &before) return;
    for (const auto& [run, side] : {std::pair(&before, ", base"), std::pair(after, ", candidate")}) {
      const std::vector<Doubt> doubts = row_warnings(before.name + side, {run});
      verdict_.warnings.insert(verdict_.warnings.end(), doubts.begin(), doubts.end());
    }
  }

  void warn_of_times() {
    const Doubt doubt("not-interleaved",
                      "times taken at different times are at most SUSPECT; for a verdict run the two sides "
                      "interleaved: hitbench gate");
    std::vector<Doubt>& all = verdict_.warnings;
    if (std::ranges::find(all, doubt.id, &Doubt::id) == all.end()) all.push_back(doubt);
  }

  const Result& base_;
  const Result& candidate_;
  const CompareOptions& options_;
  Verdict verdict_;
};

}  // namespace

Verdict compare_results(const Result& base, const Result& candidate, const CompareOptions& options) {
  return Comparison(base, candidate, options).make();
}

}  // namespace hitbench
