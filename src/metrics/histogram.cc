#include "metrics/histogram.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "metrics/bytes.h"
#include "metrics/coarse_histogram.h"

namespace hitbench {
namespace {

// Bucket b covers values of b + kHalfBits + 1 bits; its sub-buckets are 2^b wide. Bucket 0 has a lower half as well.
int bucket_of(size_t index) { return std::max(0, static_cast<int>(index >> Histogram::kHalfBits) - 1); }

}  // namespace

int64_t Histogram::lowest_of(size_t index) {
  const int bucket = bucket_of(index);
  return static_cast<int64_t>(index - (static_cast<size_t>(bucket) << kHalfBits)) << bucket;
}

int64_t Histogram::highest_of(size_t index) { return lowest_of(index) + (int64_t{1} << bucket_of(index)) - 1; }

int64_t Histogram::clamp(int64_t ns, uint64_t count) {
  if (ns >= 0 && ns <= kHighestNs) return ns;
  out_of_range_ += count;
  return ns < 0 ? 0 : kHighestNs;
}

void Histogram::add(size_t index, uint64_t count) {
  if (counts_.empty()) take_memory();
  counts_[index] += count;
  count_ += count;
}

void Histogram::take_memory() { counts_.resize(kBuckets); }

void Histogram::record(int64_t ns, uint64_t count) {
  if (count == 0) return;
  const int64_t clamped = clamp(ns, count);
  add(index_of(clamped), count);
  sum_ += static_cast<unsigned __int128>(clamped) * count;
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.empty()) return;
  if (counts_.empty()) take_memory();
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  out_of_range_ += other.out_of_range_;
  sum_ += other.sum_;
}

Histogram Histogram::coarsened() const {
  Histogram rest;
  rest.out_of_range_ = out_of_range_;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const int64_t highest = CoarseHistogram::highest_of(CoarseHistogram::index_of(lowest_of(i)));
    rest.record(std::min(highest, kHighestNs), counts_[i]);
  }
  return rest;
}

int64_t Histogram::quantile(double q) const {
  if (count_ == 0) return 0;
  // A q like 0.057 may be stored a little too large, and 0.057 * 20000 must not become rank 1141: so the next double
  // below is taken, as HdrHistogram does.
  const double exact = std::ceil(std::nextafter(std::clamp(q, 0.0, 1.0), 0.0) * static_cast<double>(count_));
  const uint64_t rank = std::clamp<uint64_t>(static_cast<uint64_t>(exact), 1, count_);
  return highest_of(index_of_rank(rank));
}

size_t Histogram::index_of_rank(uint64_t rank) const {
  CHECK(rank >= 1 && rank <= count_);
  uint64_t seen = 0;
  size_t index = 0;
  while ((seen += counts_[index]) < rank) ++index;
  return index;
}

int64_t Histogram::min() const {
  const auto used = std::find_if(counts_.begin(), counts_.end(), [](uint64_t count) { return count > 0; });
  return used == counts_.end() ? 0 : lowest_of(static_cast<size_t>(used - counts_.begin()));
}

int64_t Histogram::max() const {
  const auto used = std::find_if(counts_.rbegin(), counts_.rend(), [](uint64_t count) { return count > 0; });
  return used == counts_.rend() ? 0 : highest_of(static_cast<size_t>(counts_.rend() - used) - 1);
}

double Histogram::mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }

void Histogram::append_bytes(std::string& out) const {
  append_number(out, out_of_range_);
  append_number(out, static_cast<uint64_t>(sum_));
  append_number(out, static_cast<uint64_t>(sum_ >> 64));
  append_counts(out, counts_);
}

Histogram Histogram::take_bytes(std::string_view& bytes) {
  Histogram histogram;
  histogram.out_of_range_ = take_number(bytes);
  histogram.sum_ = take_number(bytes);
  histogram.sum_ |= static_cast<unsigned __int128>(take_number(bytes)) << 64;
  take_counts(bytes, kBuckets, [&](size_t index, uint64_t count) { histogram.add(index, count); });
  return histogram;
}

}  // namespace hitbench
