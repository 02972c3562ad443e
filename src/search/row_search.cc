#include "search/row_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace hitbench {
namespace {

// Of a search there are many measurements: where nobody said how long, each waits less for a steady hit ratio.
constexpr Duration kWarmUpOfATry = std::chrono::seconds(10);

// Fixed operations take ever longer on the way down: none are more than take so many times as long as at the first
// rate.
constexpr double kMostTimesAsLong = 10;

// Shares of failures that differ by less are alike. An overload would answer twice as large a share at half the rate.
constexpr double kAlike = 0.2, kMoreAnswered = 1.5;

RateLimits limits_of(const RowPlan& row) {
  if (row.barrier()) {
    throw usage_error("--find-max: the scenario's clients wait at a barrier, which has no rate",
                      "use a scenario with a closed or an open loop");
  }
  RateLimits limits;
  constexpr double kLongest = 10;  // seconds that a number of operations may take at the first rate
  limits.first = row.open() ? row.scenario->workload.arrivals.params.real("rate")
                            : std::max(limits.first, static_cast<double>(row.scenario->measure.operations) / kLongest);
  return limits;
}

// What is said of the tries is the same whether the search went on above one without a value or stopped there.
Tried tried_of(const LoadStep& step) {
  if (step.measured) return step.kept ? Tried::kept : Tried::broken;
  return step.unclear == kNoValue ? Tried::too_low_to_tell : Tried::disturbed;
}

std::vector<PastTry> tries_of(const std::vector<LoadStep>& steps) {
  std::vector<PastTry> tries;
  for (const LoadStep& step : steps) {
    tries.push_back({.rate = step.offered_ops_s, .tried = tried_of(step), .why = step.why});
  }
  return tries;
}

std::string not_finished(const Result& last) {
  const bool broke_off = !last.runs.empty() && last.runs.front().skipped;
  return broke_off ? *last.runs.front().skipped : "the search was not finished";
}

Maybe<double> headroom_of(const Maybe<double>& value, double limit, bool upper) {
  if (!value || limit <= 0) return std::nullopt;
  return (upper ? limit - *value : *value - limit) / limit;
}

}  // namespace

RowSearch::RowSearch(const RowPlan& row, Condition slo, RowSearchContext context)
    : context_(std::move(context)),
      slo_(std::move(slo)),
      scenario_(row.scenario),
      process_(row.open() ? row.scenario->workload.arrivals.params.text("process") : "poisson"),
      has_cache_(row.has_cache),
      limits_(limits_of(row)),
      search_(limits_) {
  found_.promise = slo_.text;
  found_.row = row.name;
  found_.metric = slo_.metric;
  found_.limit = *slo_.limit;
}

void RowSearch::measure_next() { search_.tell(attempt(*search_.next())); }

void RowSearch::end(const std::string& why) {
  ended_ = why;
  search_.tell(Tried::stop);
}

std::chrono::duration<double> RowSearch::next_takes() const {
  const double rate = search_.next().value_or(limits_.first);
  return scenario_->measure.duration + std::chrono::duration<double>(static_cast<double>(operations_at(rate)) / rate) +
         warm_up_takes(rate);
}

// 0: none is set.
Duration RowSearch::warm_up_limit(double rate) const {
  const WarmupSpec& warmup = scenario_->warmup;
  if (warmup.limit > Duration{0}) return warmup.limit;
  if (warmup.chosen) return kWarmUpOfATry;
  if (warmup.operations == 0 || rate * kMostTimesAsLong >= limits_.first) return Duration{0};
  const std::chrono::duration<double> first(static_cast<double>(warmup.operations) / limits_.first);
  return std::chrono::ceil<std::chrono::milliseconds>(kMostTimesAsLong * first);
}

// At most.
std::chrono::duration<double> RowSearch::warm_up_takes(double rate) const {
  const WarmupSpec& warmup = scenario_->warmup;
  const std::chrono::duration<double> limit = warm_up_limit(rate);
  if (warmup.operations > 0) {
    const std::chrono::duration<double> all(static_cast<double>(warmup.operations) / rate);
    return limit.count() > 0 ? std::min(limit, all) : all;
  }
  if (!warmup.steady) return warmup.duration;
  if (!has_cache_) return Duration{0};
  return limit.count() > 0 ? limit : kUsualSteadyLimit;
}

