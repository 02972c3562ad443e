// The memory of a modeled Memcached: pages of 1 MiB, each cut into chunks of one size, its class. A page stays with its
// class until it is moved. At the limit a class gets no further page, except its first: so many classes can hold more
// than -m in total (slabs.c do_slabs_newslab).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cache/memory/policy.h"

namespace hitbench {

using SlabClass = uint8_t;  // 1 to classes(); 0 stands for "none", and for the pool of pages that have no class
using Chunk = uint32_t;     // page and place in it
inline constexpr Chunk kNoChunk = UINT32_MAX;
inline constexpr uint32_t kSlabPageBytes = 1 << 20;
inline constexpr size_t kSlabClasses = 64;        // MAX_NUMBER_OF_SLAB_CLASSES; the first is none
inline constexpr uint32_t kItemHeaderBytes = 48;  // sizeof(item) on 64 bits

struct SlabSetting {
  uint64_t memory_bytes = 0;
  double growth_factor = 0;
  uint32_t chunk_min = 0;  // bytes; of the smallest class, without the header of an item
  uint32_t chunk_max = 0;  // bytes; of the largest class
  // Whether a page counts 1 MiB towards the limit, even if its chunks leave some of it unused. So it is where pages
  // can be moved or large items are in parts (slabs.c do_slabs_newslab).
  bool whole_pages = true;
};

class MemcachedSlabs {
 public:
  explicit MemcachedSlabs(const SlabSetting& setting);
  // One class, of all sizes, with room for so many from the start.
  explicit MemcachedSlabs(uint64_t entries);

  SlabClass classes() const { return static_cast<SlabClass>(classes_.size() - 1); }
  SlabClass class_of(uint32_t bytes) const;  // the largest class for what does not fit into a chunk
  uint32_t chunks_per_page(SlabClass slab_class) const { return classes_[slab_class].per_page; }
  uint64_t free_chunks(SlabClass slab_class) const { return classes_[slab_class].free.size(); }
  size_t pages(SlabClass slab_class) const { return classes_[slab_class].pages.size(); }

  enum class Growth { may_take_page, no_page };
  Chunk allocate(SlabClass slab_class, Node owner, Growth growth = Growth::may_take_page);
  void free(Chunk chunk);
  Node owner(Chunk chunk) const { return pages_[chunk >> kPlaceBits].owners[chunk & kPlaceMask]; }

  // Moving the oldest page of a class (which has two or more): begin, find other chunks for its owners or free theirs,
  // finish. Meanwhile none of its chunks is handed out.
  uint32_t begin_move(SlabClass from);
  std::span<const Node> owners(uint32_t page) const { return pages_[page].owners; }  // kNoNode: a free chunk
  static Chunk chunk_at(uint32_t page, size_t place) { return page << kPlaceBits | static_cast<Chunk>(place); }
  void finish_move(uint32_t page, SlabClass to);

 private:
  // The smallest chunk, of 56 bytes, fits 18,724 times into a page.
  static constexpr unsigned kPlaceBits = 15;
  static constexpr Chunk kPlaceMask = (Chunk{1} << kPlaceBits) - 1;

  struct Class {
    uint32_t bytes = 0;
    uint32_t per_page = 0;
    std::vector<uint32_t> pages;  // oldest first
    std::vector<Chunk> free;      // the last one freed is the first to be used
  };
  struct Page {
    SlabClass slab_class = 0;
    bool is_moving = false;
    std::vector<Node> owners;
  };

  bool add_page(SlabClass slab_class);
  void assign(uint32_t page, SlabClass slab_class, uint32_t chunks);

  uint64_t limit_bytes_ = 0;
  uint64_t allocated_bytes_ = 0;
  bool whole_pages_ = true;
  std::vector<Class> classes_;
  std::vector<Page> pages_;
  std::vector<uint32_t> pool_;      // pages without a class, within the limit
  std::vector<uint32_t> released_;  // numbers of pages that were given back
};

}  // namespace hitbench
