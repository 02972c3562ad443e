#include "verify/entry_ledger.h"

#include <algorithm>
#include <new>

#include "base/key.h"

namespace hitbench {
namespace {

uint64_t state_of(uint64_t account) { return account & 7; }
MissCause former_cause(uint64_t account) { return static_cast<MissCause>(account >> 3 & 7); }
constexpr int kChangesAt = 24;
constexpr uint32_t kGenerations = uint32_t{1} << 18;
uint64_t generation_of(uint64_t account) { return account >> 6 & (kGenerations - 1); }
// 40 bits: a million changes/s for twelve days.
bool has_changed(uint64_t account, EntryLedger::Moment since) { return account >> kChangesAt > since; }

}  // namespace

EntryLedger::EntryLedger(uint64_t rows, uint64_t absent)
    : rows_(std::min(rows, kMostRows)),
      absent_(std::min(absent, kMostAbsent)),
      mapping_(sizeof(Head) + (rows_ + absent_) * (sizeof(Account) + 1), "the entry ledger"),
      head_(new (mapping_.at()) Head),
      accounts_(reinterpret_cast<Account*>(head_ + 1)),
      read_(reinterpret_cast<std::atomic<uint8_t>*>(accounts_ + rows_ + absent_)) {}

uint64_t EntryLedger::index_of(uint64_t key) const {
  if (key < rows_) return key;
  const bool tracked = key >= kFirstAbsentKey && key - kFirstAbsentKey < absent_;
  return tracked ? rows_ + (key - kFirstAbsentKey) : kUntracked;
}

uint32_t EntryLedger::generation() const {
  return head_->generation.load(std::memory_order_relaxed) & (kGenerations - 1);
}

EntryLedger::Moment EntryLedger::erasing(uint64_t key) {
  const uint64_t index = index_of(key);
  if (index != kUntracked) {
    const uint64_t account = accounts_[index].summary.load(std::memory_order_relaxed);
    if (state_of(account) == kThere && !is_lost(account)) put(index, kContended, former_cause(account));
  }
  return moment();
}

void EntryLedger::put(uint64_t index, State state, MissCause cause) {
  const uint64_t change = head_->changes.fetch_add(1, std::memory_order_relaxed) + 1;
  const uint64_t account =
      change << kChangesAt | uint64_t{generation()} << 6 | static_cast<uint64_t>(cause) << 3 | state;
  accounts_[index].summary.store(account, std::memory_order_relaxed);
}

void EntryLedger::stored(uint64_t key, Moment since, Time expiry, Clock clock) {
  const uint64_t index = index_of(key);
  if (index == kUntracked) return;
  Account& account = accounts_[index];
  const uint64_t now = account.summary.load(std::memory_order_relaxed);
  const bool replaces = state_of(now) == kThere && cause_of(index, now, clock) == MissCause::evicted;
  const MissCause cause = replaces ? former_cause(now) : cause_of(index, now, clock);
  const bool contended = has_changed(now, since) && (state_of(now) == kErased || state_of(now) == kContended);
  account.expiry_ns.store(expiry.time_since_epoch().count(), std::memory_order_relaxed);
  put(index, contended ? kContended : kThere, cause);
  // The mark was the last cached entry's, unless there was none: then others were quicker to read this one.
  if (state_of(now) != kFirst && read_[index].exchange(0, std::memory_order_relaxed) != 0) {
    head_->entries_read.fetch_add(1, std::memory_order_relaxed);
  }
  head_->entries.fetch_add(1, std::memory_order_relaxed);
}

// A key that was never there is missed for the first time, whoever deleted nothing before.
void EntryLedger::erased(uint64_t key, Moment since) {
  const uint64_t index = index_of(key);
  if (index == kUntracked) return;
  const uint64_t now = accounts_[index].summary.load(std::memory_order_relaxed);
  if (state_of(now) == kFirst) return;
  const bool stored_meanwhile = has_changed(now, since) && (state_of(now) == kThere || state_of(now) == kContended);
  put(index, stored_meanwhile ? kContended : kErased, MissCause::invalidated);
}

// Whatever was there when the cache lost its contents is no longer, nor what may have been.
bool EntryLedger::is_lost(uint64_t account) const {
  const uint64_t state = state_of(account);
  if (state == kUnsure && former_cause(account) == MissCause::lost) return true;
  const bool was_there = state == kThere || state == kContended || state == kUnsure;
  return was_there && generation_of(account) != generation();
}

void EntryLedger::maybe_stored(uint64_t key) {
  const uint64_t index = index_of(key);
  if (index == kUntracked) return;
  const uint64_t now = accounts_[index].summary.load(std::memory_order_relaxed);
  put(index, kUnsure, is_lost(now) ? MissCause::lost : MissCause::unknown);
}

// What is not there stays away, for the reason that it had.
void EntryLedger::maybe_erased(uint64_t key) {
  const uint64_t index = index_of(key);
  if (index == kUntracked) return;
  const uint64_t now = accounts_[index].summary.load(std::memory_order_relaxed);
  const bool may_be_there = state_of(now) == kThere || state_of(now) == kContended;
  if (may_be_there && !is_lost(now)) put(index, kUnsure, MissCause::unknown);
}

void EntryLedger::hit(uint64_t key) {
  const uint64_t index = index_of(key);
  if (index == kUntracked || read_[index].load(std::memory_order_relaxed) != 0) return;
  read_[index].store(1, std::memory_order_relaxed);
}

uint64_t EntryLedger::entries_read() const {
  uint64_t read = head_->entries_read.load(std::memory_order_relaxed);
  for (uint64_t index = 0; index < rows_ + absent_; ++index) read += read_[index].load(std::memory_order_relaxed);
  return std::min(read, entries());
}

MissCause EntryLedger::missed(uint64_t key, Moment since, Clock clock, Remains remains) {
  const uint64_t index = index_of(key);
  if (index == kUntracked) return MissCause::unknown;
  const uint64_t now = accounts_[index].summary.load(std::memory_order_relaxed);
  const bool came_meanwhile = has_changed(now, since) && (state_of(now) == kThere || state_of(now) == kContended);
  if (came_meanwhile) return former_cause(now);
  if (state_of(now) == kThere) learn(index, now, clock, remains);
  return cause_of(index, accounts_[index].summary.load(std::memory_order_relaxed), clock);
}

// An entry past its TTL that is not there was thrown out: no longer TTL would have kept it. One that is there is
// cleared away by this lookup, which the next must know.
void EntryLedger::learn(uint64_t index, uint64_t account, Clock clock, Remains remains) {
  if (remains == Remains::unknown || cause_of(index, account, clock) != MissCause::expired) return;
  if (remains == Remains::expired) {
    put(index, kExpired, former_cause(account));
  } else if (generation_of(account) == generation()) {
    put(index, kEvicted, former_cause(account));
  }
}

// Whatever was past its expiry would have been missed anyway, where nobody knows better.
MissCause EntryLedger::cause_of(uint64_t index, uint64_t account, Clock clock) const {
  const uint64_t state = state_of(account);
  if (state == kFirst) return MissCause::first;
  if (state == kErased) return MissCause::invalidated;
  if (state == kUnsure) return is_lost(account) ? MissCause::lost : MissCause::unknown;
  if (state == kExpired) return MissCause::expired;
  if (state == kEvicted) return MissCause::evicted;
  const Time expiry(Duration(accounts_[index].expiry_ns.load(std::memory_order_relaxed)));
  if (expiry != kNever && expiry - clock.slack <= clock.now) return MissCause::expired;
  if (state == kContended) return MissCause::invalidated;
  return generation_of(account) != generation() ? MissCause::lost : MissCause::evicted;
}

void EntryLedger::lost_all() { head_->generation.fetch_add(1, std::memory_order_relaxed); }

void EntryLedger::opened(bool by_its_only_process) {
  if (head_->openings.fetch_add(1, std::memory_order_relaxed) > 0 && by_its_only_process) lost_all();
}

}  // namespace hitbench
