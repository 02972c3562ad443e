// The entries of a modeled Memcached and the queues in which they wait for eviction: hot, warm, cold and temporary, for
// each slab class. A new entry is hot. One that is used twice is active: the maintainer sends it on to warm; if it is
// not active and hot or warm has more than its share, or is older than it may be, to cold. Entries are evicted from the
// tail of cold. In a flat cache there is only cold, in which a use brings an entry back to the head once in 60 s
// (items.c do_item_get, do_item_update, lru_pull_tail, do_item_alloc_pull).
//
// This is what calls and background threads have in common; the model (memcached_model.cc) owns it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cache/twin/memcached_model.h"
#include "cache/twin/memcached_slabs.h"
#include "cache/twin/server_model.h"

namespace hitbench {

// Seconds since a minute before the server's start, as its own clock has them.
using Second = uint32_t;
inline constexpr Second kFirstSecond = 62;  // 2 + ITEM_UPDATE_INTERVAL: so that a use always counts at first
inline constexpr Second kUseInterval = 60;  // ITEM_UPDATE_INTERVAL

// A queue of a class: its number is the class, plus kSlabClasses times the place of its kind in this list.
enum class QueueKind : uint8_t { hot = 0, warm = 1, cold = 2, temporary = 3 };
using QueueId = uint8_t;  // 0: none
inline constexpr size_t kQueues = 4 * kSlabClasses;
constexpr QueueId queue_id(SlabClass slab_class, QueueKind kind) {
  return static_cast<QueueId>(slab_class + kSlabClasses * static_cast<size_t>(kind));
}
constexpr SlabClass class_of_queue(QueueId id) { return static_cast<SlabClass>(id % kSlabClasses); }
constexpr QueueKind kind_of_queue(QueueId id) { return static_cast<QueueKind>(id / kSlabClasses); }

struct alignas(32) MemcachedItem {
  Node newer = kNoNode;
  Node older = kNoNode;
  Second used = 0;     // it->time
  Second end = 0;      // it->exptime; 0: never
  uint32_t bytes = 0;  // ITEM_ntotal: with header, key, CAS and line end
  Chunk chunk = 0;     // for a large item that of its header
  QueueId queue = 0;   // 0: there is no entry
  uint8_t flags = 0;
};

struct MemcachedQueue {
  Node head = kNoNode;
  Node tail = kNoNode;
  uint32_t entries = 0;
  uint64_t bytes = 0;
};

struct MemcachedCounts {
  uint64_t entries = 0;
  uint64_t bytes = 0;
  uint64_t evictions = 0;
  uint64_t expired = 0;
};

class MemcachedItems {
 public:
  explicit MemcachedItems(const MemcachedModelSetting& setting);

  void grow(Node keys) { items_.resize(std::max<size_t>(items_.size(), keys)); }
  void set_second(Second second) { second_ = second; }
  Second second() const { return second_; }

  // What a client asks for.
  bool get(Node key);
  ServerModel::Kept set(Node key, const ItemSize& size, Second end);
  bool erase(Node key);
  bool holds(Node key) const { return items_[key].queue != 0; }

  // For the background threads.
  struct Pull {
    uint64_t class_bytes = 0;  // of hot, warm and cold, of which hot and warm have a share
    bool evict = false;
    Second age_max = 0;
  };
  // Looks at the tail of a queue and expires, moves or evicts; how many entries that was (lru_pull_tail).
  unsigned pull_tail(SlabClass slab_class, QueueKind kind, const Pull& pull);
  // Whether something of the class changed since this was last asked: else, within one second, a pull that found
  // nothing would find nothing again.
  bool take_changed(SlabClass slab_class) { return std::exchange(is_changed_[slab_class], false); }
  // Moves the cold entries to warm whose second use was since the last call; whether there were any.
  bool apply_bumps();
  // Removes an entry that is beyond its TTL.
  void expire(Node key);
  bool is_over(const MemcachedItem& item) const { return item.end != 0 && item.end < second_; }
  // Moves the oldest page of a class that has two or more to another, or into the pool (0). Its entries get other
  // chunks of their class if there are any, and are lost or push others out if not.
  void move_page(SlabClass from, SlabClass to);

  const MemcachedItem& item(Node key) const { return items_[key]; }
  Node keys() const { return static_cast<Node>(items_.size()); }
  const MemcachedQueue& queue(SlabClass slab_class, QueueKind kind) const {
    return queues_[queue_id(slab_class, kind)];
  }
  const MemcachedQueue& queue(QueueId id) const { return queues_[id]; }
  const MemcachedSlabs& slabs() const { return slabs_; }
  std::span<const SlabClass> classes_in_use() const { return classes_in_use_; }  // since start, the first one first
  uint64_t evictions(SlabClass slab_class) const { return evictions_[slab_class]; }
  uint64_t refusals(SlabClass slab_class) const { return refusals_[slab_class]; }
  const MemcachedCounts& counts() const { return counts_; }

  std::span<const Node> take_gone();

 private:
  // The parts of an item that is larger than the largest chunk.
  struct Large {
    std::vector<Chunk> parts;  // without the header's
  };

  Chunk allocate(SlabClass slab_class, Node owner);
  bool allocate_parts(Node key, uint64_t bytes, Large& large);
  ServerModel::Kept make_room_and_store(Node key, const ItemSize& size, Second end);
  ServerModel::Kept refuse(Node key, ServerModel::Kept why);
  void store(Node key, const MemcachedItem& item);
  void link(Node key, QueueId id);  // at the head
  void detach(Node key);            // from its queue
  void remove(Node key);            // the entry, its memory
  void drop(Node key);              // removes and reports it
  void move_to(Node key, QueueKind kind);
  bool find(Node key);
  void use(Node key, MemcachedItem& item);
  bool pull_aging(Node key, QueueKind kind, const Pull& pull, unsigned& removed);
  bool pull_cold(Node key, const Pull& pull);
  void move_needed_page();
  void move_chunk(Node key, Chunk from, SlabClass slab_class);
  Chunk other_chunk(SlabClass slab_class, Node owner);

  const MemcachedModelSetting setting_;
  MemcachedSlabs slabs_;
  const uint32_t chunk_max_;
  Second second_ = kFirstSecond;
  std::vector<MemcachedItem> items_;  // by key
  std::array<MemcachedQueue, kQueues> queues_{};
  std::unordered_map<Node, Large> large_;
  std::vector<Node> bumps_;
  std::vector<SlabClass> classes_in_use_;
  std::array<bool, kSlabClasses> is_in_use_{};
  std::array<bool, kSlabClasses> is_changed_{};
  std::array<uint64_t, kSlabClasses> evictions_{};
  std::array<uint64_t, kSlabClasses> refusals_{};
  SlabClass needs_page_ = 0;   // it evicted; 0: none did
  SlabClass last_source_ = 0;  // of a page that was moved for that
  MemcachedCounts counts_;
  std::vector<Node> gone_;
  std::vector<Node> taken_;
};

// Bytes that the server counts for an item, without client flags (items.c item_make_header).
uint64_t memcached_item_bytes(const ItemSize& size, bool cas);

}  // namespace hitbench
