#include "engine/failures.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "metrics/recovery.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);

// What an outage takes away.
struct Service {
  uint64_t hits = 0, reads = 0, answers = 0, operations = 0;

  void add(const Second& second) {
    hits += second.hits;
    reads += second.reads;
    answers += second.operations - second.failed;
    operations += second.operations;
  }
  bool is_as_good_as(const Service& before) const {
    const auto part = [](uint64_t some, uint64_t all) {
      return all == 0 ? 0 : static_cast<double>(some) / static_cast<double>(all);
    };
    if (before.hits > 0) return reads > 0 && is_back(part(hits, reads), part(before.hits, before.reads));
    return operations > 0 && is_back(part(answers, operations), part(before.answers, before.operations));
  }
};

class Windows {
 public:
  Windows(const std::vector<Second>& series, const std::vector<Fault>& faults) : series_(series) {
    Duration first = kForever;
    for (const Fault& fault : faults) first = std::min(first, fault.at);
    before_ = second_of(first);
    for (size_t i = 0; i < before_; ++i) service_before_.add(series[i]);
    asked_.resize(series.size());
  }

  void add(const Fault& fault, Duration patience) {
    size_t end = series_.size();
    if (fault.end() != kForever && before_ > 0) {
      end = std::max(second_of(fault.end() + patience) + 1, back_from(second_of(fault.end())));
    }
    for (size_t i = second_of(fault.at); i < std::min(end, series_.size()); ++i) asked_[i] = true;
  }

  bool asked(size_t second) const { return asked_[second]; }

 private:
  size_t second_of(Duration at) const { return std::min(static_cast<size_t>(at / kSecond), series_.size()); }

  size_t back_from(size_t first) const {
    const auto is_good = [this](size_t second) {
      Service now;
      now.add(series_[second]);
      return now.is_as_good_as(service_before_);
    };
    return good_from(first, series_.size(), first, is_good).value_or(series_.size());
  }

  const std::vector<Second>& series_;
  size_t before_ = 0;  // whole seconds before the first fault
  Service service_before_;
  std::vector<bool> asked_;
};

}  // namespace

uint64_t failures_as_asked(const std::vector<Second>& series, const std::vector<Fault>& faults, Duration patience) {
  Windows windows(series, faults);
  for (const Fault& fault : faults) windows.add(fault, patience);
  uint64_t asked = 0;
  for (size_t i = 0; i < series.size(); ++i) asked += windows.asked(i) ? series[i].failed : series[i].injected;
  return asked;
}

void count_asked_failures(const Scenario& scenario, const Recorder& recorder, RunResult& result) {
  const Duration patience = scenario.app.timeout * (1 + scenario.app.retries);
  result.failed_as_asked =
      std::min(failures_as_asked(recorder.series(), scenario.faults, patience), result.failed_operations.value_or(0));
}

std::string why_too_many_failed(const RunResult& result) {
  const uint64_t asked = result.failed_as_asked.value_or(0);
  const uint64_t own = result.failed_operations.value_or(0) - asked;
  const double share = static_cast<double>(own) / static_cast<double>(std::max<uint64_t>(result.operations, 1));
  if (!(share > kMostFailures)) return "";
  const std::string asked_for =
      asked == 0 ? ""
                 : fmt::format(", beyond the {} that the scenario asks for", format_count(static_cast<double>(asked)));
  return fmt::format(
      "{} of {} operations failed{}: {}, and above {:g} % no time, rate or hit ratio of the row is judged; look at the "
      "server, the origin and app.timeout",
      format_count(static_cast<double>(own)), format_count(static_cast<double>(result.operations)), asked_for,
      format_share(share), 100 * kMostFailures);
}

}  // namespace hitbench
