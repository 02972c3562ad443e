#include "cache/twin/memcached_automove.h"

namespace hitbench {

namespace {

constexpr size_t kSourcePages = 2;      // MIN_PAGES_FOR_SOURCE: it must have more
constexpr double kFreePages = 2.5;      // MIN_PAGES_FOR_RECLAIM
constexpr double kAgeRatio = 0.8;       // slab_automove_ratio
constexpr float kEvictedShare = 0.25F;  // of all evictions in a window, even if they are in few of its seconds

}  // namespace

MemcachedAutomover::Sample MemcachedAutomover::sample(const MemcachedItems& items, SlabClass slab_class,
                                                      uint64_t evictions) {
  const Before now{items.evictions(slab_class), items.refusals(slab_class), items.slabs().pages(slab_class)};
  Before& before = before_[slab_class];
  Sample sample;
  if (now.evictions > before.evictions) {
    sample.evicted_share = static_cast<float>(now.evictions - before.evictions) / static_cast<float>(evictions);
    sample.has_evicted = true;
  }
  sample.is_dirty = sample.has_evicted || now.refusals > before.refusals || now.pages > before.pages;
  const Node oldest = items.queue(slab_class, QueueKind::cold).tail;
  if (oldest != kNoNode) sample.age = items.second() - items.item(oldest).used;
  before = now;
  return sample;
}

MemcachedAutomover::Sum MemcachedAutomover::sum(SlabClass slab_class) const {
  Sum sum;
  for (const Sample& sample : windows_[slab_class]) {
    sum.age += sample.age;
    sum.evicted_share += sample.evicted_share;
    sum.evicted += sample.has_evicted ? 1 : 0;
    sum.dirty += sample.is_dirty ? 1 : 0;
  }
  return sum;
}

std::optional<MemcachedAutomover::Move> MemcachedAutomover::decide(const MemcachedItems& items) {
  const MemcachedSlabs& slabs = items.slabs();
  uint64_t evictions = 0;
  for (SlabClass n = 1; n <= slabs.classes(); ++n) evictions += items.evictions(n) - before_[n].evictions;
  ++turn_;
  SlabClass oldest = 0;
  SlabClass youngest = 0;
  uint64_t oldest_age = 0;
  uint64_t youngest_age = UINT64_MAX;
  bool is_evicting = false;
  std::optional<Move> spare;
  for (SlabClass n = 1; n <= slabs.classes(); ++n) {
    if (slabs.pages(n) == 0) continue;  // it has neither entries nor a past
    const Sample now = sample(items, n, evictions);
    if (spare) continue;
    windows_[n][turn_ % kWindow] = now;
    const Sum window = sum(n);
    const uint64_t age = window.age / kWindow;
    const auto free = static_cast<double>(slabs.free_chunks(n));
    if (free > slabs.chunks_per_page(n) * kFreePages && window.dirty == 0) {
      spare = Move{n, 0};
      continue;
    }
    if (age > oldest_age && slabs.pages(n) > kSourcePages) {
      oldest = n;
      oldest_age = age;
    }
    if (age < youngest_age && (window.evicted > kWindow / 2 || window.evicted_share / kWindow > kEvictedShare)) {
      youngest = n;
      youngest_age = age;
      is_evicting = now.has_evicted;
    }
  }
  if (spare) return spare;
  if (youngest == 0 || oldest == 0 || youngest == oldest || turn_ <= kWindow || !is_evicting) return std::nullopt;
  if (static_cast<double>(youngest_age) >= static_cast<double>(oldest_age) * kAgeRatio) return std::nullopt;
  return Move{oldest, youngest};
}

}  // namespace hitbench
