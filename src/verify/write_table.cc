#include "verify/write_table.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <new>

#include "base/rng.h"

namespace hitbench {
namespace {

constexpr uint64_t kStripes = 64;
constexpr uint64_t kSpareRecords = 64;  // in each stripe: keys do not spread over them evenly

// Twice as many as writes can be under way at once, where the keys are few enough to pay for it: then all clients can
// be at one key, and its last acknowledged write is still known. Else 8.
constexpr uint64_t kFewKeys = 4096;
constexpr uint64_t kFewestWrites = 8, kMostWrites = 128;

constexpr uint64_t kCountersPerStripe = 4096;

uint64_t records_for(uint64_t keys) { return std::min(keys, WriteTable::kMostKeys) * 5 / 4 / kStripes + kSpareRecords; }

uint64_t writes_for(const WriteTable::Size& size) {
  if (size.keys > kFewKeys) return kFewestWrites;
  return std::clamp(std::bit_ceil(2 * size.clients), kFewestWrites, kMostWrites);
}

}  // namespace

struct WriteTable::Head {
  struct alignas(64) Stripe {
    SharedMutex mutex;
    uint64_t records = 0;
  };
  std::atomic<uint64_t> written = 0;  // keys
  std::atomic<bool> overflowed = false;
  Stripe stripes[kStripes];
};

// Open addressing with linear probing, within the key's stripe. Nothing is ever taken out.
struct WriteTable::Slot {
  std::atomic<uint64_t> key_plus_one;  // 0: free; set last
  uint64_t record;
};

struct WriteTable::Record {
  uint64_t key;
  uint64_t modifies_begun;
  uint64_t modifies_acknowledged;
  uint8_t marks;
  KeyState state;
  // KeyWrite writes[writes_per_key_] follow.
};

// How many modifies the value of a write counts, at most. Direct-mapped: an older write makes room for a newer one.
struct WriteTable::Counter {
  uint64_t id;
  uint64_t count;
  bool open;  // a blind write that is under way: it may yet overwrite whatever began by now
};

struct WriteTable::RecordRef {
  uint64_t stripe;
  Record* record;
};

WriteTable::WriteTable(const Size& size)
    : records_per_stripe_(records_for(size.keys)),
      slots_per_stripe_(std::bit_ceil(2 * records_per_stripe_)),
      writes_per_key_(writes_for(size)),
      counts_(size.counts),
      mapping_(sizeof(Head) +
                   kStripes * (slots_per_stripe_ * sizeof(Slot) + (counts_ ? kCountersPerStripe * sizeof(Counter) : 0) +
                               records_per_stripe_ * (sizeof(Record) + writes_per_key_ * sizeof(KeyWrite))),
               "the write table"),
      head_(new (mapping_.at()) Head),
      slots_(reinterpret_cast<Slot*>(head_ + 1)),
      counters_(reinterpret_cast<Counter*>(slots_ + kStripes * slots_per_stripe_)),
      records_(reinterpret_cast<char*>(counters_ + (counts_ ? kStripes * kCountersPerStripe : 0))) {}

// The mutexes are left as they are: a forked process may still be in one.
WriteTable::~WriteTable() = default;

uint64_t WriteTable::stripe_of(uint64_t key) const { return mix64(key) % kStripes; }

KeyHistory WriteTable::history(Record& record) const {
  return {record.state, {reinterpret_cast<KeyWrite*>(&record + 1), writes_per_key_}};
}

bool WriteTable::knows(uint64_t key) const {
  return head_->written.load(std::memory_order_acquire) != 0 && find(key).has_value();
}

bool WriteTable::overflowed() const { return head_->overflowed.load(std::memory_order_relaxed); }

uint64_t WriteTable::written_keys() const { return head_->written.load(std::memory_order_acquire); }

std::optional<WriteTable::RecordRef> WriteTable::find(uint64_t key) const {
  const uint64_t stripe = stripe_of(key);
  const Slot* const slots = slots_ + stripe * slots_per_stripe_;
  for (uint64_t at = mix64(key) / kStripes;; ++at) {
    const Slot& slot = slots[at & (slots_per_stripe_ - 1)];
    const uint64_t there = slot.key_plus_one.load(std::memory_order_acquire);
    if (there == 0) return std::nullopt;
    if (there == key + 1) {
      const uint64_t size = sizeof(Record) + writes_per_key_ * sizeof(KeyWrite);
      return RecordRef{stripe, reinterpret_cast<Record*>(records_ + slot.record * size)};
    }
  }
}

// With the stripe's lock. Null: there is no room for another key.
WriteTable::Record* WriteTable::enter(uint64_t key) {
  if (const auto there = find(key)) return there->record;
  const uint64_t stripe = stripe_of(key);
  uint64_t& records = head_->stripes[stripe].records;
  if (records == records_per_stripe_) {
    head_->overflowed.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  const uint64_t number = stripe * records_per_stripe_ + records;
  const uint64_t size = sizeof(Record) + writes_per_key_ * sizeof(KeyWrite);
  Record* const record = reinterpret_cast<Record*>(records_ + number * size);
  record->key = key;
  ++records;  // before the key is to be found: two keys must never share a record, whoever dies in between
  Slot* const slots = slots_ + stripe * slots_per_stripe_;
  uint64_t at = mix64(key) / kStripes;
  while (slots[at & (slots_per_stripe_ - 1)].key_plus_one.load(std::memory_order_relaxed) != 0) ++at;
  Slot& slot = slots[at & (slots_per_stripe_ - 1)];
  slot.record = number;
  slot.key_plus_one.store(key + 1, std::memory_order_release);
  head_->written.fetch_add(1, std::memory_order_release);
  return record;
}

WriteTable::Counter* WriteTable::counter(uint64_t key, uint64_t id) const {
  return &counters_[stripe_of(key) * kCountersPerStripe + mix64(id) % kCountersPerStripe];
}

// At most the modifies that have begun; exactly what was counted, where that is still known.
uint64_t WriteTable::count_of(const Record& record, uint64_t id) const {
  if (id == 0) return 0;
  const Counter& known = *counter(record.key, id);
  return known.id == id && !known.open ? known.count : record.modifies_begun;
}

void WriteTable::begin(const Write& write) {
  const std::lock_guard lock(head_->stripes[stripe_of(write.key)].mutex);
  Record* const record = enter(write.key);
  if (record == nullptr) return;
  history(*record).begin(write.id, write.started);
  if (!counts_) return;
  const uint64_t count = write.based_on ? count_of(*record, *write.based_on) + 1 : 0;
  if (write.based_on) ++record->modifies_begun;
  *counter(write.key, write.id) = {.id = write.id, .count = count, .open = !write.based_on};
}

void WriteTable::acknowledged(const Write& write, Time now) {
  const auto ref = find(write.key);
  if (!ref) return;
  const std::lock_guard lock(head_->stripes[ref->stripe].mutex);
  Record& record = *ref->record;
  history(record).acknowledged(write.id, now);
  if (!counts_) return;
  if (write.based_on) {
    ++record.modifies_acknowledged;
  } else if (Counter& own = *counter(write.key, write.id); own.id == write.id) {
    own.count = record.modifies_begun;  // it may have overwritten all of them, and rightly so
    own.open = false;
  }
}

void WriteTable::gave_up(const Write& write) {
  const auto ref = find(write.key);
  if (!ref) return;
  const std::lock_guard lock(head_->stripes[ref->stripe].mutex);
  history(*ref->record).gave_up(write.id);
}

void WriteTable::committed(uint64_t key, uint64_t id) {
  const auto ref = find(key);
  if (!ref) return;
  const std::lock_guard lock(head_->stripes[ref->stripe].mutex);
  history(*ref->record).committed(id);
}

KeyHistory::Assessment WriteTable::assess(uint64_t key, uint64_t id, Time began) const {
  const auto ref = find(key);
  if (!ref) return {.checked = !overflowed()};
  const std::lock_guard lock(head_->stripes[ref->stripe].mutex);
  return history(*ref->record).assess(id, began);
}

WriteTable::Losses WriteTable::losses(uint64_t key, uint64_t final_id) const {
  const auto ref = find(key);
  if (!ref) return {};
  const std::lock_guard lock(head_->stripes[ref->stripe].mutex);
  const std::optional<uint64_t> lost = history(*ref->record).lost(final_id);
  if (!lost) return {.checked = false};
  Losses losses{.writes = *lost};
  if (!counts_) return losses;
  const uint64_t explained = count_of(*ref->record, final_id) + losses.writes;
  losses.updates = ref->record->modifies_acknowledged - std::min(explained, ref->record->modifies_acknowledged);
  return losses;
}

void WriteTable::for_each_written(const std::function<void(uint64_t)>& each) const {
  const uint64_t size = sizeof(Record) + writes_per_key_ * sizeof(KeyWrite);
  for (uint64_t stripe = 0; stripe < kStripes; ++stripe) {
    const char* record = records_ + stripe * records_per_stripe_ * size;
    for (uint64_t left = head_->stripes[stripe].records; left > 0; --left, record += size) {
      each(reinterpret_cast<const Record*>(record)->key);
    }
  }
}

bool WriteTable::mark_once(uint64_t key, int pass) {
  const auto ref = find(key);
  if (!ref) return false;
  const std::lock_guard lock(head_->stripes[ref->stripe].mutex);
  const auto mark = static_cast<uint8_t>(1u << pass);
  const bool first = (ref->record->marks & mark) == 0;
  ref->record->marks |= mark;
  return first;
}

}  // namespace hitbench
