#include "cli/gate_prospects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "judge/decision.h"
#include "judge/format.h"
#include "metrics/histogram.h"

namespace hitbench {
namespace {

constexpr double kNormal = 1.96;  // half the width of a 95 % interval, in standard deviations

// The standard deviation of the percentile's logarithm by chance alone, with `count` values.
Maybe<double> scatter(const Percentiles& distribution, double quantile, double count) {
  if (distribution.histogram.empty() || count < 1) return std::nullopt;
  const Histogram histogram = Histogram::decode_v2(distribution.histogram);
  const double half = kNormal * std::sqrt(quantile * (1 - quantile) / count);
  const double low = std::max(quantile - half, 0.0), high = std::min(quantile + half, 1.0);
  const auto value = [&](double q) { return static_cast<double>(std::max<int64_t>(histogram.quantile(q), 1)); };
  // So far from the edge that the trial has values there.
  if ((1 - high) * static_cast<double>(distribution.count) < 1) return std::nullopt;
  return std::log(value(high) / value(low)) / (2 * kNormal);
}

struct Prospect {
  double least = 0;   // the smallest change of the worst row
  bool known = true;  // the trial had enough values to tell
  double needs = 0;   // more timed operations per row than a slot has; 0: it has enough
};

// `values` are those of the criterion's percentile in this run.
void look(const RunResult& run, const PercentileValues& values, const Criterion& criterion, const SlotSize& size,
          int tests, Prospect& prospect) {
  if (values.there == 0) return;
  const double timed = static_cast<double>(run.operations) / run.validity.sampled_one_in;
  const double share = std::min(1.0, static_cast<double>(values.there) / timed);
  const double count = size.operations * share, needed = static_cast<double>(values.needed);
  if (count < needed) {
    prospect.needs = std::max(prospect.needs, needed / share);
    return;
  }
  const Maybe<double> noise = scatter(*values.distribution, values.quantile, count);
  prospect.known = prospect.known && noise;
  if (!noise) return;
  const double log = detectable_effect(*noise * std::sqrt(2), criterion.delta, stages_for(size.pairs, tests));
  prospect.least = std::max(prospect.least, std::expm1(log));
}

}  // namespace

std::string prospects(const Result& trial, const std::vector<Criterion>& metrics, const SlotSize& size) {
  std::map<std::string, Prospect> all;
  int tests = 0;
  for (const RunResult& run : trial.runs) tests += static_cast<int>(criteria_of(run, metrics, Exact::nothing).size());
  std::vector<Criterion> percentiles = metrics;
  if (metrics.empty()) {
    for (const char* name : {"read.response.p50", "read.response.p99", "write.response.p50", "write.response.p99",
                             "delete.response.p50", "delete.response.p99"}) {
      percentiles.push_back(parse_criterion(name));
    }
  }
  for (const RunResult& run : trial.runs) {
    if (run.skipped) continue;
    for (const Criterion& criterion : percentiles) {
      const Maybe<PercentileValues> values = percentile_values(run, criterion.metric);
      if (values) look(run, *values, criterion, size, tests, all[criterion.metric]);
    }
  }
  int sampled = 1;  // of so many operations one is timed
  for (const RunResult& run : trial.runs) sampled = std::max(sampled, run.validity.sampled_one_in);
  std::vector<std::string> found, not_found, unknown;
  for (const auto& [metric, prospect] : all) {
    if (prospect.needs > 0) {
      not_found.push_back(fmt::format("{} (it takes {:.0f} operations per row, a slot has {:.0f})", metric,
                                      prospect.needs * sampled, size.operations * sampled));
    } else if (!prospect.known) {
      unknown.push_back(metric);
    } else if (prospect.least > 0) {
      found.push_back(metric + " " + format_percent(prospect.least));
    }
  }
  std::string words;
  if (!found.empty()) {
    words += fmt::format(
        "gate: the smallest worsening it can find, at best: {}; the machine's noise comes on top, and `hitbench gate "
        "--aa` measures it\n",
        fmt::join(found, ", "));
  }
  if (!unknown.empty()) {
    words +=
        fmt::format("gate: what it can find is unknown for {}: the trial was too short\n", fmt::join(unknown, ", "));
  }
  if (!not_found.empty()) words += fmt::format("gate: cannot judge {}\n", fmt::join(not_found, ", "));
  return words;
}

}  // namespace hitbench
