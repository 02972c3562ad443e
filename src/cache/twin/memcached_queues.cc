// The queues of a modeled Memcached: what leaves their tails, and what a page takes along when it is moved.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "cache/twin/memcached_flags.h"
#include "cache/twin/memcached_items.h"

namespace hitbench {

namespace {

constexpr int kTailTries = 5;  // lru_pull_tail

}  // namespace

void MemcachedItems::link(Node key, QueueId id) {
  MemcachedQueue& queue = queues_[id];
  MemcachedItem& item = items_[key];
  is_changed_[class_of_queue(id)] = true;
  item.queue = id;
  item.newer = kNoNode;
  item.older = queue.head;
  if (queue.head != kNoNode) {
    items_[queue.head].newer = key;
  } else {
    queue.tail = key;
  }
  queue.head = key;
  ++queue.entries;
  queue.bytes += item.bytes;
}

void MemcachedItems::detach(Node key) {
  const MemcachedItem& item = items_[key];
  MemcachedQueue& queue = queues_[item.queue];
  is_changed_[class_of_queue(item.queue)] = true;
  if (item.newer != kNoNode) {
    items_[item.newer].older = item.older;
  } else {
    queue.head = item.older;
  }
  if (item.older != kNoNode) {
    items_[item.older].newer = item.newer;
  } else {
    queue.tail = item.newer;
  }
  --queue.entries;
  queue.bytes -= item.bytes;
}

void MemcachedItems::move_to(Node key, QueueKind kind) {
  const SlabClass slab_class = class_of_queue(items_[key].queue);
  detach(key);
  link(key, queue_id(slab_class, kind));
}

unsigned MemcachedItems::pull_tail(SlabClass slab_class, QueueKind kind, const Pull& pull) {
  unsigned removed = 0;
  Node key = queues_[queue_id(slab_class, kind)].tail;
  for (int tries = kTailTries; tries > 0 && key != kNoNode; --tries) {
    const Node next = items_[key].newer;
    if (is_over(items_[key])) {
      expire(key);
      ++removed;
    } else if (kind == QueueKind::cold) {
      if (pull_cold(key, pull)) ++removed;
      break;
    } else if (kind == QueueKind::temporary || !pull_aging(key, kind, pull, removed)) {
      break;
    }
    key = next;
  }
  return removed;
}

// At the tail of hot or warm; whether the next one may be looked at as well, as after an active one of warm, which
// comes to the head again.
bool MemcachedItems::pull_aging(Node key, QueueKind kind, const Pull& pull, unsigned& removed) {
  MemcachedItem& item = items_[key];
  if ((item.flags & kActive) != 0) {
    item.flags &= static_cast<uint8_t>(~kActive);
    ++removed;
    move_to(key, QueueKind::warm);
    return kind == QueueKind::warm;
  }
  const uint64_t hot_limit = kind == QueueKind::hot ? pull.class_bytes * setting_.hot_percent / 100 : 0;
  const uint64_t limit = hot_limit != 0 ? hot_limit : pull.class_bytes * setting_.warm_percent / 100;
  if (queues_[item.queue].bytes <= limit && second_ - item.used <= pull.age_max) return false;
  ++removed;
  move_to(key, QueueKind::cold);
  return false;
}

// At the tail of cold; whether it went from there.
bool MemcachedItems::pull_cold(Node key, const Pull& pull) {
  MemcachedItem& item = items_[key];
  const SlabClass slab_class = class_of_queue(item.queue);
  if (pull.evict) {
    if (!setting_.evicts) return false;
    ++evictions_[slab_class];
    ++counts_.evictions;
    drop(key);
    if (setting_.slab_automove == 2 && setting_.segmented) needs_page_ = slab_class;
    return true;
  }
  if (!setting_.segmented || (item.flags & kActive) == 0) return false;
  item.flags &= static_cast<uint8_t>(~kActive);
  move_to(key, QueueKind::warm);
  return true;
}

bool MemcachedItems::apply_bumps() {
  if (bumps_.empty()) return false;
  for (const Node key : bumps_) {
    MemcachedItem& item = items_[key];
    if ((item.flags & kBumping) == 0) continue;  // it went, and the key may be back
    item.flags &= static_cast<uint8_t>(~kBumping);
    if (kind_of_queue(item.queue) == QueueKind::cold && (item.flags & kActive) != 0) {
      item.used = second_;
      item.flags &= static_cast<uint8_t>(~kActive);
      move_to(key, QueueKind::warm);
    } else {
      item.used = second_;
    }
  }
  bumps_.clear();
  return true;
}

// With slab_automove=2 each eviction asks for a page, which another thread moves once the item is stored: the next
// class in turn that has pages to spare (slabs.c slabs_reassign_pick_any).
void MemcachedItems::move_needed_page() {
  const SlabClass slab_class = std::exchange(needs_page_, SlabClass{0});
  if (slab_class == 0) return;
  for (SlabClass tries = 0; tries < slabs_.classes(); ++tries) {
    last_source_ = last_source_ < slabs_.classes() ? static_cast<SlabClass>(last_source_ + 1) : SlabClass{1};
    if (last_source_ == slab_class || slabs_.pages(last_source_) < 2) continue;
    move_page(last_source_, slab_class);
    return;
  }
}

// Another chunk of the class for what lies on the page that is moved. 1.6.18 gives up where none is free; later ones
// evict for it, as a set does (slabs_mover.c slab_rebalance_prep).
Chunk MemcachedItems::other_chunk(SlabClass slab_class, Node owner) {
  constexpr auto kNoPage = MemcachedSlabs::Growth::no_page;
  Chunk chunk = slabs_.allocate(slab_class, owner, kNoPage);
  if (setting_.version == MemcachedVersion::v1_6_18) return chunk;
  for (int i = 0; i < 10 && chunk == kNoChunk; ++i) {
    if (pull_tail(slab_class, QueueKind::cold, {.evict = true}) == 0) pull_tail(slab_class, QueueKind::hot, {});
    chunk = slabs_.allocate(slab_class, owner, kNoPage);
  }
  return chunk;
}

void MemcachedItems::move_page(SlabClass from, SlabClass to) {
  const uint32_t page = slabs_.begin_move(from);
  for (size_t place = 0; place < slabs_.owners(page).size(); ++place) {
    const Node key = slabs_.owners(page)[place];
    if (key != kNoNode) move_chunk(key, MemcachedSlabs::chunk_at(page, place), from);
  }
  slabs_.finish_move(page, to);
}

// An item that gets another chunk comes to the head of its queue, as if it were new (do_item_replace).
void MemcachedItems::move_chunk(Node key, Chunk from, SlabClass slab_class) {
  if (is_over(items_[key])) {
    expire(key);
    return;
  }
  const Chunk chunk = other_chunk(slab_class, key);
  if (slabs_.owner(from) != key) {  // it was evicted to make room for itself
    if (chunk != kNoChunk) slabs_.free(chunk);
    return;
  }
  if (chunk == kNoChunk) {
    drop(key);
    return;
  }
  MemcachedItem& item = items_[key];
  slabs_.free(from);
  if (item.chunk != from) {
    std::replace(large_[key].parts.begin(), large_[key].parts.end(), from, chunk);
    return;
  }
  item.chunk = chunk;
  item.used = second_;
  move_to(key, kind_of_queue(item.queue));
}

}  // namespace hitbench
