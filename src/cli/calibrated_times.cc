#include "cli/calibrated_times.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/check.h"

namespace hitbench {
namespace {

constexpr double kMostOfTrip = 0.8;  // that is service

Duration part_of(Duration time, double share) {
  return Duration(std::llround(share * static_cast<double>(time.count())));
}

// The nearest sequence that never falls, by squares: neighbors that fall are pooled until none does (Ayer et al. 1955).
void make_rising(const std::vector<Duration*>& times) {
  struct Pool {
    Duration sum{0};
    int64_t count = 0;
    Duration mean() const { return sum / count; }
  };
  std::vector<Pool> pools;
  for (const Duration* const time : times) {
    pools.push_back({*time, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().count += last.count;
    }
  }
  size_t next = 0;
  for (const Pool& pool : pools) {
    for (int64_t i = 0; i < pool.count; ++i) *times[next++] = pool.mean();
  }
}

using FiguresBySize = std::map<uint64_t, FoundTimes::Figures>;

void make_rising(FiguresBySize& sizes) {
  std::vector<Duration*> times;
  for (auto& [bytes, figures] : sizes) times.push_back(&figures.service);
  make_rising(times);
  for (size_t i = 0; i < TimeQuantiles::kProbabilities.size(); ++i) {
    times.clear();
    for (auto& [bytes, figures] : sizes) times.push_back(&figures.round_trip.at[i]);
    make_rising(times);
  }
}

FoundTimes::Figures further_key(const FoundTimes::Figures& batch, const FoundTimes::Figures& single) {
  FoundTimes::Figures key;
  Duration least{0};
  for (size_t i = 0; i < key.round_trip.at.size(); ++i) {
    least = std::max(least, (batch.round_trip.at[i] - single.round_trip.at[i]) / (kCalibratedBatch - 1));
    key.round_trip.at[i] = least;
  }
  key.service = std::max(Duration{0}, (batch.service * kCalibratedBatch - single.service) / (kCalibratedBatch - 1));
  return key;
}

// `single`: lookups of one key, before anything is done to their figures.
void make_further_keys(FiguresBySize& batches, const FiguresBySize& single) {
  for (auto& [bytes, figures] : batches) {
    const auto one = single.find(bytes);
    CHECK(one != single.end());
    figures = further_key(figures, one->second);
  }
}

std::vector<TimesAtSize> times_at_sizes(const FiguresBySize& sizes) {
  std::vector<TimesAtSize> times;
  for (const auto& [bytes, figures] : sizes) {
    const Duration most = part_of(figures.round_trip.least(), kMostOfTrip);
    times.push_back({bytes, figures.round_trip, TimeQuantiles::constant(std::min(figures.service, most))});
  }
  return times;
}

}  // namespace

TimeQuantiles quantiles_of(const Histogram& histogram) {
  CHECK(histogram.count() > 0);
  TimeQuantiles quantiles;
  for (size_t i = 0; i < quantiles.at.size(); ++i) {
    quantiles.at[i] = Duration(histogram.quantile(TimeQuantiles::kProbabilities[i]));
  }
  quantiles.at.front() = Duration(histogram.min());
  quantiles.at.back() = 2 * quantiles.at[quantiles.at.size() - 2];
  return quantiles;
}

ServiceTimes calibrated_times_of(FoundTimes found) {
  const auto batches = found.operations.find(TwinOperation::batch_key);
  if (batches != found.operations.end()) {
    make_further_keys(batches->second, found.operations[TwinOperation::get_hit]);
  }
  ServiceTimes times;
  for (auto& [operation, sizes] : found.operations) {
    if (sizes.empty()) continue;
    make_rising(sizes);
    times.put(operation, times_at_sizes(sizes));
  }
  return times;
}

}  // namespace hitbench
