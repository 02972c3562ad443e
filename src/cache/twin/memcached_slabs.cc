#include "cache/twin/memcached_slabs.h"

#include <algorithm>

#include "base/check.h"

namespace hitbench {

namespace {

constexpr uint32_t kAlignBytes = 8;  // CHUNK_ALIGN_BYTES

}  // namespace

MemcachedSlabs::MemcachedSlabs(const SlabSetting& setting)
    : limit_bytes_(setting.memory_bytes), whole_pages_(setting.whole_pages), classes_(1) {
  uint32_t bytes = kItemHeaderBytes + setting.chunk_min;
  while (classes_.size() < kSlabClasses - 1 && bytes < setting.chunk_max / setting.growth_factor) {
    bytes = (bytes + kAlignBytes - 1) / kAlignBytes * kAlignBytes;
    classes_.push_back({bytes, kSlabPageBytes / bytes, {}, {}});
    bytes = static_cast<uint32_t>(bytes * setting.growth_factor);
  }
  classes_.push_back({setting.chunk_max, kSlabPageBytes / setting.chunk_max, {}, {}});
}

MemcachedSlabs::MemcachedSlabs(uint64_t entries) : classes_(2) {
  constexpr uint64_t kPerPage = kPlaceMask + 1;
  classes_[1].bytes = UINT32_MAX;
  classes_[1].per_page = static_cast<uint32_t>(std::min(entries, kPerPage));
  for (uint64_t left = entries; left > 0; left -= std::min(left, kPerPage)) {
    pages_.emplace_back();
    assign(static_cast<uint32_t>(pages_.size() - 1), 1, static_cast<uint32_t>(std::min(left, kPerPage)));
  }
}

SlabClass MemcachedSlabs::class_of(uint32_t bytes) const {
  const auto at = std::lower_bound(classes_.begin() + 1, classes_.end() - 1, bytes,
                                   [](const Class& one, uint32_t size) { return one.bytes < size; });
  return static_cast<SlabClass>(at - classes_.begin());
}

Chunk MemcachedSlabs::allocate(SlabClass slab_class, Node owner, Growth growth) {
  Class& from = classes_[slab_class];
  if (from.free.empty() && (growth == Growth::no_page || !add_page(slab_class))) return kNoChunk;
  const Chunk chunk = from.free.back();
  from.free.pop_back();
  pages_[chunk >> kPlaceBits].owners[chunk & kPlaceMask] = owner;
  return chunk;
}

void MemcachedSlabs::free(Chunk chunk) {
  Page& page = pages_[chunk >> kPlaceBits];
  page.owners[chunk & kPlaceMask] = kNoNode;
  if (!page.is_moving) classes_[page.slab_class].free.push_back(chunk);
}

bool MemcachedSlabs::add_page(SlabClass slab_class) {
  Class& to = classes_[slab_class];
  const uint64_t bytes = whole_pages_ ? kSlabPageBytes : uint64_t{to.bytes} * to.per_page;
  const bool fits = allocated_bytes_ + bytes <= limit_bytes_;
  if (!fits && !to.pages.empty() && pool_.empty()) return false;
  uint32_t page = 0;
  if (!pool_.empty()) {
    page = pool_.back();
    pool_.pop_back();
  } else {
    allocated_bytes_ += bytes;
    if (released_.empty()) {
      page = static_cast<uint32_t>(pages_.size());
      pages_.emplace_back();
    } else {
      page = released_.back();
      released_.pop_back();
    }
  }
  assign(page, slab_class, to.per_page);
  return true;
}

void MemcachedSlabs::assign(uint32_t page, SlabClass slab_class, uint32_t chunks) {
  pages_[page].slab_class = slab_class;
  pages_[page].is_moving = false;
  pages_[page].owners.assign(chunks, kNoNode);
  Class& to = classes_[slab_class];
  to.pages.push_back(page);
  for (uint32_t place = 0; place < chunks; ++place) to.free.push_back(chunk_at(page, place));
}

uint32_t MemcachedSlabs::begin_move(SlabClass from) {
  CHECK(classes_[from].pages.size() >= 2);
  const uint32_t page = classes_[from].pages.front();
  pages_[page].is_moving = true;
  std::erase_if(classes_[from].free, [page](Chunk chunk) { return chunk >> kPlaceBits == page; });
  return page;
}

// What lies in the pool beyond the limit is given back (slabs.c memory_release).
void MemcachedSlabs::finish_move(uint32_t page, SlabClass to) {
  std::vector<uint32_t>& pages = classes_[pages_[page].slab_class].pages;
  pages.erase(pages.begin());
  if (to != 0) {
    assign(page, to, classes_[to].per_page);
    return;
  }
  pages_[page].is_moving = false;
  pool_.push_back(page);
  while (allocated_bytes_ > limit_bytes_ && !pool_.empty()) {
    released_.push_back(pool_.back());
    pool_.pop_back();
    allocated_bytes_ -= kSlabPageBytes;
  }
}

}  // namespace hitbench
