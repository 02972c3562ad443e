// What a block of memory takes on the heap.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hitbench {

// By glibc's rules: 8 bytes in front of the block, rounded to 16, 32 at least; from 128 KiB on whole pages, with 16
// bytes in front. Where glibc finds a hole of 16 bytes more, it takes that; but the same scenario must evict the same
// entries wherever the heap has holes, so malloc_usable_size is not asked.
inline uint64_t heap_bytes_of(uint64_t size) {
  constexpr uint64_t kHeader = 8, kRounding = 16, kSmallest = 32, kMappedFrom = uint64_t{128} << 10, kPage = 4096;
  if (size >= kMappedFrom) return (size + 2 * kHeader + kPage - 1) / kPage * kPage;
  return std::max(kSmallest, (size + kHeader + kRounding - 1) / kRounding * kRounding);
}

}  // namespace hitbench
