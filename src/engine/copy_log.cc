#include "engine/copy_log.h"

#include <algorithm>
#include <new>

#include "base/key.h"

namespace hitbench {
namespace {

uint64_t state_of(uint64_t account) { return account & 7; }
MissCause former_cause(uint64_t account) { return static_cast<MissCause>(account >> 3 & 7); }
uint64_t generation_of(uint64_t account) { return account >> 6 & ((1u << 26) - 1); }

}  // namespace

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

uint32_t CopyLog::generation() const { return head_->generation.load(std::memory_order_relaxed) & ((1u << 26) - 1); }

CopyLog::Before CopyLog::before(uint64_t key) const {
  const uint64_t place = place_of(key);
  if (place == kUntracked) return {place, 0};
  return {place, accounts_[place].summary.load(std::memory_order_relaxed)};
}

CopyLog::Before CopyLog::erasing(uint64_t key) {
  const Before there = before(key);
  if (state_of(there.account) != kThere) return there;
  put(there, kContended, former_cause(there.account));
  return before(key);
}

void CopyLog::put(const Before& before, State state, MissCause cause) {
  std::atomic<uint64_t>& summary = accounts_[before.place].summary;
  const uint64_t version = (summary.load(std::memory_order_relaxed) >> 32) + 1;
  const uint64_t account = version << 32 | uint64_t{generation()} << 6 | static_cast<uint64_t>(cause) << 3 | state;
  summary.store(account, std::memory_order_relaxed);
}

void CopyLog::stored(const Before& before, Time expiry, Clock clock) {
  if (before.place == kUntracked) return;
  Account& account = accounts_[before.place];
  const uint64_t now = account.summary.load(std::memory_order_relaxed);
  const bool replaces = state_of(now) == kThere && cause_of(before.place, now, clock) == MissCause::evicted;
  const MissCause cause = replaces ? former_cause(now) : cause_of(before.place, now, clock);
  const bool contended = now != before.account && (state_of(now) == kErased || state_of(now) == kContended);
  account.expiry_ns.store(expiry.time_since_epoch().count(), std::memory_order_relaxed);
  put(before, contended ? kContended : kThere, cause);
  // The mark was the last copy's, unless there was none: then others were quicker to read this one.
  if (state_of(now) != kFirst && read_[before.place].exchange(0, std::memory_order_relaxed) != 0) {
    head_->copies_read.fetch_add(1, std::memory_order_relaxed);
  }
  head_->copies.fetch_add(1, std::memory_order_relaxed);
}

// A key that was never there is missed for the first time, whoever deleted nothing before.
void CopyLog::erased(const Before& before) {
  if (before.place == kUntracked) return;
  const uint64_t now = accounts_[before.place].summary.load(std::memory_order_relaxed);
  if (state_of(now) == kFirst) return;
  const bool stored_meanwhile = now != before.account && (state_of(now) == kThere || state_of(now) == kContended);
  put(before, stored_meanwhile ? kContended : kErased, MissCause::invalidated);
}

void CopyLog::unsure(const Before& before) {
  if (before.place != kUntracked) put(before, kUnsure, MissCause::unknown);
}

void CopyLog::hit(uint64_t key) {
  const uint64_t place = place_of(key);
  if (place == kUntracked || read_[place].load(std::memory_order_relaxed) != 0) return;
  read_[place].store(1, std::memory_order_relaxed);
}

uint64_t CopyLog::copies_read() const {
  uint64_t read = head_->copies_read.load(std::memory_order_relaxed);
  for (uint64_t place = 0; place < rows_ + absent_; ++place) read += read_[place].load(std::memory_order_relaxed);
  return std::min(read, copies());
}

MissCause CopyLog::missed(const Before& before, Clock clock, Remains remains) {
  if (before.place == kUntracked) return MissCause::unknown;
  const uint64_t now = accounts_[before.place].summary.load(std::memory_order_relaxed);
  const bool came_meanwhile = now != before.account && (state_of(now) == kThere || state_of(now) == kContended);
  if (came_meanwhile) return former_cause(now);
  if (state_of(now) == kThere) learn(before, now, clock, remains);
  return cause_of(before.place, accounts_[before.place].summary.load(std::memory_order_relaxed), clock);
}

// An entry past its TTL that is not there was thrown out: no longer TTL would have kept it. One that is there is
// cleared away by this look-up, which the next must know.
void CopyLog::learn(const Before& before, uint64_t account, Clock clock, Remains remains) {
  if (remains == Remains::unknown || cause_of(before.place, account, clock) != MissCause::expired) return;
  if (remains == Remains::expired) {
    put(before, kExpired, former_cause(account));
  } else if (generation_of(account) == generation()) {
    put(before, kEvicted, former_cause(account));
  }
}

// Whatever was past its expiry would have been missed anyway, where nobody knows better.
MissCause CopyLog::cause_of(uint64_t place, uint64_t account, Clock clock) const {
  const uint64_t state = state_of(account);
  if (state == kFirst) return MissCause::first;
  if (state == kErased) return MissCause::invalidated;
  if (state == kUnsure) return MissCause::unknown;
  if (state == kExpired) return MissCause::expired;
  if (state == kEvicted) return MissCause::evicted;
  const Time expiry(Duration(accounts_[place].expiry_ns.load(std::memory_order_relaxed)));
  if (expiry != kNever && expiry - clock.slack <= clock.now) return MissCause::expired;
  if (state == kContended) return MissCause::invalidated;
  return generation_of(account) != generation() ? MissCause::lost : MissCause::evicted;
}

void CopyLog::lost_all() { head_->generation.fetch_add(1, std::memory_order_relaxed); }

void CopyLog::opened(bool by_its_only_process) {
  if (head_->openings.fetch_add(1, std::memory_order_relaxed) > 0 && by_its_only_process) lost_all();
}

}  // namespace hitbench
