// The table behind the memory cache: strict LRU with expiry, in the least memory that keeps a hit cheap. One thread
// owns it.
//
// An entry is one malloc'd block: 40 bytes of links and sizes, then key and value, so that a look-up misses the CPU's
// caches once in the index and once in the block. With the index (8 bytes a bucket, at most two buckets an entry once
// it has grown) and malloc's header and rounding (8 to 23 bytes) an entry costs at most 40 + 16 + 23 = 79 bytes beyond
// its key and value.
//
// Entries that have expired go when they are asked for, and by a sweep over the index in small steps, each of them part
// of an operation that reads the clock anyway: one a millisecond, and one with every such operation for as long as each
// finds something. Redis does the same by samples (activeExpireCycle in expire.c). So while operations come, entries
// that have expired are a fraction of those that have not (docs/method.md, "Hits, misses and failures").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/key.h"
#include "base/time.h"
#include "cache/cache.h"
#include "io/loop.h"

namespace hitbench {

class MemoryStore {
 public:
  struct Limits {
    uint64_t entries = UINT64_MAX;
    uint64_t bytes = UINT64_MAX;  // of memory(), everything included
  };

  explicit MemoryStore(Limits limits) : limits_(limits) {}
  ~MemoryStore();
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  // The loop is asked for the time only where an entry can expire: reading a clock costs as much as the look-up. The
  // value is valid until the next call. An entry lives while now < expires.
  std::optional<Bytes> get(Bytes key, const Loop& loop) {
    settle();
    Entry* const found = find_live(key, loop);
    if (found == nullptr) return std::nullopt;
    __builtin_prefetch(found->newer, 1);
    __builtin_prefetch(found->older, 1);
    used_ = found;
    return value_of(*found);
  }

  // What get() came upon that looked for this key last and did not find it. An entry that was swept away counts as one
  // that was still there.
  Remains remains_of(Bytes key) const;

  // A step of the sweep, if one is due.
  void sweep_at(Time now) {
    if (now >= next_sweep_) sweep(now);
  }

  // Stores or replaces, evicting the least recently used as needed. False when the entry alone is over the limit, or
  // memory is refused; an old value is then gone.
  bool set(Bytes key, Bytes value, Time expires);

  // Whether a live entry was there; it is gone now.
  bool erase(Bytes key, const Loop& loop) {
    settle();
    Entry* const found = find_live(key, loop);
    if (found != nullptr) remove(*found);
    return found != nullptr;
  }

  uint64_t entries() const { return entries_; }  // those that expired and were not swept away yet included
  uint64_t evictions() const { return evictions_; }
  // What the heap takes for it: blocks with their headers, and the index.
  uint64_t memory() const { return block_bytes_ + index_bytes_; }

 private:
  struct Entry {
    Entry* newer;
    Entry* older;
    Entry* chain;  // the next entry of the same bucket
    Time expires;
    uint32_t key_size, value_size;
    // Then the key, then the value.
  };
  static_assert(sizeof(Entry) == 40);

  static char* bytes_of(const Entry& entry) { return reinterpret_cast<char*>(const_cast<Entry*>(&entry) + 1); }
  static Bytes key_of(const Entry& entry) { return {bytes_of(entry), entry.key_size}; }
  static Bytes value_of(const Entry& entry) { return {bytes_of(entry) + entry.key_size, entry.value_size}; }

  // The entry of the key; one that has expired is removed and not found.
  Entry* find_live(Bytes key, const Loop& loop) {
    Entry* const found = find(key);
    if (found == nullptr) {
      missed_by_expiry_ = false;
      return nullptr;
    }
    if (found->expires == kNever) return found;
    const Time now = loop.now();
    if (now < found->expires) {
      sweep_at(now);
      return found;
    }
    missed_by_expiry_ = true;
    remove(*found);
    return nullptr;
  }
  [[gnu::noinline]] void sweep(Time now);

  // An entry that was read becomes the newest at the beginning of the next call: that writes to its neighbours in the
  // order of use, which lie anywhere in memory and have until then to come into the CPU's caches.
  void settle() {
    if (used_ != nullptr) make_newest(*std::exchange(used_, nullptr));
  }

  Entry*& bucket_of(Bytes key) const;
  Entry* find(Bytes key) const;
  bool insert(Bytes key, Bytes value, Time expires);
  bool make_room(uint64_t block);
  bool grow_index();
  void append_to_bucket(Entry& entry);

  void make_newest(Entry& entry) {
    if (newest_ == &entry) return;
    unlink(entry);
    link_newest(entry);
  }
  void unlink(Entry& entry) {
    (entry.newer == nullptr ? newest_ : entry.newer->older) = entry.older;
    (entry.older == nullptr ? oldest_ : entry.older->newer) = entry.newer;
  }
  void link_newest(Entry& entry) {
    entry.newer = nullptr;
    entry.older = newest_;
    (newest_ == nullptr ? oldest_ : newest_->newer) = &entry;
    newest_ = &entry;
  }
  void remove(Entry& entry);

  const Limits limits_;
  Entry** index_ = nullptr;
  uint64_t buckets_ = 0;  // a power of two
  Entry* newest_ = nullptr;
  Entry* oldest_ = nullptr;
  Entry* used_ = nullptr;  // read by the last call, not yet the newest
  uint64_t entries_ = 0, evictions_ = 0, block_bytes_ = 0, index_bytes_ = 0;
  bool missed_by_expiry_ = false;
  Time next_sweep_{};
  uint64_t next_bucket_ = 0;            // of the sweep
  std::unordered_set<uint64_t> swept_;  // hashes of keys that were swept away and are not back yet
  bool forgot_ = false;                 // some of these
};

}  // namespace hitbench
