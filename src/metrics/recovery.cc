#include "metrics/recovery.h"

#include <algorithm>
#include <functional>

namespace hitbench {
namespace {

constexpr double kTolerance = 0.10;  // of what it was before
constexpr double kRounding = 1e-9;   // exactly 10 % is within
// A second that happens to be good between bad ones is no recovery.
constexpr size_t kInARow = 3;
// As everywhere: ten values above a percentile, or it is one of the slowest few. A single second makes do with one.
constexpr uint64_t kBaselineReads = 1000;
constexpr uint64_t kSecondReads = 100;
constexpr double kTail = 0.99;

constexpr Duration kSecond = std::chrono::seconds(1);

struct Sums {
  uint64_t hits = 0, answered = 0, loads = 0;

  void add(const Second& second) {
    hits += second.hits;
    answered += second.reads - second.failed_reads;
    loads += second.origin_loads;
  }
  Maybe<double> hit_ratio() const {
    if (answered == 0) return {};
    return static_cast<double>(hits) / static_cast<double>(answered);
  }
};

Maybe<int64_t> tail_of(const CoarseHistogram& histogram, uint64_t reads_min) {
  if (histogram.count() < reads_min) return {};
  return histogram.quantile(kTail);
}

// From the fault to the first of kInARow good seconds, or of all that remain. Empty: never.
Maybe<int64_t> time_until(Duration fault, size_t seconds, const std::function<bool(size_t)>& is_good) {
  size_t in_a_row = 0;
  const auto first = static_cast<size_t>(fault / kSecond);
  for (size_t i = first; i < seconds; ++i) {
    in_a_row = is_good(i) ? in_a_row + 1 : 0;
    if (in_a_row < kInARow && (in_a_row == 0 || i + 1 < seconds)) continue;
    const Duration since = kSecond * static_cast<int64_t>(i + 1 - in_a_row) - fault;
    return std::max<int64_t>(0, since.count());
  }
  return {};
}

}  // namespace

Recovery recovery_of(const Recorder& recorder, Duration first_fault, Duration measured) {
  const std::vector<Second> series = recorder.series();
  const SecondTails& tails = recorder.read_tails();
  const auto before = std::min(static_cast<size_t>(first_fault / kSecond), series.size());
  const auto whole = std::min(static_cast<size_t>(measured / kSecond), series.size());
  Recovery recovery;
  Sums baseline;
  CoarseHistogram baseline_tail;
  for (size_t i = 0; i < before; ++i) baseline.add(series[i]);
  for (size_t i = 0; i < before; ++i) baseline_tail.merge(tails.at(i));

  if (first_fault < measured) {
    uint64_t peak = 0;
    for (size_t i = before; i < series.size(); ++i) peak = std::max(peak, series[i].origin_loads);
    recovery.origin_loads_peak_s = peak;
  }
  if (before == 0) return recovery;
  recovery.baseline_origin_loads_s = static_cast<double>(baseline.loads) / static_cast<double>(before);
  recovery.baseline_hit_ratio = baseline.hit_ratio();
  if (const Maybe<double> ratio = recovery.baseline_hit_ratio) {
    recovery.hit_ratio_ns = time_until(first_fault, whole, [&](size_t i) {
      Sums second;
      second.add(series[i]);
      const Maybe<double> now = second.hit_ratio();
      return now && *now >= (1 - kTolerance) * *ratio - kRounding;
    });
  }
  if (const Maybe<int64_t> tail = tail_of(baseline_tail, kBaselineReads)) {
    recovery.p99_ns = time_until(first_fault, whole, [&](size_t i) {
      const Maybe<int64_t> now = tail_of(tails.at(i), kSecondReads);
      return now && static_cast<double>(*now) <= (1 + kTolerance) * static_cast<double>(*tail);
    });
  }
  return recovery;
}

}  // namespace hitbench
