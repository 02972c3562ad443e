#include "cache/twin/redis_model.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/rng.h"
#include "cache/twin/redis_dict.h"
#include "cache/twin/redis_eviction.h"
#include "cache/twin/redis_expiry.h"
#include "cache/twin/redis_memory.h"

namespace hitbench {
namespace {

constexpr std::array<std::string_view, 8> kRedisPolicyNames = {
    "allkeys-lru",  "allkeys-lfu",     "allkeys-random", "volatile-lru",
    "volatile-lfu", "volatile-random", "volatile-ttl",   "noeviction",
};

constexpr int64_t kNoExpiry = INT64_MAX;
constexpr uint64_t kBulkMax = uint64_t{512} << 20;  // proto-max-bulk-len

// HASHTABLE_MAX_LOAD_FACTOR: up to here a table that does not fit below `maxmemory` is not enlarged.
constexpr double kLoadMax = 1.618;

// Buckets with entries that cron rehashes each time, for 1 to 2 ms. Measured: 524,288 buckets, 63 % of them with
// entries, took an idle Redis 7.0.15 9.2 to 11.2 s, on a virtual machine with 2 cores that had other work.
constexpr uint64_t kCronRehash = 3'500;

// How often a command searches the dictionary of keys, each time with a step of rehashing.
constexpr int kSearchesOfSet = 3;

class RedisModel final : public ServerModel, private RedisExpiryOwner {
 public:
  explicit RedisModel(const RedisModelSetting& setting)
      : setting_(setting),
        rng_(setting.seed),
        memory_(setting),
        keys_(rng_.next()),
        expiries_(rng_.next()),
        uses_(setting),
        expiry_(setting.hz, setting.active_expire_effort),
        cron_period_ms_(1000 / setting.hz),
        wall_offset_ms_(static_cast<int64_t>(rng_.below(60'000))),
        evicts_volatile_(setting.policy >= RedisPolicy::volatile_lru && setting.policy <= RedisPolicy::volatile_ttl),
        samples_(setting.samples) {}

  void grow(Node keys) override;
  bool get(Node key, Time now) override;
  Kept set(Node key, const ItemSize& size, Time end, Time now) override;
  bool erase(Node key, Time now) override;
  bool holds(Node key) const override { return entries_[key].bytes != 0; }
  std::span<const Node> take_gone() override;
  ModelUsage usage(Time now) override;

 private:
  struct Entry {
    int64_t end_ms = kNoExpiry;
    uint32_t bytes = 0;  // 0: there is none
    UseStamp uses = 0;
  };

  bool is_volatile(const Entry& entry) const { return entry.end_ms != kNoExpiry; }
  int64_t wall_ms() const { return now_ms_ + wall_offset_ms_; }
  uint64_t used_bytes() const {
    return memory_.fixed() + large_argument_ + entry_bytes_ + keys_.table_bytes() + expiries_.table_bytes();
  }

  void begin_command(Time now);
  void run_crons();
  void cron(int64_t at_ms);

  bool is_over(uint64_t more_bytes, uint64_t more_entries) const;
  bool make_room(uint64_t more_bytes, uint64_t more_entries);
  Node victim();
  void add_candidates(RedisDict& from);
  bool expire_if_due(Node key, int64_t now_ms) override;

  void prepare_table(RedisDict& dict);
  void set_expiry(Node key, int64_t end_ms);
  void remove(Node key);

  const RedisModelSetting setting_;
  Rng rng_;
  const RedisMemory memory_;
  RedisDict keys_;
  RedisDict expiries_;
  RedisUses uses_;
  RedisEvictionPool pool_;
  RedisActiveExpiry expiry_;
  const int64_t cron_period_ms_;
  const int64_t wall_offset_ms_;  // of the wall clock, whose seconds and minutes are those of LRU and LFU
  const bool evicts_volatile_;
  std::vector<Node> samples_;

  std::vector<Entry> entries_;
  int64_t now_ms_ = 0;
  int64_t next_cron_ms_ = INT64_MIN;
  uint64_t crons_ = 0;
  uint64_t entry_bytes_ = 0;
  uint64_t large_argument_ = 0;  // what query buffers have grown by
  bool large_argument_came_ = false;
  uint64_t evictions_ = 0;
  uint64_t expired_ = 0;
  std::vector<Node> gone_;
  std::vector<Node> taken_;
};

void RedisModel::grow(Node keys) {
  if (keys <= entries_.size()) return;
  entries_.resize(keys);
  keys_.grow(keys);
  expiries_.grow(keys);
}

bool RedisModel::get(Node key, Time now) {
  begin_command(now);
  make_room(memory_.arguments_of_get(), 0);
  keys_.step();
  Entry& entry = entries_[key];
  if (entry.bytes == 0) return false;
  if (is_volatile(entry)) {
    expiries_.step();
    if (expire_if_due(key, now_ms_)) return false;
  }
  entry.uses = uses_.used(entry.uses, wall_ms(), rng_);
  return true;
}

ServerModel::Kept RedisModel::set(Node key, const ItemSize& size, Time end, Time now) {
  begin_command(now);
  if (size.value_bytes > kBulkMax) return Kept::too_large;
  if (const uint64_t large = memory_.large_argument(size.value_bytes); large > 0) {
    large_argument_ = setting_.clients * large;
    large_argument_came_ = true;
  }
  if (!make_room(memory_.arguments_of_set(size, end != kNever), entries_[key].bytes == 0)) return Kept::no_memory;

  Entry& entry = entries_[key];
  if (entry.bytes != 0) expire_if_due(key, now_ms_);
  for (int i = 0; i < kSearchesOfSet; ++i) keys_.step();
  if (entry.bytes == 0) {
    prepare_table(keys_);
    keys_.insert(key);
    entry.uses = uses_.created(wall_ms());
  } else {
    entry.uses = uses_.overwritten(uses_.used(entry.uses, wall_ms(), rng_), wall_ms());
    entry_bytes_ -= entry.bytes;
  }
  entry.bytes = static_cast<uint32_t>(memory_.entry(size));
  entry_bytes_ += entry.bytes;
  set_expiry(key,
             end == kNever ? kNoExpiry : std::chrono::floor<std::chrono::milliseconds>(end).time_since_epoch().count());
  return Kept::kept;
}

bool RedisModel::erase(Node key, Time now) {
  begin_command(now);
  make_room(memory_.arguments_of_get(), 0);
  keys_.step();
  if (entries_[key].bytes == 0 || expire_if_due(key, now_ms_)) return false;
  remove(key);
  return true;
}

std::span<const Node> RedisModel::take_gone() {
  taken_.swap(gone_);
  gone_.clear();
  return taken_;
}

ModelUsage RedisModel::usage(Time now) {
  begin_command(now);
  return {.entries = keys_.size(),
          .memory_bytes = used_bytes(),
          .buffer_bytes = large_argument_,
          .limit_bytes = setting_.memory_bytes,
          .evictions = evictions_,
          .expired = expired_};
}

void RedisModel::begin_command(Time now) {
  now_ms_ = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  if (now_ms_ >= next_cron_ms_) run_crons();
  expiry_.fast_cycle(expiries_, now_ms_, *this);
}

// All that were due since the last command. Where they have nothing to do but to read the clock, only the last.
void RedisModel::run_crons() {
  if (next_cron_ms_ == INT64_MIN) {  // the server started some time before its first command
    cron(now_ms_);
    next_cron_ms_ = now_ms_ + 1 + static_cast<int64_t>(rng_.below(static_cast<uint64_t>(cron_period_ms_)));
  }
  // Of a long time in which nobody asked, the last ten minutes do the same: what has expired is gone after seconds.
  constexpr int64_t kIdleMs = 600'000;
  if (now_ms_ - next_cron_ms_ > kIdleMs) {
    next_cron_ms_ += (now_ms_ - kIdleMs - next_cron_ms_) / cron_period_ms_ * cron_period_ms_;
  }
  while (next_cron_ms_ <= now_ms_) {
    if (expiries_.size() == 0 && !keys_.is_rehashing() && !expiries_.is_rehashing() && large_argument_ == 0) {
      next_cron_ms_ += (now_ms_ - next_cron_ms_) / cron_period_ms_ * cron_period_ms_;
    }
    cron(next_cron_ms_);
    next_cron_ms_ += cron_period_ms_;
  }
}

void RedisModel::cron(int64_t at_ms) {
  uses_.set_clock(at_ms + wall_offset_ms_);
  if (++crons_ % setting_.hz == 0) {  // each client's buffers are looked at once a second
    if (!std::exchange(large_argument_came_, false)) large_argument_ = 0;
  }
  expiry_.slow_cycle(expiries_, at_ms, *this);
  keys_.shrink_if_sparse();
  expiries_.shrink_if_sparse();
  if (keys_.is_rehashing()) {
    keys_.rehash(kCronRehash);
  } else {
    expiries_.rehash(kCronRehash);
  }
}

bool RedisModel::is_over(uint64_t more_bytes, uint64_t more_entries) const {
  if (setting_.memory_bytes > 0 && used_bytes() + more_bytes > setting_.memory_bytes) return true;
  return setting_.entries > 0 && keys_.size() + more_entries > setting_.entries;
}

// Before a command, with its arguments in memory already; whether there is room.
bool RedisModel::make_room(uint64_t more_bytes, uint64_t more_entries) {
  while (is_over(more_bytes, more_entries)) {
    const Node key = victim();
    if (key == kNoNode) return false;
    remove(key);
    ++evictions_;
    gone_.push_back(key);
  }
  return true;
}

Node RedisModel::victim() {
  const RedisPolicy policy = setting_.policy;
  RedisDict& from = evicts_volatile_ ? expiries_ : keys_;
  if (policy == RedisPolicy::noeviction || from.size() == 0) return kNoNode;
  if (policy == RedisPolicy::allkeys_random || policy == RedisPolicy::volatile_random) {
    from.step();
    return from.random(rng_);
  }
  for (;;) {
    add_candidates(from);
    for (Node key; (key = pool_.take_best()) != kNoNode;) {
      from.step();
      const Entry& entry = entries_[key];
      if (entry.bytes != 0 && (!evicts_volatile_ || is_volatile(entry))) return key;
    }
  }
}

void RedisModel::add_candidates(RedisDict& from) {
  const size_t count = from.sample(samples_, rng_);
  for (const Node key : std::span(samples_).first(count)) {
    const Entry& entry = entries_[key];
    const bool by_expiry = setting_.policy == RedisPolicy::volatile_ttl;
    pool_.offer(key, by_expiry ? UINT64_MAX - static_cast<uint64_t>(entry.end_ms) : uses_.score(entry.uses, wall_ms()));
  }
}

bool RedisModel::expire_if_due(Node key, int64_t now_ms) {
  const Entry& entry = entries_[key];
  if (!is_volatile(entry) || now_ms <= entry.end_ms) return false;
  remove(key);
  ++expired_;
  gone_.push_back(key);
  return true;
}

void RedisModel::prepare_table(RedisDict& dict) {
  const uint64_t more = dict.wanted_table_bytes();
  if (more == 0) return;
  const bool fits = setting_.memory_bytes == 0 || used_bytes() + more <= setting_.memory_bytes;
  if (fits || dict.load() > kLoadMax || dict.buckets() == 0) dict.enlarge();
}

void RedisModel::set_expiry(Node key, int64_t end_ms) {
  Entry& entry = entries_[key];
  const bool had = is_volatile(entry);
  entry.end_ms = end_ms;
  if (had) {
    expiries_.step();
    expiries_.remove(key);
    entry_bytes_ -= memory_.expiry_node();
  }
  if (!is_volatile(entry)) return;
  expiries_.step();
  prepare_table(expiries_);
  expiries_.insert(key);
  entry_bytes_ += memory_.expiry_node();
}

void RedisModel::remove(Node key) {
  Entry& entry = entries_[key];
  if (is_volatile(entry)) {
    expiries_.step();
    expiries_.remove(key);
    entry_bytes_ -= memory_.expiry_node();
  }
  keys_.step();
  keys_.remove(key);
  entry_bytes_ -= entry.bytes;
  entry = Entry();
}

}  // namespace

std::span<const std::string_view> redis_policy_names() { return kRedisPolicyNames; }

std::optional<RedisPolicy> redis_policy_named(std::string_view name) {
  const auto at = std::find(kRedisPolicyNames.begin(), kRedisPolicyNames.end(), name);
  if (at == kRedisPolicyNames.end()) return std::nullopt;
  return static_cast<RedisPolicy>(at - kRedisPolicyNames.begin());
}

std::unique_ptr<ServerModel> make_redis_model(const RedisModelSetting& setting) {
  CHECK(setting.samples > 0 && setting.hz > 0 && setting.hz <= 500);
  CHECK(setting.active_expire_effort >= 1 && setting.active_expire_effort <= 10);
  return std::make_unique<RedisModel>(setting);
}

}  // namespace hitbench
