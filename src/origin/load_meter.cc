#include "origin/load_meter.h"

#include <algorithm>
#include <bit>
#include <new>

#include "base/rng.h"

namespace hitbench {
namespace {

// Four slots for each client: probes stay short, and there is room for what dead processes leave behind.
constexpr uint64_t kSlotsPerClient = 4;
constexpr uint64_t kSpareSlots = 64;

}  // namespace

struct LoadMeter::Shared {
  SharedMutex mutex;
  OriginUsage usage;
  uint64_t loads_now = 0;
};

// A key with loads under way; a slot with no loads is free. Open addressing with linear probing.
struct LoadMeter::KeyInFlight {
  uint64_t key;
  uint64_t loads;
};

LoadMeter::LoadMeter(int clients)
    : slots_(std::bit_ceil(kSlotsPerClient * static_cast<uint64_t>(clients) + kSpareSlots)),
      mapping_(sizeof(Shared) + slots_ * sizeof(KeyInFlight), "the origin's counters"),
      shared_(new (mapping_.at()) Shared),
      keys_(reinterpret_cast<KeyInFlight*>(static_cast<char*>(mapping_.at()) + sizeof(Shared))) {}

// The mutex is left as it is: a forked process may still be in it.
LoadMeter::~LoadMeter() = default;

SharedMutex& LoadMeter::mutex() const { return shared_->mutex; }

void LoadMeter::begin_measuring() {
  const std::lock_guard lock(shared_->mutex);
  shared_->usage = {.peak_concurrent_loads = shared_->loads_now};
  for (uint64_t slot = 0; slot < slots_; ++slot) {
    uint64_t& peak = shared_->usage.peak_concurrent_loads_per_key;
    peak = std::max(peak, keys_[slot].loads);
  }
}

OriginUsage LoadMeter::usage() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->usage;
}

LoadMeter::Visit::Visit(LoadMeter& meter, Kind kind, uint64_t key, Duration queued)
    : meter_(meter), kind_(kind), key_(key) {
  Shared& shared = *meter_.shared_;
  const std::lock_guard lock(shared.mutex);
  if (queued > Duration{0}) {
    ++shared.usage.queued;
    shared.usage.queue_wait_total += queued;
  }
  if (kind == Kind::store) {
    ++shared.usage.stores;
    return;
  }
  ++shared.usage.loads;
  shared.usage.peak_concurrent_loads = std::max(shared.usage.peak_concurrent_loads, ++shared.loads_now);
  meter_.enter_key(key);
}

LoadMeter::Visit::~Visit() {
  Shared& shared = *meter_.shared_;
  const std::lock_guard lock(shared.mutex);
  if (failed_) ++shared.usage.failed;
  if (disk_) ++shared.usage.refused_by_disk;
  if (kind_ == Kind::store) return;
  --shared.loads_now;
  meter_.leave_key(key_);
}

// A key that finds no slot (only after many processes died) is not counted.
void LoadMeter::enter_key(uint64_t key) {
  uint64_t slot = mix64(key) & (slots_ - 1);
  for (uint64_t probes = 0; probes < slots_; ++probes, slot = (slot + 1) & (slots_ - 1)) {
    KeyInFlight& at = keys_[slot];
    if (at.loads != 0 && at.key != key) continue;
    if (at.loads == 0) ++shared_->usage.expiries;
    at.key = key;
    uint64_t& peak = shared_->usage.peak_concurrent_loads_per_key;
    peak = std::max(peak, ++at.loads);
    return;
  }
}

void LoadMeter::leave_key(uint64_t key) {
  uint64_t slot = mix64(key) & (slots_ - 1);
  uint64_t probes = 0;
  while (keys_[slot].loads == 0 || keys_[slot].key != key) {
    if (keys_[slot].loads == 0 || ++probes == slots_) return;
    slot = (slot + 1) & (slots_ - 1);
  }
  if (--keys_[slot].loads != 0) return;
  // Closes the gap, so that every key can still be reached from its home without one (Knuth, TAOCP 6.4, algorithm R).
  uint64_t gap = slot;
  for (uint64_t steps = 1; steps < slots_; ++steps) {
    slot = (slot + 1) & (slots_ - 1);
    if (keys_[slot].loads == 0) return;
    const uint64_t home = mix64(keys_[slot].key) & (slots_ - 1);
    const bool home_lies_behind_gap = ((slot - home) & (slots_ - 1)) < ((slot - gap) & (slots_ - 1));
    if (home_lies_behind_gap) continue;
    keys_[gap] = keys_[slot];
    keys_[slot].loads = 0;
    gap = slot;
  }
}

}  // namespace hitbench