// As many as the scenario says, or as fit into the longest time; a round has one at least.
uint64_t RowSearch::operations_at(double rate) const {
  const uint64_t all = scenario_->measure.operations;
  const double fit = kMostTimesAsLong * static_cast<double>(all) * rate / limits_.first;
  if (fit >= static_cast<double>(all)) return all;
  return std::min(all, std::max(static_cast<uint64_t>(fit), static_cast<uint64_t>(scenario_->rounds)));
}

Tried RowSearch::attempt(double rate) {
  last_ = context_.measure(changes_for(rate));
  if (is_unfinished()) return Tried::stop;
  const RunResult& run = last_.runs.front();
  const std::vector<MeasuredRow> rows = rows_of(last_);
  const ThresholdVerdict verdict = judge_threshold(slo_, rows.front(), rows);
  const Maybe<double> value = metric(run, found_.metric);
  LoadStep step{.offered_ops_s = rate,
                .achieved_ops_s = run.throughput_ops_s,
                .value = value,
                .p50_ns = metric(run, "read.response.p50"),
                .p99_ns = metric(run, "read.response.p99"),
                .headroom = headroom_of(value, found_.limit, slo_.is_upper()),
                .unclear = "",
                .overloaded = run.validity.overloaded,
                .why = ""};
  const Tried tried = judge(step, run, verdict);
  step.kept = tried == Tried::kept;
  step.measured = tried == Tried::kept || tried == Tried::broken;
  if (step.kept) step.why.clear();
  if (step.kept) kept_ = last_;
  context_.progress(fmt::format("{} at {}/s: {}", found_.row, spell_rate(rate), step.kept ? "met" : step.why));
  found_.steps.push_back(step);
  return tried == Tried::broken && fails_alike_below(run, rate) ? Tried::stop : tried;
}

// Where a lower rate fails as a higher one did, the rate is not why. With a duration, what is below costs no more time
// and is tried all the same.
bool RowSearch::fails_alike_below(const RunResult& run, double rate) {
  if (scenario_->measure.operations == 0 || !run.validity.only_failures || !kept_.runs.empty()) return false;
  const Maybe<PercentileValues> values = percentile_values(run, found_.metric);
  const bool answered = values ? values->there > 0 : metric(run, found_.metric).has_value();
  const Failing now{.rate = rate, .share = run.failed_share.value_or(0), .answered = answered};
  const std::optional<Failing> before = std::exchange(failing_, now);
  if (!before || rate >= before->rate) return false;
  const bool alike = std::abs(now.share - before->share) <= kAlike * std::max(now.share, before->share) &&
                     1 - now.share <= kMoreAnswered * (1 - before->share);
  const bool none_answered = !answered && !before->answered;
  if (!none_answered && (!alike || run.validity.overloaded)) return false;
  fails_ = fmt::format("{:.3g} % of the operations fail at every rate, at {}/s as at {}/s", 100 * now.share,
                       spell_rate(rate), spell_rate(before->rate));
  return true;
}

Tried RowSearch::judge(LoadStep& step, const RunResult& run, const ThresholdVerdict& verdict) {
  const bool machines = is_machines(run, found_.metric);
  step.why = verdict.actual + (run.validity.overloaded ? ", operations pile up" : "");
  if (verdict.met && !run.validity.overloaded && (!machines || slo_.is_upper())) return Tried::kept;
  if (run.validity.only_failures) return Tried::broken;  // but for an SLO about failures, which was met or not
  if (run.validity.valid && run.validity.overloaded) return Tried::broken;  // and its tail that of a backlog
  if (machines) {
    step.why += ", delayed by this machine";
    step.unclear = kMachine;
    return Tried::disturbed;
  }
  if (verdict.measured) return Tried::broken;
  const bool has_nothing = !step.value && (run.validity.valid || run.operations == 0);
  step.unclear = has_nothing ? kNoValue : kInvalidRun;
  return has_nothing ? without_value(run, step.offered_ops_s) : Tried::disturbed;
}

bool RowSearch::is_unfinished() const {
  return context_.interrupted || last_.runs.empty() || last_.runs.front().skipped;
}

// A higher rate gives a percentile the values that it lacks, unless the number of operations is fixed.
Tried RowSearch::without_value(const RunResult& run, double rate) {
  const Maybe<PercentileValues> values = percentile_values(run, found_.metric);
  if (lack_.empty()) lack_ = lack_of(values, rate);
  const auto measured = [](const LoadStep& step) { return step.measured; };
  if (std::any_of(found_.steps.begin(), found_.steps.end(), measured)) return Tried::too_low_to_tell;
  return values && values->there > 0 && scenario_->measure.operations == 0 ? Tried::too_low_to_tell : Tried::stop;
}

