// `run --find-max`: the highest rate of an open loop at which a row keeps a promise.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/formats.h"
#include "cli/inputs.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/programs.h"
#include "engine/rate_search.h"
#include "engine/run.h"
#include "registry.h"
#include "report/report.h"

namespace hitbench {
namespace {

// A promise without a row is about the only one there is.
std::string row_of(const ThresholdSubject& subject, const std::vector<RowPlan>& rows) {
  if (!subject.row.empty()) return subject.row;
  if (rows.size() == 1) return rows.front().name;
  throw usage_error(fmt::format("--find-max: which of the rows? {}", fmt::join(names_of(rows), ", ")),
                    fmt::format("write '{}:{}...'", rows.back().name, subject.metric));
}

class FindMax {
 public:
  FindMax(const Options& options, const std::vector<Destination>& destinations, const std::atomic<bool>& interrupted)
      : options_(options), interrupted_(interrupted) {
    const std::vector<Scenario> points = scenario_of(options);
    const std::vector<RowPlan> rows = make_plan(points);
    if (options.no_exec) refuse_programs(rows, options.sets);
    check_outputs(destinations, files_read(options.files, rows));
    const ThresholdSubject subject = subject_of(options.find_max, names_of(rows));
    found_ = {.promise = options.find_max,
              .row = row_of(subject, rows),
              .metric = subject.metric,
              .limit = subject.limit,
              .ops_s = {},
              .cannot_tell = "",
              .steps = {}};
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const RowPlan& each) { return each.name == found_.row; });
    scenario_ = row->scenario;
    const Part& arrivals = scenario_->workload.arrivals;
    if (arrivals.type == "barrier") {
      throw usage_error("--find-max: the scenario's clients wait at a barrier, which has no rate",
                        "use a scenario with a closed or an open loop");
    }
    if (row->open()) {
      search_.first = arrivals.params.real("rate");
      process_ = arrivals.params.text("process");
    } else {
      constexpr double kLongest = 10;  // seconds that a number of operations may take at the first rate
      search_.first = std::max(search_.first, static_cast<double>(scenario_->measure.operations) / kLongest);
    }
  }

  Result run() {
    const HighestRate highest = find_highest_rate(search_, [this](double rate) { return attempt(rate); });
    found_.ops_s = highest.rate;
    if (!highest.rate) found_.cannot_tell = why_untold(highest.none);
    Result result = std::move(found_.ops_s ? kept_ : last_);
    result.question = fmt::format("How many operations a second keep {}?", found_.promise);
    result.answer.clear();
    result.claims.clear();
    result.find_max = std::move(found_);
    return result;
  }

 private:
  Tried attempt(double rate) {
    last_ = measure(rate, scenario_->seed + found_.steps.size());  // operations of its own, also in virtual time
    if (is_unfinished()) return Tried::stop;
    const RunResult& run = last_.runs.front();
    const ThresholdVerdict verdict = apply_thresholds(last_, {found_.row + ":" + without_row()}).front();
    LoadStep step{.offered_ops_s = rate,
                  .achieved_ops_s = run.throughput_ops_s,
                  .value = metric(run, found_.metric),
                  .p50_ns = metric(run, "read.response.p50"),
                  .p99_ns = metric(run, "read.response.p99"),
                  .kept = verdict.met && !run.validity.overloaded,
                  .measured = verdict.measured || run.validity.overloaded || run.validity.only_failures,
                  .why = ""};
    if (!step.kept) step.why = verdict.actual + (run.validity.overloaded ? ", operations pile up" : "");
    if (step.kept) kept_ = last_;
    show_progress(fmt::format("{}/s: {}", format_rate(rate), step.kept ? "kept" : step.why));
    found_.steps.push_back(step);
    if (step.kept) return Tried::kept;
    if (run.validity.only_failures) return Tried::broken;
    const bool has_nothing = !step.value && (run.validity.valid || run.operations == 0);
    return step.measured || !has_nothing ? Tried::broken : without_value(run, rate);
  }

  bool is_unfinished() const { return interrupted_ || last_.runs.empty() || last_.runs.front().skipped; }

  // A higher rate gives a percentile the values that it lacks, unless the number of operations is fixed.
  Tried without_value(const RunResult& run, double rate) {
    const Maybe<PercentileValues> values = percentile_values(run, found_.metric);
    if (lack_.empty()) lack_ = lack_of(values, rate);
    const auto measured = [](const LoadStep& step) { return step.measured; };
    if (std::any_of(found_.steps.begin(), found_.steps.end(), measured)) return Tried::too_low_to_tell;
    return values && values->there > 0 && scenario_->measure.operations == 0 ? Tried::too_low_to_tell : Tried::stop;
  }

