// What an entry of the in-process cache costs in memory beyond its key and its value (envelope included), by the heap's
// own account (mallinfo2), at the counts and sizes where it costs most. Prints the largest of them, in bytes per entry.
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "base/check.h"
#include "cache/cache.h"
#include "cache/memory/lru.h"
#include "cache/memory/store.h"

namespace {

using namespace hitbench;

constexpr size_t kKeyBytes = 16;

uint64_t heap_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

double overhead(uint64_t entries, size_t value_bytes) {
  const std::string value(value_bytes, 'v');
  std::string key(kKeyBytes, 'k');
  const uint64_t before = heap_in_use();
  MemoryStore<Lru> store({.entries = entries});
  for (uint64_t id = 0; id < entries; ++id) {
    std::snprintf(key.data(), key.size() + 1, "k%015llu", static_cast<unsigned long long>(id));
    CHECK(store.set(key, value, kNever));
  }
  CHECK(store.entries() == entries);
  return static_cast<double>(heap_in_use() - before) / static_cast<double>(entries) -
         static_cast<double>(kKeyBytes + value_bytes);
}

}  // namespace

int main() {
  double most = 0;
  // Just above a power of two the index is half empty. Over sixteen sizes in a row every rounding of malloc occurs.
  for (const uint64_t entries : {uint64_t{65537}, uint64_t{100000}}) {
    for (size_t value = 96; value < 112; ++value) most = std::max(most, overhead(entries, value));
  }
  std::printf("overhead_bytes_per_entry %.2f\n", most);
}
