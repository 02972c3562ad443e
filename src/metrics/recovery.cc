#include "metrics/recovery.h"

#include <algorithm>
#include <array>

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

const std::array<std::string, 3> kStateWords = {"did_not_get_worse", "recovered", "not_recovered"};

constexpr Duration kSecond = std::chrono::seconds(1);

struct Sums {
  uint64_t hits = 0, reads = 0, failed = 0, loads = 0;

  void add(const Second& second) {
    hits += second.hits;
    reads += second.reads;
    failed += second.failed_reads;
    loads += second.origin_loads;
  }
  Maybe<double> hit_ratio() const {
    if (reads == failed) return {};
    return static_cast<double>(hits) / static_cast<double>(reads - failed);
  }
  double failed_share() const { return reads == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(reads); }
};

Sums sums_of(const Second& second) {
  Sums sums;
  sums.add(second);
  return sums;
}

Maybe<int64_t> tail_of(const CoarseHistogram& histogram, uint64_t reads_min) {
  if (histogram.count() < reads_min) return {};
  return histogram.quantile(kTail);
}

// The seconds of a run with a fault: those before it are the baseline, of the others only whole ones count.
struct Timeline {
  Timeline(const FaultSpan& span, Duration measured, size_t recorded)
      : fault(span),
        first(static_cast<size_t>(span.begin / kSecond)),
        before(std::min(first, recorded)),
        whole(std::min(static_cast<size_t>(measured / kSecond), recorded)),
        healed(span.healed ? static_cast<size_t>(*span.healed / kSecond) : whole) {}

  const FaultSpan fault;
  const size_t first;          // the second in which it began
  const size_t before, whole;  // how many
  const size_t healed;         // the second; without a heal what is lost may be lost at any time, to the end
};

struct Verdict {
  Maybe<RecoveryState> state;
  Maybe<int64_t> in_all_ns, after_heal_ns;
};

int64_t from(Duration begin, size_t second) {
  return std::max<int64_t>(0, (kSecond * static_cast<int64_t>(second) - begin).count());
}

Verdict verdict_of(const Timeline& line, const std::function<bool(size_t)>& is_good) {
  const Maybe<size_t> back = good_from(line.first, line.whole, line.healed, is_good);
  if (!back) return {.state = RecoveryState::not_recovered, .in_all_ns = {}, .after_heal_ns = {}};
  const bool worse = *back > line.first;
  Verdict verdict{.state = worse ? RecoveryState::recovered : RecoveryState::did_not_get_worse,
                  .in_all_ns = worse ? from(line.fault.begin, *back) : 0,
                  .after_heal_ns = {}};
  if (line.fault.healed) verdict.after_heal_ns = worse ? from(*line.fault.healed, *back) : 0;
  return verdict;
}

}  // namespace

bool is_back(double now, double before) { return now >= (1 - kTolerance) * before - kRounding; }

Maybe<size_t> good_from(size_t first, size_t end, size_t healed, const std::function<bool(size_t)>& is_good) {
  size_t in_a_row = 0;
  for (size_t i = first; i < end; ++i) {
    in_a_row = is_good(i) ? in_a_row + 1 : 0;
    const size_t begin = i + 1 - in_a_row;
    const bool stays = i + 1 >= std::max(begin, healed) + kInARow || i + 1 == end;
    if (in_a_row > 0 && stays) return begin;
  }
  return {};
}

std::string word_of(RecoveryState state) { return kStateWords.at(static_cast<size_t>(state)); }

bool from_word(const std::string& word, RecoveryState& state) {
  const auto found = std::find(kStateWords.begin(), kStateWords.end(), word);
  if (found != kStateWords.end()) state = static_cast<RecoveryState>(found - kStateWords.begin());
  return found != kStateWords.end();
}

Recovery recovery_of(const Recorder& recorder, const FaultSpan& fault, Duration measured) {
  Recovery recovery;
  if (fault.begin >= measured) return recovery;
  const std::vector<Second> series = recorder.series();
  const SecondTails& tails = recorder.read_tails();
  const Timeline line(fault, measured, series.size());
  if (fault.healed) recovery.outage_ns = (*fault.healed - fault.begin).count();
  uint64_t peak = 0;
  for (size_t i = line.before; i < series.size(); ++i) peak = std::max(peak, series[i].origin_loads);
  recovery.origin_loads_peak_s = peak;
  if (line.before == 0) return recovery;

  Sums baseline;
  CoarseHistogram baseline_tail;
  for (size_t i = 0; i < line.before; ++i) baseline.add(series[i]);
  for (size_t i = 0; i < line.before; ++i) baseline_tail.merge(tails.at(i));
  recovery.baseline_origin_loads_s = static_cast<double>(baseline.loads) / static_cast<double>(line.before);
  recovery.baseline_hit_ratio = baseline.hit_ratio();
  // Of failures there is no hit and no time that could say anything.
  const auto answers = [&](size_t i) {
    return sums_of(series[i]).failed_share() <= baseline.failed_share() + kTolerance + kRounding;
  };
  if (const Maybe<double> ratio = recovery.baseline_hit_ratio) {
    const Verdict verdict = verdict_of(line, [&](size_t i) {
      const Maybe<double> now = sums_of(series[i]).hit_ratio();
      return now && answers(i) && is_back(*now, *ratio);
    });
    recovery.hit_ratio_state = verdict.state;
    recovery.hit_ratio_ns = verdict.in_all_ns;
    recovery.hit_ratio_after_heal_ns = verdict.after_heal_ns;
  }
  if (const Maybe<int64_t> tail = tail_of(baseline_tail, kBaselineReads)) {
    const Verdict verdict = verdict_of(line, [&](size_t i) {
      const Maybe<int64_t> now = tail_of(tails.at(i), kSecondReads);
      return now && answers(i) && static_cast<double>(*now) <= (1 + kTolerance) * static_cast<double>(*tail);
    });
    recovery.p99_state = verdict.state;
    recovery.p99_ns = verdict.in_all_ns;
    recovery.p99_after_heal_ns = verdict.after_heal_ns;
  }
  return recovery;
}

}  // namespace hitbench
