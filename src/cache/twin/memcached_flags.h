// What is noted of an entry of a modeled Memcached besides its place; for the files of MemcachedItems only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hitbench {

inline constexpr uint8_t kFetched = 1;    // used once at least (ITEM_FETCHED)
inline constexpr uint8_t kActive = 2;     // used again since it was last moved or looked at (ITEM_ACTIVE)
inline constexpr uint8_t kLarge = 4;      // in parts (ITEM_CHUNKED)
inline constexpr uint8_t kBumping = 8;    // its move from cold to warm is due
inline constexpr uint8_t kReported = 16;  // its key is among those that went, whatever became of it

// LRU_BUMP_BUF_SIZE, of one worker thread: a use of a cold entry beyond that is forgotten.
inline constexpr size_t kBumpsMax = 8192;

}  // namespace hitbench
