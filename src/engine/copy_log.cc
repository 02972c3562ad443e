#include "engine/copy_log.h"

#include <algorithm>
#include <new>

#include "base/key.h"

namespace hitbench {

CopyLog::CopyLog(uint64_t rows, uint64_t absent)
    : rows_(std::min(rows, kMostRows)),
      absent_(std::min(absent, kMostAbsent)),
      mapping_(sizeof(Head) + (rows_ + absent_) * (sizeof(Account) + 1), "the account of copies"),
      head_(new (mapping_.at()) Head),
      accounts_(reinterpret_cast<Account*>(head_ + 1)),
      read_(reinterpret_cast<std::atomic<uint8_t>*>(accounts_ + rows_ + absent_)) {}

uint64_t CopyLog::place_of(uint64_t key) const {
  if (key < rows_) return key;
  const bool tracked = key >= kFirstAbsentKey && key - kFirstAbsentKey < absent_;
  return tracked ? rows_ + (key - kFirstAbsentKey) : kUntracked;
}

void CopyLog::put(uint64_t place, State state) {
  const uint32_t generation = head_->generation.load(std::memory_order_relaxed);
  accounts_[place].state_and_generation.store(generation << 2 | state, std::memory_order_relaxed);
}

void CopyLog::stored(uint64_t key, Time expiry) {
  const uint64_t place = place_of(key);
  if (place == kUntracked) return;
  accounts_[place].expiry_ns.store(expiry.time_since_epoch().count(), std::memory_order_relaxed);
  put(place, kThere);
  read_[place].store(0, std::memory_order_relaxed);
  head_->copies.fetch_add(1, std::memory_order_relaxed);
}

// A key that was never there is missed for the first time, whoever deleted nothing before.
void CopyLog::erased(uint64_t key) {
  const uint64_t place = place_of(key);
  if (place == kUntracked) return;
  if (accounts_[place].state_and_generation.load(std::memory_order_relaxed) % 4 != kFirst) put(place, kErased);
}

void CopyLog::unsure(uint64_t key) {
  if (const uint64_t place = place_of(key); place != kUntracked) put(place, kUnsure);
}

void CopyLog::hit(uint64_t key) {
  const uint64_t place = place_of(key);
  if (place == kUntracked || read_[place].load(std::memory_order_relaxed) != 0) return;
  if (read_[place].exchange(1, std::memory_order_relaxed) == 0) {
    head_->copies_read.fetch_add(1, std::memory_order_relaxed);
  }
}

// Whatever was past its expiry would have been missed anyway, whether or not the cache was lost or full.
MissCause CopyLog::why_missed(uint64_t key, Time now, Duration slack) const {
  const uint64_t place = place_of(key);
  if (place == kUntracked) return MissCause::unknown;
  const uint32_t account = accounts_[place].state_and_generation.load(std::memory_order_relaxed);
  switch (account % 4) {
    case kFirst:
      return MissCause::first;
    case kErased:
      return MissCause::invalidated;
    case kUnsure:
      return MissCause::unknown;
    default:
      break;
  }
  const Time expiry(Duration(accounts_[place].expiry_ns.load(std::memory_order_relaxed)));
  if (expiry != kNever && expiry - slack <= now) return MissCause::expired;
  const bool is_older = account >> 2 != head_->generation.load(std::memory_order_relaxed);
  return is_older ? MissCause::lost : MissCause::evicted;
}

void CopyLog::lost_all() { head_->generation.fetch_add(1, std::memory_order_relaxed); }

void CopyLog::opened(bool by_its_only_process) {
  if (head_->openings.fetch_add(1, std::memory_order_relaxed) > 0 && by_its_only_process) lost_all();
}

}  // namespace hitbench
