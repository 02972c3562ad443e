// The table behind the memory cache: entries with expiry, in the least memory that keeps a hit cheap, evicted by a
// policy (eviction.h). One thread owns it.
//
// An entry is one malloc'd block: the policy's links (16 bytes for LRU), 24 bytes of other links and sizes, then key
// and value, so that a lookup misses the CPU's caches once in the index and once in the block. With the index (8 bytes
// a bucket, at most two buckets an entry once it has grown) and malloc's header and rounding (8 to 23 bytes) an entry
// under LRU costs at most 40 + 16 + 23 = 79 bytes beyond its key and value.
//
// Entries that have expired go when they are asked for, and by a sweep over the index in small steps, each of them part
// of an operation that reads the clock anyway: one per millisecond, and one with every such operation for as long as
// each finds something. Redis does the same by samples (activeExpireCycle in expire.c). So while operations come,
// entries that have expired are a fraction of those that have not (docs/method.md, "Hits, misses and failures").
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/crc32c.h"
#include "base/key.h"
#include "base/time.h"
#include "cache/cache.h"
#include "cache/memory/eviction.h"
#include "cache/memory/heap.h"
#include "io/loop.h"

namespace hitbench {

template <class Eviction>
class MemoryStore {
 public:
  // `seed`: of what the policy draws.
  explicit MemoryStore(const MemoryLimits& limits, const Eviction& eviction = {}, uint64_t seed = 1)
      : limits_(limits), policy_(policy_of(eviction, limits, seed)) {}
  ~MemoryStore();
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  // The loop is asked for the time only where an entry can expire: reading a clock costs as much as the lookup. The
  // value is valid until the next call. An entry lives while now < expires.
  std::optional<Bytes> get(Bytes key, const Loop& loop) {
    settle();
    Entry* const found = find_live(key, loop);
    if (found == nullptr) return std::nullopt;
    if constexpr (requires { policy_.prefetch(found); }) policy_.prefetch(found);
    used_ = found;
    return value_of(*found);
  }

  // What the last get() that missed found out about its key. An entry that was swept away counts as one that was still
  // there.
  Remains remains_of(Bytes key) const;

  // A step of the sweep, if one is due.
  void sweep_at(Time now) {
    if (now >= next_sweep_) sweep(now);
  }

  // Stores or replaces, evicting as needed. False when the entry alone is over the limit, or memory is refused; an old
  // value is then gone.
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
  // What the heap takes for it: blocks with their headers, and the index; not what a policy keeps beside the entries.
  uint64_t memory() const { return block_bytes_ + index_bytes_; }

 private:
  struct Entry {
    typename Eviction::template Links<Entry*> links;
    Entry* chain;  // the next entry of the same bucket
    Time expires;
    uint32_t key_size, value_size;
    // Then the key, then the value.
  };

  struct Nodes {
    using Node = Entry*;
    static constexpr Node kNone = nullptr;
    static auto& links(Node node) { return node->links; }
    static void prefetch(Node node) { __builtin_prefetch(node, 1); }
  };
  using Policy = typename Eviction::template Policy<Nodes>;
  static_assert(sizeof(Entry) == sizeof(typename Eviction::template Links<Entry*>) + 24);  // no padding
  static_assert(EntryEviction<Policy>);

  static constexpr Duration kSweepEvery = std::chrono::milliseconds(1);
  // A step ends with the bucket in which it has seen so many entries, as many as Redis samples, or after so many
  // buckets: eight lines of the CPU's caches.
  static constexpr uint64_t kSweepEntries = 20, kSweepBuckets = 64;
  static constexpr size_t kMostSwept = size_t{1} << 18;  // keys that are remembered

  static constexpr uint64_t kFirstBuckets = 8;
  static constexpr uint64_t kPointerBytes = sizeof(void*);  // of a bucket
  static constexpr uint64_t kLineBytes = 64;                // of the CPU's caches

  static Policy policy_of([[maybe_unused]] const Eviction& eviction, [[maybe_unused]] const MemoryLimits& limits,
                          [[maybe_unused]] uint64_t seed) {
    if constexpr (requires { Policy(eviction, limits, seed); }) {
      return Policy(eviction, limits, seed);
    } else {
      return Policy();
    }
  }

