#include "metrics/coarse_histogram.h"

#include <algorithm>
#include <cmath>

#include "metrics/bytes.h"

namespace hitbench {

int64_t CoarseHistogram::highest_of(size_t index) {
  const int shift = std::max(0, static_cast<int>(index >> kBits) - 1);
  const auto low = static_cast<int64_t>(index - (static_cast<size_t>(shift) << kBits)) << shift;
  return low + (int64_t{1} << shift) - 1;
}

void CoarseHistogram::merge(const CoarseHistogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

int64_t CoarseHistogram::quantile(double q) const {
  if (count_ == 0) return 0;
  const auto rank = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(q * static_cast<double>(count_))));
  uint64_t below = 0;
  size_t index = 0;
  while ((below += counts_[index]) < rank) ++index;
  return highest_of(index);
}

void CoarseHistogram::append_bytes(std::string& out) const { append_counts(out, counts_); }

CoarseHistogram CoarseHistogram::take_bytes(std::string_view& bytes) {
  CoarseHistogram histogram;
  take_counts(bytes, kBuckets, [&](size_t index, uint64_t count) {
    histogram.counts_[index] = static_cast<uint32_t>(count);
    histogram.count_ += count;
  });
  return histogram;
}

}  // namespace hitbench
