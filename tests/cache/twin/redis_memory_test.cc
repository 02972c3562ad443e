#include "cache/twin/redis_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace hitbench {
namespace {

// The table "Size classes" in the manual of jemalloc 5.3 (x86-64), whose quantum is 16 bytes.
TEST(RedisMemory, RoundsAllocationsUpToTheSizeClassesOfJemalloc) {
  const RedisMemory memory(RedisModelSetting{});
  constexpr std::pair<uint64_t, uint64_t> kClasses[] = {
      {1, 8},       {8, 8},        {9, 16},        {17, 32},       {112, 112},     {113, 128},       {129, 160},
      {160, 160},   {161, 192},    {225, 256},     {257, 320},     {449, 512},     {513, 640},       {4097, 5120},
      {7169, 8192}, {8193, 10240}, {16385, 20480}, {32769, 40960}, {65537, 81920}, {100000, 114688},
  };
  for (const auto& [bytes, size_class] : kClasses) EXPECT_EQ(memory.allocated(bytes), size_class) << bytes;
}

TEST(RedisMemory, HasFinerSizeClassesWithTheQuantumOfRedisOwnBuilds) {
  const RedisMemory memory({.allocator_quantum_bytes = 8});
  constexpr std::pair<uint64_t, uint64_t> kClasses[] = {
      {8, 8}, {9, 16}, {17, 24}, {25, 32}, {57, 64}, {65, 80}, {81, 96}, {113, 128}, {129, 160}, {4097, 5120},
  };
  for (const auto& [bytes, size_class] : kClasses) EXPECT_EQ(memory.allocated(bytes), size_class) << bytes;
}

// A header of 1 byte below 32, 3 below 256, 5 below 65,536, then 9, and a final zero.
TEST(RedisMemory, GivesAStringAHeaderByItsLength) {
  const RedisMemory memory(RedisModelSetting{});
  EXPECT_EQ(memory.dynamic_string(14), 16);
  EXPECT_EQ(memory.dynamic_string(15), 32);
  EXPECT_EQ(memory.dynamic_string(30), 32);
  EXPECT_EQ(memory.dynamic_string(31), 48);
  EXPECT_EQ(memory.dynamic_string(44), 48);
  EXPECT_EQ(memory.dynamic_string(45), 64);
  EXPECT_EQ(memory.dynamic_string(252), 256);
  EXPECT_EQ(memory.dynamic_string(253), 320);
  EXPECT_EQ(memory.dynamic_string(314), 320);
  EXPECT_EQ(memory.dynamic_string(315), 384);
}

TEST(RedisMemory, EmbedsValuesOfUpTo44BytesInTheirObject) {
  const RedisMemory memory(RedisModelSetting{});
  EXPECT_EQ(memory.value_object(1), 32);
  EXPECT_EQ(memory.value_object(12), 32);
  EXPECT_EQ(memory.value_object(13), 48);
  EXPECT_EQ(memory.value_object(44), 64);
  EXPECT_EQ(memory.value_object(45), 16 + 64);
  EXPECT_EQ(memory.value_object(100), 16 + 112);
}

// The buffer that received a value of 32 KiB or more, with its line end, becomes the value.
TEST(RedisMemory, KeepsTheLineEndOfALargeArgument) {
  const RedisMemory memory(RedisModelSetting{});
  EXPECT_EQ(memory.value_object(32767), 16 + 40960);
  EXPECT_EQ(memory.value_object(40960 - 6), 16 + 49152);
  EXPECT_EQ(memory.large_argument(32767), 0);
  EXPECT_EQ(memory.large_argument(32768), 40960 - 20480);
}

TEST(RedisMemory, CountsAKeyOf12BytesWithAValueOf100As176AndItsTtlAs32More) {
  const RedisMemory memory(RedisModelSetting{});
  EXPECT_EQ(memory.entry({.key_bytes = 12, .value_bytes = 100}), 32 + 16 + 16 + 112);
  EXPECT_EQ(memory.expiry_node(), 32);
}

}  // namespace
}  // namespace hitbench
