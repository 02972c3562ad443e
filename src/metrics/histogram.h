// A histogram of durations in HdrHistogram's layout (G. Tene, hdrhistogram.org): three significant digits, that is
// buckets at most 1/1024 wide, from 1 ns to one hour. Its V2 encoding is read by every HdrHistogram implementation.
// Single-threaded; histograms of other processes and threads are merged. Memory (264 KiB) is taken at the first
// record().
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

class Histogram {
 public:
  static constexpr int64_t kLowestNs = 1;
  static constexpr int64_t kHighestNs = 3'600'000'000'000;
  static constexpr int kDigits = 3;
  // 2^ceil(log2(2 * 10^digits)) sub-buckets of width 1; each of the 31 buckets above halves the resolution and adds
  // only its upper half.
  static constexpr int kHalfBits = 10;
  static constexpr int64_t kSubBuckets = int64_t{2} << kHalfBits;
  static constexpr size_t kBuckets = size_t{33} << kHalfBits;

  // A duration outside [0, kHighestNs] is clamped into it and counted in out_of_range(): a tail is never lost.
  void record(int64_t ns) {
    if (counts_.empty()) take_memory();
    if (static_cast<uint64_t>(ns) > static_cast<uint64_t>(kHighestNs)) ns = clamp(ns, 1);
    ++counts_[index_of(ns)];
    ++count_;
    sum_ += static_cast<uint64_t>(ns);
  }
  void record(int64_t ns, uint64_t count);
  void merge(const Histogram& other);

  // As many values, each as the highest of its bucket in a CoarseHistogram: at most 1/32 higher.
  Histogram coarsened() const;

  uint64_t count() const { return count_; }
  uint64_t out_of_range() const { return out_of_range_; }

  // The value of rank ceil(q * count), as the highest value that its bucket stands for: as HdrHistogram says it. 0 if
  // nothing was recorded.
  int64_t quantile(double q) const;
  // The bucket of the value of this rank, counted from one, in which lowest_of() and highest_of() know its bounds.
  size_t index_of_rank(uint64_t rank) const;
  int64_t min() const;  // the lowest value of the lowest bucket used
  int64_t max() const;  // the highest value of the highest bucket used
  double mean() const;  // exact, but for decoded histograms: there from the middles of the buckets

  // HdrHistogram V2, deflated, base64: "HISTFAAA...". Throws Error{usage} for text that is not such a histogram, or
  // one of another precision.
  std::string encode_v2() const;
  static Histogram decode_v2(std::string_view text);

  // Between our own processes: only the buckets in use.
  void append_bytes(std::string& out) const;
  static Histogram take_bytes(std::string_view& bytes);

  // The layout, for tests and exporters. `ns` lies in [0, kHighestNs].
  static size_t index_of(int64_t ns) {
    const uint64_t wide = static_cast<uint64_t>(ns) | static_cast<uint64_t>(kSubBuckets - 1);
    const int bucket = 63 - kHalfBits - std::countl_zero(wide);
    return (static_cast<size_t>(bucket) << kHalfBits) + static_cast<size_t>(ns >> bucket);
  }
  static int64_t lowest_of(size_t index);
  static int64_t highest_of(size_t index);
  uint64_t count_at(size_t index) const { return counts_.empty() ? 0 : counts_[index]; }

 private:
  [[gnu::noinline]] int64_t clamp(int64_t ns, uint64_t count);
  [[gnu::noinline]] void take_memory();
  void add(size_t index, uint64_t count);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  uint64_t out_of_range_ = 0;
  unsigned __int128 sum_ = 0;  // of what was recorded: 2^23 hours would overflow 64 bits
};

}  // namespace hitbench
