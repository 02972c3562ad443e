// What clients do with the entries; memcached_queues.cc has the rest.
#include "cache/twin/memcached_items.h"

#include <utility>

#include "cache/twin/memcached_flags.h"

namespace hitbench {

namespace {

constexpr uint32_t kPartHeader = 48;  // sizeof(item_chunk)
constexpr uint32_t kCasBytes = 8;
constexpr uint32_t kLongestKey = 250;  // KEY_MAX_LENGTH
constexpr int kPullsMax = 10;          // do_item_alloc_pull

// Without the parts of the modern defaults a chunk may be as large as a page, and a page moves nowhere: no_modern sets
// slab_chunk_max to the size of a page, unless items may be larger than that (memcached.c).
uint32_t chunk_max_of(const MemcachedModelSetting& setting) {
  return setting.modern || setting.item_max > kSlabPageBytes ? kSlabPageBytes / 2
                                                             : std::min(setting.item_max, kSlabPageBytes);
}

MemcachedSlabs slabs_of(const MemcachedModelSetting& setting) {
  if (setting.entries > 0) return MemcachedSlabs(setting.entries);
  const uint32_t chunk_max = chunk_max_of(setting);
  return MemcachedSlabs({.memory_bytes = setting.memory_bytes,
                         .growth_factor = setting.growth_factor,
                         .chunk_min = setting.chunk_min,
                         .chunk_max = chunk_max,
                         .whole_pages = setting.modern || chunk_max != kSlabPageBytes});
}

}  // namespace

uint64_t memcached_item_bytes(const ItemSize& size, bool cas) {
  return uint64_t{kItemHeaderBytes} + size.key_bytes + 1 + size.value_bytes + 2 + (cas ? kCasBytes : 0);
}

MemcachedItems::MemcachedItems(const MemcachedModelSetting& setting)
    : setting_(setting),
      slabs_(slabs_of(setting)),
      chunk_max_(setting.entries > 0 ? UINT32_MAX : chunk_max_of(setting)) {}

// Removes an entry whose TTL ends in this second (do_item_get).
bool MemcachedItems::find(Node key) {
  const MemcachedItem& item = items_[key];
  if (item.queue == 0) return false;
  if (item.end == 0 || item.end > second_) return true;
  expire(key);
  return false;
}

bool MemcachedItems::get(Node key) {
  if (!find(key)) return false;
  use(key, items_[key]);
  return true;
}

void MemcachedItems::use(Node key, MemcachedItem& item) {
  if (!setting_.segmented) {
    item.flags |= kFetched;
    if (item.used + kUseInterval >= second_) return;
    item.used = second_;
    move_to(key, kind_of_queue(item.queue));
    return;
  }
  if ((item.flags & kActive) != 0) return;
  if ((item.flags & kFetched) == 0) {
    item.flags |= kFetched;
    return;
  }
  is_changed_[class_of_queue(item.queue)] = true;
  if (kind_of_queue(item.queue) != QueueKind::cold) {
    item.flags |= kActive;
    item.used = second_;
  } else if (bumps_.size() < kBumpsMax) {
    item.flags |= kActive | kBumping;
    bumps_.push_back(key);
  }
}

ServerModel::Kept MemcachedItems::set(Node key, const ItemSize& size, Second end) {
  const ServerModel::Kept kept = make_room_and_store(key, size, end);
  move_needed_page();
  return kept;
}

ServerModel::Kept MemcachedItems::make_room_and_store(Node key, const ItemSize& size, Second end) {
  const uint64_t bytes = memcached_item_bytes(size, setting_.cas);
  if (size.key_bytes > kLongestKey) return ServerModel::Kept::too_large;  // an error, and nothing else happens
  if (setting_.entries == 0 && bytes > setting_.item_max) return refuse(key, ServerModel::Kept::too_large);
  MemcachedItem item;
  item.bytes = static_cast<uint32_t>(bytes);
  item.end = end;
  const SlabClass slab_class = slabs_.class_of(item.bytes);
  Large large;
  if (bytes <= chunk_max_) {
    item.chunk = allocate(slab_class, key);
  } else {
    item.flags = kLarge;
    item.chunk = allocate(
        slabs_.class_of(kItemHeaderBytes + kPartHeader + size.key_bytes + 1 + (setting_.cas ? kCasBytes : 0)), key);
  }
  if (item.chunk == kNoChunk) {
    ++refusals_[slab_class];
    return refuse(key, ServerModel::Kept::no_memory);
  }
  if ((item.flags & kLarge) != 0 && !allocate_parts(key, uint64_t{size.value_bytes} + 2, large)) {
    slabs_.free(item.chunk);
    return ServerModel::Kept::no_memory;  // the older entry stays
  }
  const bool is_temporary = end != 0 && setting_.temporary_ttl > 0 && end - second_ <= setting_.temporary_ttl;
  const QueueKind kind = is_temporary ? QueueKind::temporary : (setting_.segmented ? QueueKind::hot : QueueKind::cold);
  item.queue = queue_id(slab_class, kind);
  store(key, item);
  if ((item.flags & kLarge) != 0) large_[key] = std::move(large);
  return ServerModel::Kept::kept;
}

void MemcachedItems::store(Node key, const MemcachedItem& item) {
  MemcachedItem& mine = items_[key];
  if (find(key)) remove(key);
  const QueueId id = item.queue;
  mine.used = second_;
  mine.end = item.end;
  mine.bytes = item.bytes;
  mine.chunk = item.chunk;
  mine.flags = static_cast<uint8_t>((mine.flags & kReported) | item.flags);
  ++counts_.entries;
  counts_.bytes += item.bytes;
  const SlabClass slab_class = class_of_queue(id);
  if (!is_in_use_[slab_class]) {
    is_in_use_[slab_class] = true;
    classes_in_use_.push_back(slab_class);
  }
  link(key, id);
}

// Both an item that is too large and one for which there is no memory take the older one along, for a client that did
// not look at the reply would read it forever (proto_text.c process_update_command).
ServerModel::Kept MemcachedItems::refuse(Node key, ServerModel::Kept why) {
  if (find(key)) drop(key);
  return why;
}

// In a segmented cache the tail of cold goes, or hot is shortened until there is one.
Chunk MemcachedItems::allocate(SlabClass slab_class, Node owner) {
  for (int i = 0; i < kPullsMax; ++i) {
    if (!setting_.segmented) pull_tail(slab_class, QueueKind::cold, {});
    const Chunk chunk = slabs_.allocate(slab_class, owner);
    if (chunk != kNoChunk) return chunk;
    if (pull_tail(slab_class, QueueKind::cold, {.evict = true}) > 0) continue;
    if (!setting_.segmented) break;
    pull_tail(slab_class, QueueKind::hot, {});
  }
  return kNoChunk;
}

// Each part is as large as possible, and the last one as the rest needs (do_item_alloc_chunk).
bool MemcachedItems::allocate_parts(Node key, uint64_t bytes, Large& large) {
  while (bytes > 0) {
    const auto part = static_cast<uint32_t>(std::min<uint64_t>(bytes + kPartHeader, chunk_max_));
    const Chunk chunk = allocate(slabs_.class_of(part), key);
    if (chunk == kNoChunk) {
      for (const Chunk got : large.parts) slabs_.free(got);
      return false;
    }
    large.parts.push_back(chunk);
    bytes -= part - kPartHeader;
  }
  return true;
}

bool MemcachedItems::erase(Node key) {
  if (!find(key)) return false;
  remove(key);
  return true;
}

void MemcachedItems::expire(Node key) {
  ++counts_.expired;
  drop(key);
}

void MemcachedItems::remove(Node key) {
  MemcachedItem& item = items_[key];
  detach(key);
  --counts_.entries;
  counts_.bytes -= item.bytes;
  slabs_.free(item.chunk);
  if ((item.flags & kLarge) != 0) {
    for (const Chunk part : large_[key].parts) slabs_.free(part);
    large_.erase(key);
  }
  item.queue = 0;
  item.flags &= kReported;
}

void MemcachedItems::drop(Node key) {
  remove(key);
  if ((items_[key].flags & kReported) != 0) return;
  items_[key].flags |= kReported;
  gone_.push_back(key);
}

// A key that went and came back since is not gone.
std::span<const Node> MemcachedItems::take_gone() {
  taken_.clear();
  for (const Node key : gone_) {
    items_[key].flags &= static_cast<uint8_t>(~kReported);
    if (items_[key].queue == 0) taken_.push_back(key);
  }
  gone_.clear();
  return taken_;
}

}  // namespace hitbench