  static char* bytes_of(const Entry& entry) { return reinterpret_cast<char*>(const_cast<Entry*>(&entry) + 1); }
  static Bytes key_of(const Entry& entry) { return {bytes_of(entry), entry.key_size}; }
  static Bytes value_of(const Entry& entry) { return {bytes_of(entry) + entry.key_size, entry.value_size}; }
  static uint64_t size_for(uint64_t key, uint64_t value) { return sizeof(Entry) + key + value; }

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

  // The policy hears of a read at the beginning of the next call: what it then writes to, such as the entry's neighbors
  // in the order of use, may lie anywhere in memory and has until then to come into the CPU's caches.
  void settle() {
    if (used_ != nullptr) policy_.hit(std::exchange(used_, nullptr));
  }

  Entry*& bucket_of(Bytes key) const { return index_[hash_bytes(key) & (buckets_ - 1)]; }
  Entry* find(Bytes key) const;
  bool insert(Bytes key, Bytes value, Time expires);
  bool make_room(uint64_t block);
  uint64_t grown_buckets() const { return std::max(kFirstBuckets, 2 * buckets_); }
  bool grow_index();
  void append_to_bucket(Entry& entry);
  void evict(Entry& entry);
  void remove(Entry& entry);
  void free_entry(Entry& entry);

  const MemoryLimits limits_;
  Entry** index_ = nullptr;
  uint64_t buckets_ = 0;  // a power of two
  Policy policy_;
  Entry* used_ = nullptr;  // read by the last call; the policy does not know yet
  uint64_t entries_ = 0, evictions_ = 0, block_bytes_ = 0, index_bytes_ = 0;
  bool missed_by_expiry_ = false;
  Time next_sweep_{};
  uint64_t next_bucket_ = 0;            // of the sweep
  std::unordered_set<uint64_t> swept_;  // hashes of keys that were swept away and are not back yet
  bool forgot_ = false;                 // some of these
};

template <class Eviction>
MemoryStore<Eviction>::~MemoryStore() {
  for (uint64_t i = 0; i < buckets_; ++i) {
    for (Entry* at = index_[i]; at != nullptr;) std::free(std::exchange(at, at->chain));
  }
  std::free(index_);
}

template <class Eviction>
typename MemoryStore<Eviction>::Entry* MemoryStore<Eviction>::find(Bytes key) const {
  if (buckets_ == 0) return nullptr;
  for (Entry* at = bucket_of(key); at != nullptr; at = at->chain) {
    // The key lies in the block's first line, the value in the next ones: they come while the key is compared.
    __builtin_prefetch(reinterpret_cast<const char*>(at) + kLineBytes);
    __builtin_prefetch(reinterpret_cast<const char*>(at) + 2 * kLineBytes);
    if (key_of(*at) == key) return at;
  }
  return nullptr;
}

template <class Eviction>
bool MemoryStore<Eviction>::set(Bytes key, Bytes value, Time expires) {
  settle();
  Entry* const found = find(key);
  if (found == nullptr) return insert(key, value, expires);
  // A block of the right size is used again. One that is merely large enough is not, for the memory would be lost.
  if (found->value_size != value.size()) {
    remove(*found);
    return insert(key, value, expires);
  }
  std::copy(value.begin(), value.end(), bytes_of(*found) + found->key_size);
  found->expires = expires;
  policy_.hit(found);
  return true;
}

template <class Eviction>
void MemoryStore<Eviction>::sweep(Time now) {
  settle();  // what was read last may have expired
  uint64_t seen = 0;
  bool found = false;
  for (uint64_t i = 0; i < std::min(kSweepBuckets, buckets_) && seen < kSweepEntries; ++i) {
    for (Entry* at = index_[next_bucket_++ & (buckets_ - 1)]; at != nullptr;) {
      Entry& entry = *std::exchange(at, at->chain);
      ++seen;
      if (now < entry.expires) continue;
      found = true;
      swept_.insert(hash_bytes(key_of(entry)));
      remove(entry);
    }
  }
  if (swept_.size() > kMostSwept) {
    swept_.clear();
    forgot_ = true;
  }
  if (!found) next_sweep_ = now + kSweepEvery;
}

template <class Eviction>
Remains MemoryStore<Eviction>::remains_of(Bytes key) const {
  if (missed_by_expiry_ || (!swept_.empty() && swept_.contains(hash_bytes(key)))) return Remains::expired;
  return forgot_ ? Remains::unknown : Remains::nothing;
}

template <class Eviction>
bool MemoryStore<Eviction>::insert(Bytes key, Bytes value, Time expires) {
  const uint64_t size = size_for(key.size(), value.size());
  const uint64_t taken = heap_bytes_of(size);
  if (taken + index_bytes_ > limits_.bytes) return false;  // nothing is evicted in vain
  if constexpr (requires { policy_.arriving(uint64_t{}, taken); }) policy_.arriving(hash_bytes(key), taken);
  if (!make_room(taken)) return false;
  void* const block = std::malloc(size);
  if (block == nullptr) return false;
  block_bytes_ += taken;
  Entry& entry = *new (block) Entry{.links = {},
                                    .chain = nullptr,
                                    .expires = expires,
                                    .key_size = static_cast<uint32_t>(key.size()),
                                    .value_size = static_cast<uint32_t>(value.size())};
  std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), bytes_of(entry)));
  append_to_bucket(entry);
  policy_.insert(&entry);
  ++entries_;
  if (!swept_.empty()) swept_.erase(hash_bytes(key));
  return true;
}

