// A small histogram of durations, one for each second of a run: 32 buckets for each power of two, so that a bucket is
// at most 1/32 (3.1 %) wide. Merged exactly. It is 4.8 KiB large, without any memory elsewhere.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/histogram.h"

namespace hitbench {

class CoarseHistogram {
 public:
  // `ns` is not negative; what is beyond an hour goes into the last bucket.
  void record(int64_t ns) {
    ++counts_[std::min(index_of(ns), kBuckets - 1)];
    ++count_;
  }
  void merge(const CoarseHistogram& other);

  uint64_t count() const { return count_; }
  uint64_t count_at(size_t index) const { return counts_[index]; }
  // The value of rank ceil(q * count), as the highest value of its bucket. 0 if nothing was recorded.
  int64_t quantile(double q) const;

  void append_bytes(std::string& out) const;  // only the buckets in use
  static CoarseHistogram take_bytes(std::string_view& bytes);

  // The layout, for tests. Values below 64 have a bucket of their own.
  static constexpr int kBits = 5;
  static constexpr size_t kBuckets = size_t{38} << kBits;  // an hour is below 2^42 ns
  static size_t index_of(int64_t ns) {
    const auto value = static_cast<uint64_t>(ns);
    const int shift = std::max(0, 63 - kBits - std::countl_zero(value | 1));
    return (static_cast<size_t>(shift) << kBits) + static_cast<size_t>(value >> shift);
  }
  static int64_t highest_of(size_t index);

 private:
  std::array<uint32_t, kBuckets> counts_{};
  uint64_t count_ = 0;
};

}  // namespace hitbench
