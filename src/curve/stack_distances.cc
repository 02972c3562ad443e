#include "curve/stack_distances.h"

#include <algorithm>
#include <bit>

#include "curve/lru_stack.h"

namespace hitbench {
namespace {

// Calls found(key, distance) for each read of an entry that is in the stack.
template <class Order, class Weight, class Found>
void pass_over(const Replay& replay, const Weight& weight_of, const Found& found) {
  LruStack<Order> stack(replay.keys);
  for (const CompactRequest& request : replay.requests) {
    switch (step_of(request)) {
      case ReplayStep::read:
        if (const uint64_t distance = stack.touch(request.key, weight_of(request.key)); distance != 0) {
          found(request.key, distance);
        }
        break;
      case ReplayStep::absent:
      case ReplayStep::invalidate:
        stack.remove(request.key);
        break;
      case ReplayStep::nothing:
        break;
    }
  }
}

// Sizes by their 11 leading bits: bucket 2,048 + n holds the sizes from (1,024 + n % 1,024) << (1 + n / 1,024) on.
constexpr int kBits = 11;
constexpr uint64_t kExact = uint64_t{1} << kBits;

// The bucket of which a distance is at most the bound.
size_t bucket_up(uint64_t size) {
  if (size <= kExact) return size;
  const int shift = static_cast<int>(std::bit_width(size - 1)) - kBits;
  return static_cast<size_t>(shift) * (kExact / 2) + ((size - 1) >> shift) + 1;
}

uint64_t bound_of(size_t bucket) {
  if (bucket <= kExact) return bucket;
  const size_t shift = (bucket - 1) / (kExact / 2) - 1;
  return ((bucket - 1) - shift * (kExact / 2) + 1) << shift;
}

size_t bucket_down(uint64_t size) {
  const size_t up = bucket_up(size);
  return bound_of(up) == size ? up : up - 1;
}

void accumulate(std::vector<SizeHits>& hits) {
  SizeHits sum;
  for (SizeHits& one : hits) one = sum += one;
}

// The first index with so many hits.
size_t first_with(const std::vector<SizeHits>& all, uint64_t hits) {
  const auto has_fewer = [](const SizeHits& one, uint64_t wanted) { return one.hits < wanted; };
  return static_cast<size_t>(std::lower_bound(all.begin(), all.end(), hits, has_fewer) - all.begin());
}

}  // namespace

LruHitsByEntries::LruHitsByEntries(const Replay& replay) : hits_(size_t{replay.keys} + 1) {
  const uint32_t* const bytes = replay.sizes.bytes.empty() ? nullptr : replay.sizes.bytes.data();
  const auto one = [](Node) { return 1u; };
  if (bytes == nullptr) {
    pass_over<CountedSlots>(replay, one, [&](Node, uint64_t distance) { ++hits_[distance].hits; });
  } else {
    pass_over<CountedSlots>(replay, one, [&](Node key, uint64_t distance) { hits_[distance] += {1, bytes[key]}; });
  }
  accumulate(hits_);
}

SizeHits LruHitsByEntries::at(uint64_t size) const { return hits_[std::min<uint64_t>(size, hits_.size() - 1)]; }

uint64_t LruHitsByEntries::size_for(uint64_t hits) const {
  const size_t size = first_with(hits_, hits);
  return size < hits_.size() ? size : UINT64_MAX;
}

LruHitsByBytes::LruHitsByBytes(const Replay& replay, const std::vector<uint64_t>& sizes) {
  uint64_t all = 0;
  for (const uint32_t bytes : replay.sizes.bytes) all += bytes;
  hits_.resize(bucket_up(all) + 1);
  for (const uint64_t size : sizes) exact_[size] = {};
  const auto bytes_of = [&](Node key) { return replay.sizes.bytes[key]; };
  pass_over<WeighedSlots>(replay, bytes_of, [&](Node key, uint64_t distance) {
    const SizeHits hit{1, replay.sizes.bytes[key]};
    hits_[std::min(bucket_up(distance), hits_.size() - 1)] += hit;
    if (exact_.empty()) return;
    if (const auto at = exact_.lower_bound(distance); at != exact_.end()) at->second += hit;
  });
  accumulate(hits_);
  SizeHits sum;
  for (auto& [size, hits] : exact_) hits = sum += hits;
}

SizeHits LruHitsByBytes::at(uint64_t size) const {
  if (const auto exact = exact_.find(size); exact != exact_.end()) return exact->second;
  return hits_[std::min(bucket_down(size), hits_.size() - 1)];
}

uint64_t LruHitsByBytes::known_size(uint64_t size) const {
  return exact_.contains(size) ? size : bound_of(bucket_down(size));
}

uint64_t LruHitsByBytes::size_for(uint64_t hits) const {
  const size_t bucket = first_with(hits_, hits);
  return bucket < hits_.size() ? bound_of(bucket) : UINT64_MAX;
}

}  // namespace hitbench
