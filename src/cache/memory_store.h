// The table behind the memory cache: strict LRU with expiry, in the least memory that keeps a hit cheap. One thread
// owns it.
//
// An entry is a node of 40 bytes in one growing array, linked by 32-bit numbers, and one malloc'd block that holds
// key and value. With the index (4 bytes a bucket, as many buckets as the next power of two of nodes) and malloc's
// header and rounding (8 to 23 bytes) an entry costs less than 80 bytes beyond its key and value:
// 40 * 9/8 (the array grows by an eighth) + 2 * 4 * 9/8 + 23 = 77.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/key.h"
#include "base/time.h"
#include "io/loop.h"

namespace hitbench {

class MemoryStore {
 public:
  struct Limits {
    uint64_t entries = UINT32_MAX - 1;  // at most this, for links are 32 bits wide
    uint64_t bytes = UINT64_MAX;        // of memory(), everything included
  };

  explicit MemoryStore(Limits limits) : limits_(limits) {}
  ~MemoryStore();
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  // The loop is asked for the time only where an entry can expire: reading a clock costs as much as the look-up. The
  // value is valid until the next call. An entry lives while now < expires.
  std::optional<Bytes> get(Bytes key, const Loop& loop) {
    const uint32_t found = find_live(key, loop);
    if (found == kNothing) return std::nullopt;
    make_newest(found);
    return value_of(nodes_[found]);
  }

  // Stores or replaces, evicting the least recently used as needed. False when the entry alone is over the limit, or
  // memory is refused; an old value is then gone.
  bool set(Bytes key, Bytes value, Time expires);

  // Whether a live entry was there; it is gone now.
  bool erase(Bytes key, const Loop& loop) {
    const uint32_t found = find_live(key, loop);
    if (found != kNothing) remove(found);
    return found != kNothing;
  }

  uint64_t entries() const { return entries_; }  // those that expired and were not asked for since included
  uint64_t evictions() const { return evictions_; }
  // What the heap gave for it: blocks with their headers, nodes and index.
  uint64_t memory() const { return block_bytes_ + table_bytes_; }

 private:
  static constexpr uint32_t kNothing = UINT32_MAX;

  struct Node {
    char* block;  // key, then value
    Time expires;
    uint32_t hash;
    uint32_t chain;  // the next node of the same bucket, or of the free list
    uint32_t newer, older;
    uint32_t key_size, value_size;
  };
  static_assert(sizeof(Node) == 40);

  static Bytes key_of(const Node& node) { return {node.block, node.key_size}; }
  static Bytes value_of(const Node& node) { return {node.block + node.key_size, node.value_size}; }
  // The entry of the key; one that has expired is removed and not found.
  uint32_t find_live(Bytes key, const Loop& loop) {
    const uint32_t found = find(key, hash_of(key));
    if (found == kNothing || nodes_[found].expires == kNever || loop.now() < nodes_[found].expires) return found;
    remove(found);
    return kNothing;
  }

  static uint32_t hash_of(Bytes key);
  uint32_t find(Bytes key, uint32_t hash) const;
  bool replace(uint32_t at, Bytes value, Time expires);
  bool insert(Bytes key, uint32_t hash, Bytes value, Time expires);
  bool make_room(uint64_t block, bool needs_node, uint32_t keep);
  bool trim(uint32_t keep);
  bool grow();
  bool grow_index(uint64_t buckets);
  uint64_t next_capacity() const;

  void make_newest(uint32_t at) {
    if (newest_ == at) return;
    unlink(at);
    link_newest(at);
  }
  void unlink(uint32_t at);
  void link_newest(uint32_t at);
  void unchain(uint32_t at);
  void remove(uint32_t at);

  const Limits limits_;
  Node* nodes_ = nullptr;
  uint32_t* index_ = nullptr;
  uint64_t capacity_ = 0;  // nodes that nodes_ has room for
  uint64_t buckets_ = 0;   // a power of two
  uint64_t used_ = 0;      // nodes that were ever used
  uint32_t free_ = kNothing;
  uint32_t newest_ = kNothing, oldest_ = kNothing;
  uint64_t entries_ = 0, evictions_ = 0, block_bytes_ = 0, table_bytes_ = 0;
};

}  // namespace hitbench
