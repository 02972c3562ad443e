#include "metrics/coarse_histogram.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
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

// For each bucket in use: how far it is from the one before, and its count.
void CoarseHistogram::append_bytes(std::string& out) const {
  append_number(out,
                static_cast<uint64_t>(std::count_if(counts_.begin(), counts_.end(), [](auto n) { return n > 0; })));
  size_t previous = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    if (counts_[i] == 0) continue;
    append_number(out, i - previous);
    append_number(out, counts_[i]);
    previous = i;
  }
}

CoarseHistogram CoarseHistogram::take_bytes(std::string_view& bytes) {
  CoarseHistogram histogram;
  size_t index = 0;
  for (uint64_t left = take_number(bytes); left > 0; --left) {
    index += take_number(bytes);
    CHECK(index < kBuckets);
    const uint64_t count = take_number(bytes);
    histogram.counts_[index] = static_cast<uint32_t>(count);
    histogram.count_ += count;
  }
  return histogram;
}

}  // namespace hitbench
