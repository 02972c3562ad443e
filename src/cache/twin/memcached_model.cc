#include "cache/twin/memcached_model.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/rng.h"
#include "cache/twin/memcached_items.h"
#include "cache/twin/memcached_maintainer.h"

namespace hitbench {

namespace {

// A flat cache as -o no_modern makes it has neither maintainer nor crawler nor automover.
class MemcachedModel final : public ServerModel {
 public:
  explicit MemcachedModel(const MemcachedModelSetting& setting)
      : setting_(setting),
        items_(setting),
        maintainer_(setting, items_),
        phase_(static_cast<int64_t>(Rng(setting.seed).uniform() * static_cast<double>(kTick.count()))) {}

  void grow(Node keys) override { items_.grow(keys); }

  bool get(Node key, Time now) override {
    run_until(now);
    return items_.get(key);
  }

  Kept set(Node key, const ItemSize& size, Time end, Time now) override {
    run_until(now);
    return items_.set(key, size, end == kNever ? 0 : items_.second() + seconds_until(end, now));
  }

  bool erase(Node key, Time now) override {
    run_until(now);
    return items_.erase(key);
  }

  bool holds(Node key) const override { return items_.holds(key); }

  std::span<const Node> take_gone() override { return items_.take_gone(); }

  ModelUsage usage(Time now) override {
    run_until(now);
    const MemcachedCounts& counts = items_.counts();
    return {.entries = counts.entries,
            .memory_bytes = counts.bytes,
            .limit_bytes = setting_.entries > 0 ? 0 : setting_.memory_bytes,
            .evictions = counts.evictions,
            .expired = counts.expired};
  }

 private:
  static constexpr Duration kTick = std::chrono::seconds(1);

  // An end that has come already makes the entry expire at once, as a negative TTL does.
  static Second seconds_until(Time end, Time now) {
    if (end <= now) return 0;
    const Duration left = end - now;
    return static_cast<Second>(std::min<int64_t>((left.count() + kTick.count() - 1) / kTick.count(), INT32_MAX));
  }

  void run_until(Time now) {
    if (!start_) start_ = now;
    const Duration since = now - *start_;
    if (setting_.segmented) {
      // Of a long time in which nobody asked, the last hour does the same: a crawl comes every ten minutes or so.
      constexpr Duration kIdle = std::chrono::hours(1);
      if (since - maintainer_.next_wake() > kIdle) maintainer_.sleep_until(since - kIdle);
      while (maintainer_.next_wake() <= since) {
        set_clock(maintainer_.next_wake());
        maintainer_.wake();
      }
    }
    set_clock(since);
  }

  void set_clock(Duration since) {
    if (since < next_tick_) return;
    const int64_t seconds = (since + phase_) / kTick;
    items_.set_second(kFirstSecond + static_cast<Second>(seconds));
    next_tick_ = (seconds + 1) * kTick - phase_;
  }

  const MemcachedModelSetting setting_;
  MemcachedItems items_;
  MemcachedMaintainer maintainer_;
  const Duration phase_;  // how long the server's second had lasted at its start
  std::optional<Time> start_;
  Duration next_tick_{};
};

}  // namespace

std::unique_ptr<ServerModel> make_memcached_model(const MemcachedModelSetting& setting) {
  return std::make_unique<MemcachedModel>(setting);
}

}  // namespace hitbench
