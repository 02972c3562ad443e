#include "engine/steadiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"

namespace hitbench {
namespace {

constexpr size_t kApart = 3;  // windows: a ratio that creeps moves little from one to the next
constexpr uint64_t kReadsPerKey = 20, kFewestReads = 4000, kMostReads = 40'000;

double hit_ratio(const WarmStretch& stretch) {
  return static_cast<double>(stretch.hits) / static_cast<double>(std::max<uint64_t>(stretch.reads, 1));
}

bool is_few(uint64_t count, uint64_t reads) {
  return static_cast<double>(count) < kHalfAPoint * static_cast<double>(reads);
}

void add_to(WarmStretch& sum, const WarmStretch& more) {
  sum.operations += more.operations;
  sum.reads += more.reads;
  sum.hits += more.hits;
  sum.misses += more.misses;
  sum.first_misses += more.first_misses;
  sum.evictions += more.evictions;
  sum.entries = more.entries;
  sum.took += more.took;
}

}  // namespace

uint64_t steady_window(uint64_t keys) {
  return std::clamp(std::min(keys, kMostReads) * kReadsPerKey, kFewestReads, kMostReads);
}

void Steadiness::add(const WarmStretch& stretch, Duration budget) {
  budget_ = budget;
  add_to(all_, stretch);
  add_to(window_, stretch);
  evicts_ = evicts_ || stretch.evictions > 0;
  if (window_.reads < rule_.window_reads || !closes()) return;
  windows_.push_back({window_, covered()});
  window_ = {};
}

bool expiry_matters(Duration ttl, uint64_t keys, uint64_t reads, Duration took) {
  if (ttl == kForever || reads == 0) return false;
  const double reads_a_ttl = static_cast<double>(reads) * (static_cast<double>(ttl.count()) /
                                                           static_cast<double>(std::max<int64_t>(took.count(), 1)));
  return static_cast<double>(keys) > kHalfAPoint * reads_a_ttl;
}

// An empty cache that will evict one day, but has room yet.
bool Steadiness::fills() const {
  const WarmStretch& last = window_.reads == 0 && !windows_.empty() ? windows_.back().seen : window_;
  return rule_.may_evict && !evicts_ && !is_few(last.first_misses, last.reads);
}

bool Steadiness::covered() const {
  const bool turned_over = evicts_ && window_.misses >= window_.entries;
  if (turned_over) return true;
  if (expiry_matters()) return window_.took >= rule_.ttl;
  return evicts_ ? is_few(window_.misses, window_.reads) : !fills();
}

// Nothing is evicted, and no whole TTL will be seen.
bool Steadiness::outlived() const { return !evicts_ && expiry_matters() && rule_.ttl > budget_; }

// What is not covered is waited for, but where that is in vain windows of reads still tell whether the ratio moves.
bool Steadiness::closes() const { return covered() || fills() || outlived(); }

bool Steadiness::stands_still() const {
  if (windows_.size() <= kApart) return false;
  const double before = hit_ratio(windows_[windows_.size() - 1 - kApart].seen);
  return std::fabs(hit_ratio(windows_.back().seen) - before) < kHalfAPoint;
}

bool Steadiness::steady() const {
  if (!rule_.has_cache) return true;
  const auto is_covered = [](const Window& window) { return window.covered; };
  return stands_still() && std::all_of(windows_.end() - 1 - kApart, windows_.end(), is_covered);
}

Duration Steadiness::wanted() const {
  return expiry_matters() ? rule_.ttl * static_cast<int64_t>(1 + kApart) : Duration{0};
}

bool Steadiness::is_done() const { return steady() || (stands_still() && outlived()); }

std::string Steadiness::why() const {
  if (expiry_matters() && !evicts_ && wanted() > all_.took) {
    return fmt::format("entries live {}, and it did not run for four times that", spell_duration(rule_.ttl));
  }
  if (evicts_ && (windows_.size() <= kApart || !windows_.back().covered)) {
    return "its entries have not all been replaced a few times";
  }
  if (fills()) return "it still fills";
  if (windows_.size() <= kApart) {
    return fmt::format("it did not run for four windows of {} reads",
                       format_count(static_cast<double>(rule_.window_reads)));
  }
  const double moved = hit_ratio(windows_.back().seen) - hit_ratio(windows_[windows_.size() - 1 - kApart].seen);
  return fmt::format("its hit ratio moved by {:.1f} points within three windows", 100 * std::fabs(moved));
}

}  // namespace hitbench
