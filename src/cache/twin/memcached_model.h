// A model of Memcached behind the seam of models (server_model.h): slab classes and their pages, the hot, warm and cold
// queues with the thread that maintains them, the crawler, and the automover. What it must know of each part is in that
// part's file: memcached_slabs.h, memcached_items.h, memcached_maintainer.h, memcached_crawler.h, memcached_automove.h.
//
// Sources: items.c, slabs.c, slab_automove.c, crawler.c and slabs_mover.c of Memcached (BSD license), read and written
// anew; and memcached 1.6.18 as Debian 12 has it, started by tests and measurements.
//
// Time: the server counts whole seconds from its start, which is the time of the first call here. An entry's TTL is
// rounded up to whole seconds; the server drops it at the beginning of the second in which it ends, so up to a second
// early. Whoever sends TTLs to a real server has to allow for that, and hands in the same `end` here.
//
// Not modeled: clients that hold an entry while it is to go (a refcount), the stretch of milliseconds in which the
// crawler and the mover of pages are at work, extstore.
#pragma once

#include <cstdint>
#include <memory>

#include "cache/twin/server_model.h"

namespace hitbench {

enum class MemcachedVersion {
  v1_6_18,  // Debian 12
  v1_6_38,  // Debian 13
};

// The defaults are the server's own.
struct MemcachedModelSetting {
  uint64_t memory_bytes = uint64_t{64} << 20;  // -m
  uint64_t entries = 0;                        // instead: room for so many, in one class, whatever their sizes; 0: none
  bool modern = true;                          // false: -o no_modern, so a chunk may be as large as a page
  bool segmented = true;                       // false: one queue in which a use counts once in 60 s, as with no_modern
  double growth_factor = 1.25;                 // -f
  uint32_t chunk_min = 48;                     // -n: bytes, without the header of an item
  uint32_t item_max = 1 << 20;                 // -I: bytes; from 512 KiB on
  bool cas = true;                             // false: -C
  bool evicts = true;                          // false: -M
  bool crawler = true;                         // -o no_lru_crawler
  int slab_automove = 1;                       // -o slab_automove: 0, 1, or 2 (a page for every eviction)
  uint32_t temporary_ttl = 0;                  // -o temporary_ttl: seconds; 0: there is no temporary queue
  uint32_t hot_percent = 20;                   // -o hot_lru_pct
  uint32_t warm_percent = 40;                  // -o warm_lru_pct
  double hot_max_factor = 0.2;                 // -o hot_max_factor
  double warm_max_factor = 2.0;                // -o warm_max_factor
  MemcachedVersion version = MemcachedVersion::v1_6_18;
  uint64_t seed = 1;  // of the moment at which the server's clock ticks
};

std::unique_ptr<ServerModel> make_memcached_model(const MemcachedModelSetting& setting);

}  // namespace hitbench