  std::string lack_of(const Maybe<PercentileValues>& values, double rate) const {
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
  std::string longer(double factor) const {
    const auto& [duration, operations] = scenario_->measure;
    const double ms = std::ceil(factor * std::chrono::duration<double, std::milli>(duration).count());
    const std::string field =
        operations > 0 ? fmt::format("measure.operations={:.0f}", std::ceil(factor * static_cast<double>(operations)))
                       : fmt::format("measure.duration={:.0f}ms", ms);
    const bool is_swept = ("," + scenario_->sweep).find(",measure") != std::string::npos;  // over which no --set wins
    return is_swept ? field + " in the sweep" : "--set " + field;
  }

  // Empty where every rate broke the promise, as far down as can be told.
  std::string why_untold(bool none) const {
    if (is_unfinished()) return "the search was not finished";
    double broken = std::numeric_limits<double>::infinity(), kept = 0;  // the lowest and the highest such rate
    bool first_broke = false;
    for (const LoadStep& step : found_.steps) {
      if (step.kept) kept = std::max(kept, step.offered_ops_s);
      if (step.measured && !step.kept) broken = std::min(broken, step.offered_ops_s);
      if (step.measured && !step.kept) first_broke = first_broke || step.offered_ops_s == search_.first;
    }
    if (none && first_broke) return "";
    const bool all_above_broke = !std::isinf(broken) && kept < broken;
    if (!lack_.empty()) return lack_ + (all_above_broke ? "; broken from " + format_rate(broken) + "/s on" : "");
    if (kept == 0 && std::isinf(broken)) return "no measurement is valid; the last: " + found_.steps.back().why;
    return fmt::format("{} measurements were not enough{}", found_.steps.size(),
                       kept > 0 ? "; it was kept at " + format_rate(kept) + "/s" : "");
  }

  // The promise, but for its row: that may have been left out.
  std::string without_row() const { return found_.promise.substr(found_.promise.rfind(':') + 1); }

  static std::string format_rate(double rate) { return fmt::format("{:g}", rate); }

  Result measure(double rate, uint64_t seed) const {
    const std::string arrivals =
        fmt::format(R"({{"loop":"open","rate":{},"process":"{}"}})", format_rate(rate), process_);
    const std::vector<Scenario> points =
        scenario_of(options_, {"workload.arrivals=" + arrivals, fmt::format("seed={}", seed)});
    std::vector<RowPlan> rows = make_plan(points);
    std::erase_if(rows, [this](const RowPlan& row) { return row.name != found_.row; });
    return run_plan(rows, registry(), interrupted_,
                    {.progress = [](const std::string&) {}, .libraries = library_versions()});
  }

  const Options& options_;
  const std::atomic<bool>& interrupted_;
  RateSearch search_;
  std::shared_ptr<const Scenario> scenario_;  // at the row's point of the sweep
  std::string process_ = "poisson";           // of the arrivals
  std::string lack_;                          // what the first measurement without the metric lacked
  FindMaxResult found_;
  Result last_, kept_;
};

// For formats that know of thresholds and not of rates.
ThresholdVerdict verdict_on(const FindMaxResult& found) {
  ThresholdVerdict verdict{.text = found.promise,
                           .row = found.row,
                           .met = found.ops_s.has_value(),
                           .measured = found.cannot_tell.empty(),
                           .actual = found.cannot_tell};
  if (found.ops_s) verdict.actual = fmt::format("kept up to {:g} operations a second", *found.ops_s);
  if (!found.ops_s && verdict.measured) verdict.actual = "kept at no rate";
  return verdict;
}

}  // namespace

// 0 where a rate was found, 3 where none keeps the promise, 4 where that cannot be told; 1 and 130 as in a run.
int find_max_command(const Options& options) {
  if (!options.thresholds.empty()) {
    throw usage_error("--find-max judges its own promise only", "leave out --threshold, or run without --find-max");
  }
  const std::vector<Destination> destinations = destinations_of(options, Printed::result);
  const std::atomic<bool>& interrupted = watch_interrupts();
  Result result = FindMax(options, destinations, interrupted).run();
  result.thresholds.clear();
  result.threshold_verdicts = {verdict_on(*result.find_max)};
  clear_progress();
  write_reports(destinations, result);
  explain_failures(result);
  explain_left_keys(result);
  if (interrupted || !result.complete) return 130;
  const auto skipped = [](const RunResult& run) { return run.skipped.has_value(); };
  if (std::any_of(result.runs.begin(), result.runs.end(), skipped)) return 1;
  if (!result.find_max->cannot_tell.empty()) return 4;
  return result.find_max->ops_s ? 0 : 3;
}

}  // namespace hitbench
