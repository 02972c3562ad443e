// The search of one row for the highest rate that meets an SLO: one measurement at a time, so that several rows can
// take turns. It says what changes of the scenario from one measurement to the next; who measures is handed in, so it
// knows neither servers nor files.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/plan.h"
#include "judge/thresholds.h"
#include "metrics/result.h"
#include "search/rate_search.h"

namespace hitbench {

struct RowSearchContext {
  // The row alone, with these changes at its point of the sweep ("seed=7"). No run where it was interrupted before.
  std::function<Result(const std::vector<std::string>& changes)> measure;
  std::function<void(const std::string& line)> progress = [](const std::string&) {};  // after each measurement
  const std::atomic<bool>& interrupted;  // a measurement during which it becomes true does not count
};

class RowSearch {
 public:
  // Throws Error{usage} for a row that has no rate. Whatever row the SLO names, it is judged on this one.
  RowSearch(const RowPlan& row, Condition slo, RowSearchContext context);

  bool has_ended() const { return !search_.next(); }
  void measure_next();
  void end(const std::string& why);  // before the search has ended by itself

  // How long the next measurement takes, setup not counted.
  std::chrono::duration<double> next_takes() const;
  int most_tries() const { return limits_.most_tries; }

  // With what it found: the last measurement at that rate, else the last of all. No runs where nothing was measured.
  Result result() const;

 private:
  // What a rate failed with; `answered`: what the SLO is about was measured all the same.
  struct Failing {
    double rate, share;
    bool answered;
  };

  Tried attempt(double rate);
  Tried judge(LoadStep& step, const RunResult& run, const ThresholdVerdict& verdict);
  Tried without_value(const RunResult& run, double rate);
  bool fails_alike_below(const RunResult& run, double rate);
  bool is_unfinished() const;
  std::string lack_of(const Maybe<PercentileValues>& values, double rate) const;
  std::string longer(double factor) const;
  std::string why_untold() const;
  Duration warm_up_limit(double rate) const;
  std::chrono::duration<double> warm_up_takes(double rate) const;
  uint64_t operations_at(double rate) const;
  std::vector<std::string> changes_for(double rate) const;
  FindMaxResult found() const;

  const RowSearchContext context_;
  const Condition slo_;
  const std::shared_ptr<const Scenario> scenario_;  // at the row's point of the sweep
  const std::string process_;                       // of the arrivals
  const bool has_cache_;
  const RateLimits limits_;
  RateSearch search_;
  std::string lack_;                // what the first measurement without the metric lacked
  std::string ended_;               // why it was ended from outside
  std::string fails_;               // that lower rates fail alike
  std::optional<Failing> failing_;  // the last that did
  FindMaxResult found_;
  Result last_, kept_;
};

}  // namespace hitbench
