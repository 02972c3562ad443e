// The table behind the memory cache: strict LRU with expiry, in the least memory that keeps a hit cheap. One thread
// owns it.
//
// An entry is one malloc'd block: 40 bytes of links and sizes, then key and value, so that a look-up misses the CPU's
// caches once in the index and once in the block. With the index (8 bytes a bucket, at most two buckets an entry once
// it has grown) and malloc's header and rounding (8 to 23 bytes) an entry costs at most 40 + 16 + 23 = 79 bytes beyond
// its key and value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/key.h"
#include "base/time.h"
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

  // Whether what get() looked for last, and did not find, was there until then, past its end.
  bool missed_by_expiry() const { return missed_by_expiry_; }

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

  uint64_t entries() const { return entries_; }  // those that expired and were not asked for since included
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
    if (found != nullptr && (found->expires == kNever || loop.now() < found->expires)) return found;
    missed_by_expiry_ = found != nullptr;
    if (found != nullptr) remove(*found);
    return nullptr;
  }

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
};

}  // namespace hitbench
