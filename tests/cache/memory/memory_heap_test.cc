// What the memory cache takes on glibc's heap. Not built with sanitizers: theirs is not the one that is measured.
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "tests/cache/memory/memory_fixture.h"

namespace hitbench {
namespace {

uint64_t heap_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

struct Sizes {
  uint64_t entries, value;
};

using MemoryOnTheHeap = Memory;
class MemoryOfSizes : public Memory, public testing::WithParamInterface<Sizes> {};

TEST_P(MemoryOfSizes, IsAccountedForAndNearlyAllKeysAndValues) {
  const uint64_t entries = GetParam().entries, value_size = GetParam().value;
  open(memory_params({{"entries", static_cast<int64_t>(entries)}}));
  const std::string value(value_size, 'v');
  run([&] {
    set("warm up the loop", value);
    cache->erase({0, "warm up the loop"}, call);
    const uint64_t before = heap_in_use();
    const uint64_t accounted_before = memory();
    for (uint64_t i = 0; i < entries; ++i) set(key_text(i), value);
    const auto grown = static_cast<double>(heap_in_use() - before);
    const auto accounted = static_cast<double>(memory() - accounted_before);
    EXPECT_NEAR(accounted, grown, 0.05 * grown);
    const double overhead = grown / static_cast<double>(entries) - static_cast<double>(16 + value_size);
    // Blocks that the heap maps by themselves are rounded to pages: about 1 % of these.
    if (value_size < 100000) {
      EXPECT_LE(overhead, 80);
    }
  });
  cache.reset();
}

// 81 + 16 is the worst case of malloc's rounding; 65537 entries are the first of a larger index; 300 KB are mapped.
INSTANTIATE_TEST_SUITE_P(OnTheHeap, MemoryOfSizes,
                         testing::Values(Sizes{10000, 100}, Sizes{100000, 81}, Sizes{65537, 81}, Sizes{66000, 9},
                                         Sizes{1000000, 40}, Sizes{50, 300000}));

TEST_F(MemoryOnTheHeap, GivesEverythingBack) {
  open(memory_params({{"entries", int64_t{100000}}}));
  const uint64_t before = heap_in_use();
  run([&] {
    for (uint64_t i = 0; i < 50000; ++i) set(key_text(i), "value");
  });
  cache.reset();
  EXPECT_LT(heap_in_use(), before + 100000);  // the loop keeps a fiber
}

}  // namespace
}  // namespace hitbench
