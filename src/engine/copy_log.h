// What became of the copies in one cache, so that a miss can say why it is one: an account beside the cache, kept by
// whoever stores, reads and deletes there. It lies in shared memory: a server's is kept by all processes together, an
// in-process cache has its own, which a process that is started again finds as its predecessor left it.
//
// Accounts are written without a lock, after the cache has answered. So calls that overlap are told apart by the
// account's version before and after: a look-up that missed while another client stored has the cause that was there
// before; a copy that was stored while another client deleted the key counts as deleted when it is not there.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"
#include "cache/cache.h"
#include "io/shared_memory.h"

namespace hitbench {

class CopyLog {
 public:
  // Rows 0 .. rows-1 and the first `absent` keys that the origin does not have get an account, as far as there is
  // room; of any other key nothing is known.
  static constexpr uint64_t kMostRows = uint64_t{1} << 24;
  static constexpr uint64_t kMostAbsent = uint64_t{1} << 20;
  CopyLog(uint64_t rows, uint64_t absent);

  // The account as it is before a call to the cache, for what is noted after it.
  struct Before {
    uint64_t place;
    uint64_t account;
  };
  Before before(uint64_t key) const;
  Before erasing(uint64_t key);  // the same before a deletion: from here on the copy may be gone

  // `slack`: how much earlier than by our clock the cache may have let a copy expire.
  struct Clock {
    Time now;
    Duration slack{0};
  };
  void stored(const Before& before, Time expiry, Clock clock);  // kNever: it has none
  void erased(const Before& before);
  void unsure(const Before& before);  // a call failed: it may have been stored or erased
  void hit(uint64_t key);
  // Why a look-up missed. What was evicted before its TTL ended, and asked for after, counts as evicted where the cache
  // tells what remained of it, and as expired elsewhere.
  MissCause missed(const Before& before, Clock clock, Remains remains);

  // The cache is empty from here on: it was restarted, or flushed.
  void lost_all();
  // A process begins to use the cache. For an in-process cache that is a new, empty one.
  void opened(bool by_its_only_process);

  // Values that the cache did not take, or of which that is not known.
  void count_failed_store() { head_->failed_stores.fetch_add(1, std::memory_order_relaxed); }
  uint64_t failed_stores() const { return head_->failed_stores.load(std::memory_order_relaxed); }

  // Copies that were stored, and those of them that were read at least once.
  uint64_t copies() const { return head_->copies.load(std::memory_order_relaxed); }
  uint64_t copies_read() const;  // looks at every key's mark

 private:
  struct Head {
    std::atomic<uint64_t> copies, copies_read, failed_stores;  // read: of those that another has replaced
    std::atomic<uint32_t> generation;
    std::atomic<uint32_t> openings;
  };
  enum State : uint64_t { kFirst, kThere, kContended, kErased, kUnsure, kExpired, kEvicted };
  struct Account {
    std::atomic<int64_t> expiry_ns;
    std::atomic<uint64_t> summary;  // State 3 bits, MissCause before it was stored 3, generation 26, version 32
  };
  static constexpr uint64_t kUntracked = ~uint64_t{0};

  uint64_t place_of(uint64_t key) const;
  uint32_t generation() const;
  MissCause cause_of(uint64_t place, uint64_t account, Clock clock) const;
  void learn(const Before& before, uint64_t account, Clock clock, Remains remains);
  void put(const Before& before, State state, MissCause cause);

  const uint64_t rows_, absent_;
  const SharedMapping mapping_;
  Head* const head_;
  Account* const accounts_;
  std::atomic<uint8_t>* const read_;  // apart: a hit looks at nothing else
};

}  // namespace hitbench
