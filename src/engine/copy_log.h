// What became of the copies in one cache, so that a miss can say why it is one: an account beside the cache, kept by
// whoever stores, reads and deletes there. It lies in shared memory: a server's is kept by all processes together, an
// in-process cache has its own, which a process that is started again finds as its predecessor left it.
//
// Accounts of keys are written without a lock. Two processes that change one copy at the same moment may leave an
// account of either; a cause is a statement about many misses, not a proof about one.
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

  void stored(uint64_t key, Time expiry);  // kNever: it has none
  void erased(uint64_t key);
  void unsure(uint64_t key);  // a call failed: it may have been stored or erased
  void hit(uint64_t key);
  // `slack`: how much earlier than by our clock the cache may have let it expire.
  MissCause why_missed(uint64_t key, Time now, Duration slack) const;

  // The cache is empty from here on: it was restarted, or flushed.
  void lost_all();
  // A process begins to use the cache. For an in-process cache that is a new, empty one.
  void opened(bool by_its_only_process);

  // Copies that were stored, and those of them that were read at least once.
  uint64_t copies() const { return head_->copies.load(std::memory_order_relaxed); }
  uint64_t copies_read() const { return head_->copies_read.load(std::memory_order_relaxed); }

 private:
  struct Head {
    std::atomic<uint64_t> copies, copies_read;
    std::atomic<uint32_t> generation;
    std::atomic<uint32_t> openings;
  };
  enum State : uint32_t { kFirst, kThere, kErased, kUnsure };
  struct Account {
    std::atomic<int64_t> expiry_ns;
    std::atomic<uint32_t> state_and_generation;  // State in the low two bits
  };
  static constexpr uint64_t kUntracked = ~uint64_t{0};

  uint64_t place_of(uint64_t key) const;
  void put(uint64_t place, State state);

  const uint64_t rows_, absent_;
  const SharedMapping mapping_;
  Head* const head_;
  Account* const accounts_;
  std::atomic<uint8_t>* const read_;  // apart: a hit looks at nothing else
};

}  // namespace hitbench
