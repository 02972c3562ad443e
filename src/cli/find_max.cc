// `run --find-max`: the highest rate of an open loop at which a row keeps a promise.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/formats.h"
#include "cli/interrupts.h"
#include "cli/output.h"
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
  FindMax(const Options& options, const std::atomic<bool>& interrupted) : options_(options), interrupted_(interrupted) {
    const std::vector<Scenario> points = scenario_of(options);
    const std::vector<RowPlan> rows = make_plan(points);
    const ThresholdSubject subject = subject_of(options.find_max, names_of(rows));
    found_ = {.promise = options.find_max,
              .row = row_of(subject, rows),
              .metric = subject.metric,
              .limit = subject.limit,
              .ops_s = {},
              .steps = {}};
    const Part& arrivals = points.front().workload.arrivals;
    if (arrivals.type == "barrier") {
      throw usage_error("--find-max: the scenario's clients wait at a barrier, which has no rate",
                        "use a scenario with a closed or an open loop");
    }
    seed_ = points.front().seed;
    is_open_ = arrivals.type == "open";
    if (is_open_) search_.first = arrivals.params.real("rate");
  }

  Result run() {
    found_.ops_s = find_highest_rate(search_, [this](double rate) { return attempt(rate); });
    Result result = std::move(found_.ops_s ? kept_ : last_);
    result.question = fmt::format("How many operations a second keep {}?", found_.promise);
    result.answer.clear();
    result.claims.clear();
    result.find_max = std::move(found_);
    return result;
  }

 private:
  std::optional<bool> attempt(double rate) {
    last_ = measure(rate, seed_ + found_.steps.size());  // operations of its own, also in virtual time
    if (interrupted_ || last_.runs.empty() || last_.runs.front().skipped) return std::nullopt;
    const RunResult& run = last_.runs.front();
    const ThresholdVerdict verdict = apply_thresholds(last_, {found_.row + ":" + without_row()}).front();
    LoadStep step{.offered_ops_s = rate,
                  .achieved_ops_s = run.throughput_ops_s,
                  .value = metric(run, found_.metric),
                  .p50_ns = metric(run, "read.response.p50"),
                  .p99_ns = metric(run, "read.response.p99"),
                  .kept = verdict.met && !run.validity.overloaded,
                  .why = ""};
    if (!step.kept) step.why = verdict.actual + (run.validity.overloaded ? ", operations pile up" : "");
    if (step.kept) kept_ = last_;
    show_progress(fmt::format("{}/s: {}", format_rate(rate), step.kept ? "kept" : step.why));
    found_.steps.push_back(step);
    return step.kept;
  }

  // The promise, but for its row: that may have been left out.
  std::string without_row() const { return found_.promise.substr(found_.promise.rfind(':') + 1); }

  static std::string format_rate(double rate) { return fmt::format("{:g}", rate); }

  Result measure(double rate, uint64_t seed) const {
    const std::string set = is_open_ ? "workload.arrivals.rate=" + format_rate(rate)
                                     : "workload.arrivals={\"loop\":\"open\",\"rate\":" + format_rate(rate) + "}";
    const std::vector<Scenario> points = scenario_of(options_, {set, fmt::format("seed={}", seed)});
    std::vector<RowPlan> rows = make_plan(points);
    std::erase_if(rows, [this](const RowPlan& row) { return row.name != found_.row; });
    return run_plan(rows, registry(), interrupted_,
                    {.progress = [](const std::string&) {}, .libraries = library_versions()});
  }

  const Options& options_;
  const std::atomic<bool>& interrupted_;
  RateSearch search_;
  uint64_t seed_ = 1;
  bool is_open_ = false;
  FindMaxResult found_;
  Result last_, kept_;
};

// For formats that know of thresholds and not of rates.
ThresholdVerdict verdict_on(const FindMaxResult& found, bool finished) {
  return {.text = found.promise,
          .row = found.row,
          .met = found.ops_s.has_value(),
          .measured = found.ops_s || finished,
          .actual = found.ops_s ? fmt::format("kept up to {:g} operations a second", *found.ops_s)
                                : (finished ? "kept at no rate" : "the search was not finished")};
}

}  // namespace

// 0 where a rate was found, 3 where none keeps the promise; 1 and 130 as in a run.
int find_max_command(const Options& options) {
  if (!options.thresholds.empty()) {
    throw usage_error("--find-max judges its own promise only", "leave out --threshold, or run without --find-max");
  }
  const std::vector<Destination> destinations = destinations_of(options, Printed::result);
  check_outputs(destinations);
  const std::atomic<bool>& interrupted = watch_interrupts();
  Result result = FindMax(options, interrupted).run();
  result.thresholds.clear();
  result.threshold_verdicts = {verdict_on(*result.find_max, result.complete && !interrupted)};
  clear_progress();
  write_reports(destinations, result);
  explain_failures(result);
  if (interrupted || !result.complete) return 130;
  const auto skipped = [](const RunResult& run) { return run.skipped.has_value(); };
  if (std::any_of(result.runs.begin(), result.runs.end(), skipped)) return 1;
  return result.find_max->ops_s ? 0 : 3;
}

}  // namespace hitbench