// At the end: the entry that has been here longest is the one most asked for, and should be met first.
template <class Eviction>
void MemoryStore<Eviction>::append_to_bucket(Entry& entry) {
  Entry** link = &bucket_of(key_of(entry));
  while (*link != nullptr) link = &(*link)->chain;
  *link = &entry;
}

// Evicts until one more block of this size fits under both limits, with a bucket for its entry.
template <class Eviction>
bool MemoryStore<Eviction>::make_room(uint64_t block) {
  while (true) {
    const bool needs_growth = entries_ == buckets_;
    const uint64_t index = needs_growth ? heap_bytes_of(grown_buckets() * kPointerBytes) : index_bytes_;
    if (entries_ < limits_.entries && block_bytes_ + block + index <= limits_.bytes) {
      return !needs_growth || grow_index();
    }
    if (entries_ == 0) return false;
    evict(*policy_.victim());
  }
}

template <class Eviction>
bool MemoryStore<Eviction>::grow_index() {
  const uint64_t buckets = grown_buckets();
  auto** const index = static_cast<Entry**>(std::calloc(buckets, kPointerBytes));
  if (index == nullptr) return false;
  Entry** const old_index = std::exchange(index_, index);
  const uint64_t old_buckets = std::exchange(buckets_, buckets);
  index_bytes_ = heap_bytes_of(buckets * kPointerBytes);
  for (uint64_t i = 0; i < old_buckets; ++i) {
    for (Entry* at = old_index[i]; at != nullptr;) {
      Entry& entry = *std::exchange(at, at->chain);
      entry.chain = nullptr;
      append_to_bucket(entry);
    }
  }
  std::free(old_index);
  return true;
}

template <class Eviction>
void MemoryStore<Eviction>::evict(Entry& entry) {
  ++evictions_;
  if constexpr (requires { policy_.evicted(&entry); }) {
    policy_.evicted(&entry);
    free_entry(entry);
  } else {
    remove(entry);
  }
}

template <class Eviction>
void MemoryStore<Eviction>::remove(Entry& entry) {
  policy_.removed(&entry);
  free_entry(entry);
}

template <class Eviction>
void MemoryStore<Eviction>::free_entry(Entry& entry) {
  Entry** link = &bucket_of(key_of(entry));
  while (*link != &entry) link = &(*link)->chain;
  *link = entry.chain;
  block_bytes_ -= heap_bytes_of(size_for(entry.key_size, entry.value_size));
  std::free(&entry);
  --entries_;
}

}  // namespace hitbench