std::string RowSearch::lack_of(const Maybe<PercentileValues>& values, double rate) const {
  const std::string where = fmt::format("at {}/s", spell_rate(rate));
  if (!values || values->there == 0) {
    return fmt::format("{} was not measured {}; measure longer, or name a metric of what the workload does",
                       found_.metric, where);
  }
  constexpr double kSafely = 1.1;  // arrivals are random
  const double more = kSafely * static_cast<double>(values->needed) / static_cast<double>(values->there);
  return fmt::format("{} needs {} values, and {} there were {}; measure longer: {}", found_.metric, values->needed,
                     where, values->there, longer(more));
}

// "--set measure.duration=1200ms", "--set measure.operations=11000".
std::string RowSearch::longer(double factor) const {
  const auto& [duration, operations, ignored] = scenario_->measure;
  const double ms = std::ceil(factor * std::chrono::duration<double, std::milli>(duration).count());
  const std::string field =
      operations > 0 ? fmt::format("measure.operations={:.0f}", std::ceil(factor * static_cast<double>(operations)))
                     : fmt::format("measure.duration={:.0f}ms", ms);
  const bool is_swept = ("," + scenario_->sweep).find(",measure") != std::string::npos;  // over which no --set wins
  return is_swept ? field + " in the sweep" : "--set " + field;
}

// Empty where every rate violated the SLO, as far down as can be told.
std::string RowSearch::why_untold() const {
  if (!fails_.empty()) return fails_;
  double broken = std::numeric_limits<double>::infinity(), kept = 0;  // the lowest and the highest such rate
  bool first_broke = false;
  for (const LoadStep& step : found_.steps) {
    if (step.kept) kept = std::max(kept, step.offered_ops_s);
    if (step.measured && !step.kept) broken = std::min(broken, step.offered_ops_s);
    if (step.measured && !step.kept) first_broke = first_broke || step.offered_ops_s == limits_.first;
  }
  const bool unfinished = ended_.empty() && is_unfinished();
  if (!unfinished && search_.result().none && first_broke) return "";
  const bool all_above_broke = !std::isinf(broken) && kept < broken;
  const std::string from = all_above_broke ? "; violated from " + spell_rate(broken) + "/s on" : "";
  const std::string machine = disturbed_words(tries_of(found_.steps));
  if (!unfinished && !lack_.empty()) {
    return (machine.empty() ? lack_ : machine + "; a quieter machine would tell; and " + lack_) + from;
  }
  std::string why = !ended_.empty()    ? ended_
                    : unfinished       ? not_finished(last_)
                    : !machine.empty() ? machine + "; a quieter machine would tell"
                                       : counted(found_.steps.size(), "measurement") + " were not enough";
  if (kept > 0) why += "; it was met at " + spell_rate(kept) + "/s";
  return all_above_broke ? why + "; it was violated at " + spell_rate(broken) + "/s" : why;
}

FindMaxResult RowSearch::found() const {
  FindMaxResult found = found_;
  found.ops_s = search_.result().rate;
  if (!found.ops_s) found.cannot_tell = why_untold();
  for (const LoadStep& step : found_.steps) {
    const auto lowest = [&](Maybe<double>& mark) {
      mark = std::min(mark.value_or(step.offered_ops_s), step.offered_ops_s);
    };
    const bool below = found.ops_s && step.offered_ops_s <= *found.ops_s;  // a break that was not confirmed
    if (step.measured && !step.kept && !below) lowest(found.first_breach_ops_s);
    if (step.measured && step.overloaded && !below) lowest(found.rollover_ops_s);
  }
  return found;
}

Result RowSearch::result() const {
  FindMaxResult found = this->found();
  Result result = found.ops_s ? kept_ : last_;
  result.find_max = {std::move(found)};
  return result;
}

// Each measurement has operations of its own, also in virtual time.
std::vector<std::string> RowSearch::changes_for(double rate) const {
  const std::string arrivals = fmt::format(R"({{"loop":"open","rate":{},"process":"{}"}})", spell_rate(rate), process_);
  std::vector<std::string> changes = {"workload.arrivals=" + arrivals,
                                      fmt::format("seed={}", scenario_->seed + found_.steps.size())};
  const Duration limit = warm_up_limit(rate);
  if (limit != scenario_->warmup.limit) changes.push_back("warmup.limit=" + spell_duration(limit));
  const uint64_t operations = operations_at(rate);
  if (operations < scenario_->measure.operations) changes.push_back(fmt::format("measure.operations={}", operations));
  return changes;
}

}  // namespace hitbench
