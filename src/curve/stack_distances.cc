#include "curve/stack_distances.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "base/check.h"
#include "curve/lru_stack.h"

namespace hitbench {
namespace {

constexpr size_t kAhead = 12;  // requests, per step of a prefetch: with many keys time goes by waiting for memory

// Calls found(key, distance) for each read of an entry that is in the stack.
template <class Order, class Weight, class Found>
void pass_over(const Replay& replay, const Weight& weight_of, const Found& found) {
  LruStack<Order> stack(replay.keys);
  const std::span<const CompactRequest> requests = replay.requests;
  for (size_t i = 0; i < requests.size(); ++i) {
    if (i + 2 * kAhead < requests.size()) {
      stack.prefetch(requests[i + 2 * kAhead].key);
      stack.prefetch_weight(requests[i + kAhead].key);
    }
    const CompactRequest& request = requests[i];
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

// Adds to numbers in any order, each a little later: until then its place has come from memory.
template <class Number>
class Delayed {
 public:
  explicit Delayed(std::vector<Number>& numbers) : numbers_(numbers) {}
  ~Delayed() {
    for (const Addition& addition : waiting_) numbers_[addition.place] += addition.number;
  }
  Delayed(const Delayed&) = delete;
  Delayed& operator=(const Delayed&) = delete;

  void add(size_t place, Number number) {
    __builtin_prefetch(&numbers_[place], 1);
    Addition& addition = waiting_[next_++ % waiting_.size()];
    numbers_[addition.place] += addition.number;
    addition = {place, number};
  }

 private:
  struct Addition {
    size_t place = 0;
    Number number = 0;
  };
  std::vector<Number>& numbers_;
  std::array<Addition, 16> waiting_{};
  size_t next_ = 0;
};

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
  CHECK(replay.requests.size() <= kMostRequests);
  count(replay);
  std::partial_sum(hits_.begin(), hits_.end(), hits_.begin());
  std::partial_sum(bytes_.begin(), bytes_.end(), bytes_.begin());
}

void LruHitsByEntries::count(const Replay& replay) {
  const auto one = [](Node) { return 1u; };
  Delayed counted(hits_);
  if (replay.sizes.bytes.empty()) {
    pass_over<CountedSlots>(replay, one, [&](Node, uint64_t distance) { counted.add(distance, 1); });
    return;
  }
  bytes_.resize(hits_.size());
  Delayed weighed(bytes_);
  pass_over<CountedSlots>(replay, one, [&](Node key, uint64_t distance) {
    counted.add(distance, 1);
    weighed.add(distance, replay.sizes.bytes[key]);
  });
}

SizeHits LruHitsByEntries::at(uint64_t size) const {
  const size_t place = std::min<uint64_t>(size, hits_.size() - 1);
  return {hits_[place], bytes_.empty() ? 0 : bytes_[place]};
}

uint64_t LruHitsByEntries::size_for(uint64_t hits) const {
  const auto size = std::lower_bound(hits_.begin(), hits_.end(), hits);
  return size == hits_.end() ? UINT64_MAX : static_cast<uint64_t>(size - hits_.begin());
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
