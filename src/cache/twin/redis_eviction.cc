#include "cache/twin/redis_eviction.h"

#include <algorithm>

namespace hitbench {
namespace {

constexpr uint32_t kNewCounter = 5;  // LFU_INIT_VAL
constexpr uint32_t kCounterMax = 255;
constexpr uint32_t kMinuteMask = 0xffff;

uint32_t lfu_minute(int64_t wall_ms) { return static_cast<uint32_t>(wall_ms / 60'000) & kMinuteMask; }

}  // namespace

// Before those with an equal score, so that of equals the one that came first is the better one. A full pool loses its
// lowest, unless that is the new one.
void RedisEvictionPool::offer(Node node, uint64_t score) {
  size_t at = 0;
  while (at < size_ && candidates_[at].score < score) ++at;
  const auto first = candidates_.begin();
  if (size_ < kSize) {
    std::copy_backward(first + at, first + size_, first + size_ + 1);
    ++size_;
  } else {
    if (at == 0) return;
    std::copy(first + 1, first + at, first);
    --at;
  }
  candidates_[at] = {.score = score, .node = node};
}

Node RedisEvictionPool::take_best() { return size_ == 0 ? kNoNode : candidates_[--size_].node; }

RedisUses::RedisUses(const RedisModelSetting& setting)
    : log_factor_(setting.lfu_log_factor), decay_minutes_(setting.lfu_decay_minutes) {
  const RedisPolicy policy = setting.policy;
  if (policy == RedisPolicy::allkeys_lru || policy == RedisPolicy::volatile_lru) kind_ = Kind::lru;
  if (policy == RedisPolicy::allkeys_lfu || policy == RedisPolicy::volatile_lfu) kind_ = Kind::lfu;
}

UseStamp RedisUses::created(int64_t wall_ms) const {
  return kind_ == Kind::lfu ? lfu_minute(wall_ms) << 8 | kNewCounter : seconds_;
}

UseStamp RedisUses::used(UseStamp stamp, int64_t wall_ms, Rng& rng) const {
  if (kind_ != Kind::lfu) return seconds_;
  uint32_t counter = counter_of(stamp, wall_ms);
  if (counter < kCounterMax) {
    const uint32_t above = counter > kNewCounter ? counter - kNewCounter : 0;
    if (rng.uniform() * (static_cast<double>(above) * log_factor_ + 1) < 1) ++counter;
  }
  return lfu_minute(wall_ms) << 8 | counter;
}

UseStamp RedisUses::overwritten(UseStamp old, int64_t wall_ms) const {
  return kind_ == Kind::lfu ? old : created(wall_ms);
}

uint64_t RedisUses::score(UseStamp stamp, int64_t wall_ms) const {
  if (kind_ == Kind::lfu) return kCounterMax - counter_of(stamp, wall_ms);
  return (seconds_ - stamp) & kLruMask;
}

uint32_t RedisUses::counter_of(UseStamp stamp, int64_t wall_ms) const {
  const uint32_t counter = stamp & 0xff;
  if (decay_minutes_ == 0) return counter;
  const uint32_t periods = ((lfu_minute(wall_ms) - (stamp >> 8)) & kMinuteMask) / decay_minutes_;
  return periods > counter ? 0 : counter - periods;
}

}  // namespace hitbench
