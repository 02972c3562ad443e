// `run --find-max`: the highest rate of an open loop at which rows meet an SLO. Several rows take turns, in a random
// order, one measurement each: so they are compared under the same weather.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "base/error.h"
#include "base/shuffle.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/calibration.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/formats.h"
#include "cli/given_scenario.h"
#include "cli/inputs.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/programs.h"
#include "engine/run.h"
#include "judge/thresholds.h"
#include "metrics/environment.h"
#include "registry.h"
#include "report/report.h"
#include "search/row_search.h"

namespace hitbench {
namespace {

using Seconds = std::chrono::duration<double>;

std::string time_words(Seconds time) { return format_duration(std::chrono::duration_cast<Duration>(time)); }

// A rate meets the SLO or violates it, so what it compares with is known beforehand.
Condition parse_search_condition(const std::string& text, const std::vector<std::string>& rows) {
  const Condition condition = parse_threshold(text, rows);
  if (condition.limit && condition.op != "==") return condition;
  throw usage_error(fmt::format("--find-max '{}': a search needs a limit that is known beforehand, and an order", text),
                    "compare a metric with a value by <, <=, > or >=: read.response.p99<5ms");
}

// One measurement of a search.
Result measure_row(const Options& options, const std::string& name, const std::vector<std::string>& changes,
                   const std::atomic<bool>& stop) {
  std::vector<RowPlan> rows = make_plan(scenario_of(options, changes), registry());
  std::erase_if(rows, [&](const RowPlan& row) { return row.name != name; });
  return run_plan(rows, registry(), stop, {.libraries = library_versions(), .times = calibrated_times(rows)});
}

class FindMax {
 public:
  FindMax(const Options& options, const std::vector<Destination>& destinations, const std::atomic<bool>& stop)
      : interrupted_(stop) {
    const auto [points, rows, thresholds] = given_run(options);
    check_outputs(destinations, files_read(options.files, rows));
    const Condition slo = parse_search_condition(options.find_max, names_of(rows));
    slo_ = slo.text;
    seed_ = points.front().seed;
    is_virtual_ = points.front().virtual_clock;
    for (const RowPlan& row : rows) {
      if (!slo.row.empty() && row.name != slo.row) continue;
      const auto measure = [&options, &stop, name = row.name](const std::vector<std::string>& changes) {
        return measure_row(options, name, changes, stop);
      };
      searches_.push_back(std::make_unique<RowSearch>(
          row, slo, RowSearchContext{.measure = measure, .progress = show_progress, .interrupted = stop}));
    }
  }

  Result run() {
    announce();
    for (uint64_t turn = 0; any_goes_on(); ++turn) {
      for (RowSearch* search : in_random_order(turn)) {
        if (search->has_ended()) continue;
        if (is_late(*search)) {
          search->end("the time limit was reached");
        } else {
          search->measure_next();
        }
      }
    }
    return result();
  }

 private:
  bool any_goes_on() const {
    return std::any_of(searches_.begin(), searches_.end(), [](const auto& search) { return !search->has_ended(); });
  }

  // Before it starts: how long it takes. No search is known to need more than 20 tries or so, and none gets more than
  // most_tries of the first one's length.
  void announce() {
    constexpr double kUsualTries = 15, kSetUpShare = 2;  // what setup may take, besides measuring and warming up
    Seconds one{0}, most{0};
    for (const auto& search : searches_) {
      one += search->next_takes();
      most += search->next_takes() * search->most_tries();
    }
    end_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<Duration>(kSetUpShare * most) + kSetUp;
    if (is_virtual_) return;
    say(
        fmt::format("hitbench: --find-max searches {}, about {:.0f} measurements each: about {}, setup not counted; "
                    "at most {}\n",
                    counted(searches_.size(), "row"), kUsualTries, time_words(kUsualTries * one),
                    time_words(kSetUpShare * most + kSetUp)));
  }

  bool is_late(const RowSearch& search) const {
    return !is_virtual_ && !interrupted_ && std::chrono::steady_clock::now() + search.next_takes() > end_;
  }

  // From a stream of its own for each turn.
  std::vector<RowSearch*> in_random_order(uint64_t turn) const {
    std::vector<RowSearch*> order;
    for (const auto& search : searches_) order.push_back(search.get());
    shuffle(order, Rng(seed_, 0x46494e44 /* "FIND" */, turn));
    return order;
  }

  Result result() const {
    Result all = searches_.front()->result();
    for (size_t i = 1; i < searches_.size(); ++i) {
      Result one = searches_[i]->result();
      all.complete = all.complete && one.complete;
      all.find_max.push_back(std::move(one.find_max.front()));
      for (RunResult& run : one.runs) all.runs.push_back(std::move(run));
    }
    all.question = fmt::format("How many ops/s meet {}?", slo_);
    all.answer.clear();
    all.claims.clear();
    all.thresholds.clear();
    return all;
  }

  static constexpr Duration kSetUp = std::chrono::seconds(60);

  const std::atomic<bool>& interrupted_;
  std::vector<std::unique_ptr<RowSearch>> searches_;
  std::string slo_;
  uint64_t seed_ = 0;
  bool is_virtual_ = false;
  std::chrono::steady_clock::time_point end_;
};

// For formats that know of thresholds and not of rates.
ThresholdVerdict verdict_on(const FindMaxResult& found) {
  ThresholdVerdict verdict{.text = found.promise,
                           .row = found.row,
                           .met = found.ops_s.has_value(),
                           .measured = found.cannot_tell.empty(),
                           .actual = found.cannot_tell};
  if (found.ops_s) verdict.actual = fmt::format("met up to {:g} ops/s", *found.ops_s);
  if (!found.ops_s && verdict.measured) verdict.actual = "not met at any rate";
  return verdict;
}

// 0 where every row that could run has a rate, 3 where one meets the SLO at none, 4 where that could not be determined;
// 1 and 130 as in a run.
int exit_code_of_search(const Result& result, bool strict) {
  if (!result.complete) return 130;
  std::set<std::string> skipped;
  for (const RunResult& run : result.runs) {
    if (run.failed() || (strict && run.skipped)) return 1;
    if (run.skipped) skipped.insert(run.name);
  }
  if (!skipped.empty() && skipped.size() == result.find_max.size()) return 1;
  bool untold = false, none = false;
  for (const FindMaxResult& found : result.find_max) {
    if (skipped.count(found.row) != 0) continue;
    untold = untold || !found.cannot_tell.empty();
    none = none || !found.ops_s;
  }
  if (untold) return 4;
  return none ? 3 : 0;
}

}  // namespace

int find_max_command(const Options& options) {
  if (!options.thresholds.empty()) {
    throw usage_error("--find-max judges only its own SLO", "leave out --threshold, or run without --find-max");
  }
  const std::vector<Destination> destinations = destinations_of(options, Printed::result);
  const std::atomic<bool>& interrupted = watch_interrupts();
  Result result = FindMax(options, destinations, interrupted).run();
  result.threshold_verdicts.clear();
  for (const FindMaxResult& found : result.find_max) result.threshold_verdicts.push_back(verdict_on(found));
  clear_progress();
  result.environment_json = with_command(result.environment_json, options.line);
  report_run(destinations, result, options);
  explain_failures(result);
  explain_left_keys(result);
  return interrupted ? 130 : exit_code_of_search(result, options.strict);
}

}  // namespace hitbench
