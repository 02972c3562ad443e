// What became of the entries in one cache, so that a miss can say why it is one: a ledger alongside the cache, kept by
// whoever stores, reads and deletes there. It lies in shared memory: a server's is kept by all processes together, an
// in-process cache has its own, which a process that is started again finds as its predecessor left it.
//
// Accounts are written without a lock, after the cache has answered. So calls that overlap are told apart by when the
// account was last changed: a lookup that missed while another client stored has the cause that was there before; a
// cached entry that was stored while another client deleted the key counts as deleted when it is not there. Time is
// counted in changes of any account: a lookup that hits reads one number, however many keys there are.
//
// One key's account (State), by what is noted of it; "meanwhile" is while the call was under way:
//
//               stored
//   First -----------------> There <---------------+
//                             | |                  | stored
//        erased, but stored   | |    erased        |
//        meanwhile            | +--------------> Erased
//                             v                  |    ^
//                         Contended <------------+    | erased
//                             |     stored, but       |
//                             |     erased meanwhile  |
//                             +-----------------------+
//
//   There --- missed, past its TTL ---> Expired (it was still in the cache) or Evicted (it was not)
//   There, Contended --- maybe_erased ---> Unsure          any --- maybe_stored ---> Unsure
//   any --- stored ---> There          any but First --- erased ---> Erased
//
// lost_all() changes no account: those of an earlier generation that are There, Contended or Unsure count as lost.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"
#include "cache/cache.h"
#include "io/shared_memory.h"

namespace hitbench {

class EntryLedger {
 public:
  // Rows 0 .. rows-1 and the first `absent` keys that the origin does not have get an account, as far as there is
  // room; of any other key nothing is known.
  static constexpr uint64_t kMostRows = uint64_t{1} << 24;
  static constexpr uint64_t kMostAbsent = uint64_t{1} << 20;
  EntryLedger(uint64_t rows, uint64_t absent);

  // When a call to the cache began, for what is noted after it.
  using Moment = uint64_t;
  Moment moment() const { return head_->changes.load(std::memory_order_relaxed); }
  Moment erasing(uint64_t key);  // the same of a deletion: from here on the cached entry may be gone

  // `slack`: how much earlier than by our clock the cache may have let a cached entry expire.
  struct Clock {
    Time now;
    Duration slack{0};
  };
  void stored(uint64_t key, Moment since, Time expiry, Clock clock);  // kNever: it has none
  void erased(uint64_t key, Moment since);
  // A call failed: it may have been stored, or erased. Of a cached entry that was lost before there is none in any
  // case, unless it was stored: then a lookup hits.
  void maybe_stored(uint64_t key);
  void maybe_erased(uint64_t key);
  void hit(uint64_t key);
  // Why a lookup missed. What was evicted before its TTL ended, and asked for after, counts as evicted where the cache
  // tells what remained of it, and as expired elsewhere.
  [[gnu::noinline]] MissCause missed(uint64_t key, Moment since, Clock clock, Remains remains);

  // The cache is empty from here on: it was restarted, or flushed.
  void lost_all();
  // A process begins to use the cache. For an in-process cache that is a new, empty one.
  void opened(bool by_its_only_process);

  // Values that the cache did not take, or of which that is not known.
  void count_failed_store() { head_->failed_stores.fetch_add(1, std::memory_order_relaxed); }
  uint64_t failed_stores() const { return head_->failed_stores.load(std::memory_order_relaxed); }

  // Entries that were stored, and those of them that were read at least once.
  uint64_t entries() const { return head_->entries.load(std::memory_order_relaxed); }
  uint64_t entries_read() const;  // looks at every key's mark

 private:
  struct Head {
    std::atomic<uint64_t> changes;                               // of accounts
    std::atomic<uint64_t> entries, entries_read, failed_stores;  // read: of those that another has replaced
    std::atomic<uint32_t> generation;
    std::atomic<uint32_t> openings;
  };
  enum State : uint64_t { kFirst, kThere, kContended, kErased, kUnsure, kExpired, kEvicted };
  struct Account {
    std::atomic<int64_t> expiry_ns;
    std::atomic<uint64_t> summary;  // State 3 bits, MissCause before it was stored 3, generation 18, changes 40
  };
  static constexpr uint64_t kUntracked = ~uint64_t{0};

  uint64_t index_of(uint64_t key) const;
  uint32_t generation() const;
  MissCause cause_of(uint64_t index, uint64_t account, Clock clock) const;
  bool is_lost(uint64_t account) const;
  void learn(uint64_t index, uint64_t account, Clock clock, Remains remains);
  void put(uint64_t index, State state, MissCause cause);

  const uint64_t rows_, absent_;
  const SharedMapping mapping_;
  Head* const head_;
  Account* const accounts_;
  std::atomic<uint8_t>* const read_;  // apart: a hit looks at nothing else
};

}  // namespace hitbench
