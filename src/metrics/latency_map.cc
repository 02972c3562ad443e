#include "metrics/latency_map.h"

#include <algorithm>

namespace hitbench {
namespace {

size_t parts_of(size_t all, size_t most) { return std::max<size_t>((all + most - 1) / most, 1); }

// The buckets in use, from `first` to `last`.
struct Used {
  size_t first = CoarseHistogram::kBuckets, last = 0;
};

Used used_by(const SecondTails& tails) {
  Used used;
  for (size_t second = 0; second < tails.size(); ++second) {
    const CoarseHistogram histogram = tails.at(second);
    for (size_t i = 0; i < CoarseHistogram::kBuckets; ++i) {
      if (histogram.count_at(i) == 0) continue;
      used.first = std::min(used.first, i);
      used.last = std::max(used.last, i);
    }
  }
  return used;
}

}  // namespace

// A level is some adjoining buckets, as many for each: their ends grow as powers of two do.
LatencyMap latency_map_of(const SecondTails& tails) {
  LatencyMap map;
  const Used used = used_by(tails);
  if (used.first > used.last) return map;
  const size_t buckets_each = parts_of(used.last - used.first + 1, kMapLevels);
  const size_t seconds_each = parts_of(tails.size(), kMapColumns);
  for (size_t i = used.first; i <= used.last; i += buckets_each) {
    map.highest_ns.push_back(CoarseHistogram::highest_of(std::min(i + buckets_each, CoarseHistogram::kBuckets) - 1));
  }
  for (size_t second = 0; second < tails.size(); ++second) {
    if (second % seconds_each == 0) {
      map.begins_s.push_back(static_cast<int64_t>(second));
      map.reads.emplace_back(map.highest_ns.size(), 0);
    }
    const CoarseHistogram histogram = tails.at(second);
    for (size_t i = used.first; i <= used.last; ++i) {
      map.reads.back()[(i - used.first) / buckets_each] += histogram.count_at(i);
    }
  }
  return map;
}

}  // namespace hitbench
