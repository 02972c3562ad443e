#include "cli/row_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/formats.h"
#include "cli/output.h"
#include "engine/run.h"
#include "registry.h"

namespace hitbench {
namespace {

// Of a search there are many measurements: where nobody said how long, each waits less for a steady hit ratio.
constexpr Duration kWarmUpOfATry = std::chrono::seconds(10);

std::string format_rate(double rate) { return fmt::format("{:g}", rate); }

RateLimits limits_of(const RowPlan& row) {
  const Part& arrivals = row.scenario->workload.arrivals;
  if (arrivals.type == "barrier") {
    throw usage_error("--find-max: the scenario's clients wait at a barrier, which has no rate",
                      "use a scenario with a closed or an open loop");
  }
  RateLimits limits;
  constexpr double kLongest = 10;  // seconds that a number of operations may take at the first rate
  limits.first = row.open() ? arrivals.params.real("rate")
                            : std::max(limits.first, static_cast<double>(row.scenario->measure.operations) / kLongest);
  return limits;
}

// Noise of the machine, our own lateness and a server's wait for a CPU included, can only lengthen a tail: what is
// below its limit for all that stays below, and everything else says nothing about the server.
bool is_machines(const RunResult& run, const std::string& metric) {
  const std::vector<std::string>& marked = run.validity.machine_percentiles;
  return std::find(marked.begin(), marked.end(), full_metric_name(metric)) != marked.end();
}

Maybe<double> headroom_of(const Maybe<double>& value, double limit, bool upper) {
  if (!value || limit <= 0) return std::nullopt;
  return (upper ? limit - *value : *value - limit) / limit;
}

}  // namespace

RowSearch::RowSearch(const Options& options, const RowPlan& row, const ThresholdSubject& subject, std::string promise,
                     const std::atomic<bool>& interrupted)
    : options_(options),
      interrupted_(interrupted),
      promise_(std::move(promise)),
      scenario_(row.scenario),
      process_(row.open() ? row.scenario->workload.arrivals.params.text("process") : "poisson"),
      limits_(limits_of(row)),
      search_(limits_) {
  found_.promise = options.find_max;
  found_.row = row.name;
  found_.metric = subject.metric;
  found_.limit = subject.limit;
}

void RowSearch::measure_next() { search_.tell(attempt(*search_.next())); }

void RowSearch::end(const std::string& why) {
  ended_ = why;
  search_.tell(Tried::stop);
}

std::chrono::duration<double> RowSearch::next_takes() const {
  const auto& [duration, operations] = scenario_->measure;
  const WarmupSpec& warmup = scenario_->warmup;
  const Duration steady = warmup.limit > Duration{0} ? warmup.limit : warmup.chosen ? kWarmUpOfATry : kUsualSteadyLimit;
  const bool searches = warmup.steady && warmup.operations == 0;
  const std::chrono::duration<double> fixed = duration + warmup.duration + (searches ? steady : Duration{0});
  return fixed + std::chrono::duration<double>(static_cast<double>(operations + warmup.operations) /
                                               search_.next().value_or(limits_.first));
}

Tried RowSearch::attempt(double rate) {
  last_ = measure(rate, scenario_->seed + found_.steps.size());  // operations of its own, also in virtual time
  if (is_unfinished()) return Tried::stop;
  const RunResult& run = last_.runs.front();
  const ThresholdVerdict verdict = apply_thresholds(last_, {found_.row + ":" + promise_}).front();
  const Maybe<double> value = metric(run, found_.metric);
  LoadStep step{.offered_ops_s = rate,
                .achieved_ops_s = run.throughput_ops_s,
                .value = value,
                .p50_ns = metric(run, "read.response.p50"),
                .p99_ns = metric(run, "read.response.p99"),
                .headroom = headroom_of(value, found_.limit, promise_.find('<') != std::string::npos),
                .overloaded = run.validity.overloaded,
                .why = ""};
  const Tried tried = judge(step, run, verdict);
  disturbed_ = disturbed_ || tried == Tried::disturbed;
  step.kept = tried == Tried::kept;
  step.measured = tried == Tried::kept || tried == Tried::broken;
  if (step.kept) step.why.clear();
  if (step.kept) kept_ = last_;
  show_progress(fmt::format("{} at {}/s: {}", found_.row, format_rate(rate), step.kept ? "kept" : step.why));
  found_.steps.push_back(step);
  return tried;
}

Tried RowSearch::judge(LoadStep& step, const RunResult& run, const ThresholdVerdict& verdict) {
  const bool machines = is_machines(run, found_.metric);
  const bool upper = promise_.find('<') != std::string::npos;
  step.why = verdict.actual + (run.validity.overloaded ? ", operations pile up" : "");
  if (verdict.met && !run.validity.overloaded && (!machines || upper)) return Tried::kept;
  if (run.validity.only_failures) return Tried::broken;  // but for a promise about failures, which was met or not
  if (machines) {
    step.why += ", which is the machine's";
    return Tried::disturbed;
  }
  if (verdict.measured || (run.validity.valid && run.validity.overloaded)) return Tried::broken;
  const bool has_nothing = !step.value && (run.validity.valid || run.operations == 0);
  return has_nothing ? without_value(run, step.offered_ops_s) : Tried::disturbed;
}

bool RowSearch::is_unfinished() const { return interrupted_ || last_.runs.empty() || last_.runs.front().skipped; }

// A higher rate gives a percentile the values that it lacks, unless the number of operations is fixed.
Tried RowSearch::without_value(const RunResult& run, double rate) {
  const Maybe<PercentileValues> values = percentile_values(run, found_.metric);
  if (lack_.empty()) lack_ = lack_of(values, rate);
  const auto measured = [](const LoadStep& step) { return step.measured; };
  if (std::any_of(found_.steps.begin(), found_.steps.end(), measured)) return Tried::too_low_to_tell;
  return values && values->there > 0 && scenario_->measure.operations == 0 ? Tried::too_low_to_tell : Tried::stop;
}

std::string RowSearch::lack_of(const Maybe<PercentileValues>& values, double rate) const {
  const std::string where = fmt::format("at {}/s", format_rate(rate));
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
  const auto& [duration, operations] = scenario_->measure;
  const double ms = std::ceil(factor * std::chrono::duration<double, std::milli>(duration).count());
  const std::string field =
      operations > 0 ? fmt::format("measure.operations={:.0f}", std::ceil(factor * static_cast<double>(operations)))
                     : fmt::format("measure.duration={:.0f}ms", ms);
  const bool is_swept = ("," + scenario_->sweep).find(",measure") != std::string::npos;  // over which no --set wins
  return is_swept ? field + " in the sweep" : "--set " + field;
}

// Empty where every rate broke the promise, as far down as can be told.
std::string RowSearch::why_untold() const {
  if (ended_.empty() && is_unfinished()) return "the search was not finished";
  double broken = std::numeric_limits<double>::infinity(), kept = 0;  // the lowest and the highest such rate
  bool first_broke = false;
  for (const LoadStep& step : found_.steps) {
    if (step.kept) kept = std::max(kept, step.offered_ops_s);
    if (step.measured && !step.kept) broken = std::min(broken, step.offered_ops_s);
    if (step.measured && !step.kept) first_broke = first_broke || step.offered_ops_s == limits_.first;
  }
  if (search_.result().none && first_broke) return "";
  const bool all_above_broke = !std::isinf(broken) && kept < broken;
  if (!lack_.empty()) return lack_ + (all_above_broke ? "; broken from " + format_rate(broken) + "/s on" : "");
  std::string why = !ended_.empty() ? ended_
                    : disturbed_ ? "this machine disturbed too many measurements; the last: " + found_.steps.back().why
                                 : counted(found_.steps.size(), "measurement") + " were not enough";
  if (kept > 0) why += "; it was kept at " + format_rate(kept) + "/s";
  return all_above_broke ? why + "; it was broken at " + format_rate(broken) + "/s" : why;
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

Result RowSearch::measure(double rate, uint64_t seed) const {
  const std::string arrivals =
      fmt::format(R"({{"loop":"open","rate":{},"process":"{}"}})", format_rate(rate), process_);
  std::vector<std::string> sets = {"workload.arrivals=" + arrivals, fmt::format("seed={}", seed)};
  if (scenario_->warmup.chosen && scenario_->warmup.limit == Duration{0}) {
    sets.push_back("warmup.limit=" + spell_duration(kWarmUpOfATry));
  }
  const std::vector<Scenario> points = scenario_of(options_, sets);
  std::vector<RowPlan> rows = make_plan(points);
  std::erase_if(rows, [this](const RowPlan& row) { return row.name != found_.row; });
  return run_plan(rows, registry(), interrupted_,
                  {.progress = [](const std::string&) {}, .libraries = library_versions()});
}

}  // namespace hitbench
