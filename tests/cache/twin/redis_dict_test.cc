#include "cache/twin/redis_dict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace hitbench {
namespace {

// Inserts as the server does: a step of rehashing, then a larger table where one is called for.
void add(RedisDict& dict, Node node) {
  dict.step();
  if (dict.wanted_table_bytes() > 0) dict.enlarge();
  dict.insert(node);
}

RedisDict filled(Node nodes) {
  RedisDict dict(1);
  dict.grow(nodes);
  for (Node node = 0; node < nodes; ++node) add(dict, node);
  return dict;
}

// What it holds, as the cursor of active expiry sees it.
std::multiset<Node> content_of(const RedisDict& dict) {
  std::multiset<Node> nodes;
  const uint64_t buckets = dict.buckets();
  for (size_t table = 0; table < 2 && dict.has_table(table); ++table) {
    std::set<Node> firsts;
    for (uint64_t at = 0; at < buckets; ++at) {
      const Node first = dict.first(table, at);
      if (first == kNoNode || !firsts.insert(first).second) continue;  // the smaller table comes around again
      for (Node node = first; node != kNoNode; node = dict.next(node)) nodes.insert(node);
    }
  }
  return nodes;
}

TEST(RedisDict, StartsWithFourBucketsOfEightBytes) {
  RedisDict dict(1);
  dict.grow(1);
  EXPECT_EQ(dict.table_bytes(), 0);
  EXPECT_EQ(dict.wanted_table_bytes(), 32);
  add(dict, 0);
  EXPECT_EQ(dict.table_bytes(), 32);
}

TEST(RedisDict, DoublesWhenThereIsAnEntryForEachBucketAndKeepsBothTablesWhileItRehashes) {
  RedisDict dict = filled(1024);
  dict.grow(1025);
  EXPECT_FALSE(dict.is_rehashing());
  EXPECT_EQ(dict.table_bytes(), 8 * 1024);
  add(dict, 1024);
  EXPECT_TRUE(dict.is_rehashing());
  EXPECT_EQ(dict.table_bytes(), 8 * (1024 + 2048));
  dict.rehash(1024);
  EXPECT_FALSE(dict.is_rehashing());
  EXPECT_EQ(dict.table_bytes(), 8 * 2048);
}

TEST(RedisDict, HoldsEachEntryOnceWhateverTheStateOfItsRehashing) {
  RedisDict dict = filled(1024);
  dict.grow(1025);
  add(dict, 1024);
  while (dict.is_rehashing()) {
    const std::multiset<Node> content = content_of(dict);
    EXPECT_EQ(content.size(), 1025);
    EXPECT_EQ(std::set<Node>(content.begin(), content.end()).size(), 1025);
    for (int i = 0; i < 50; ++i) dict.step();
  }
  EXPECT_EQ(content_of(dict).size(), 1025);
}

TEST(RedisDict, FindsAnEntryToRemoveInEitherTable) {
  RedisDict dict = filled(1024);
  dict.grow(1030);
  for (Node node = 1024; node < 1030; ++node) add(dict, node);
  for (int i = 0; i < 100; ++i) dict.step();
  ASSERT_TRUE(dict.is_rehashing());
  for (Node node = 0; node < 1030; node += 2) dict.remove(node);
  EXPECT_EQ(dict.size(), 515);
  for (const Node node : content_of(dict)) EXPECT_EQ(node % 2, 1);
}

TEST(RedisDict, ShrinksBelowATenthOfItsBuckets) {
  RedisDict dict = filled(1024);
  for (Node node = 0; node < 921; ++node) dict.remove(node);
  dict.shrink_if_sparse();
  EXPECT_FALSE(dict.is_rehashing()) << "103 of 1024";
  dict.remove(921);
  dict.shrink_if_sparse();
  EXPECT_TRUE(dict.is_rehashing()) << "102 of 1024";
  while (dict.is_rehashing()) dict.rehash(100);
  EXPECT_EQ(dict.table_bytes(), 8 * 128);
  EXPECT_EQ(content_of(dict).size(), 102);
}

// At one entry for each bucket 1/e of the buckets are empty. After six empty ones in a row, one in 400, it goes on
// elsewhere.
TEST(RedisDict, SamplesARunOfNeighboringBuckets) {
  RedisDict dict = filled(1 << 14);
  std::vector<uint64_t> bucket_of(1 << 14);
  for (uint64_t at = 0; at < 1 << 14; ++at) {
    for (Node node = dict.first(0, at); node != kNoNode; node = dict.next(node)) bucket_of[node] = at;
  }
  Rng rng(1);
  std::vector<Node> samples(5);
  int runs = 0;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(dict.sample(samples, rng), 5);
    EXPECT_EQ(std::set<Node>(samples.begin(), samples.end()).size(), 5);
    const uint64_t span = (bucket_of[samples.back()] - bucket_of[samples.front()]) & ((1 << 14) - 1);
    runs += span < 20;
  }
  EXPECT_GT(runs, 980);
}

TEST(RedisDict, SamplesEveryEntrySometimeEvenWhileItRehashes) {
  RedisDict dict = filled(256);
  dict.grow(257);
  add(dict, 256);
  Rng rng(2);
  std::set<Node> seen;
  std::vector<Node> samples(5);
  for (int i = 0; i < 10000; ++i) {
    const size_t count = dict.sample(samples, rng);
    seen.insert(samples.begin(), samples.begin() + static_cast<ptrdiff_t>(count));
  }
  EXPECT_EQ(seen.size(), 257);
}

TEST(RedisDict, SamplesNoMoreThanItHas) {
  RedisDict dict = filled(3);
  Rng rng(3);
  std::vector<Node> samples(64);
  for (int i = 0; i < 100; ++i) EXPECT_LE(dict.sample(samples, rng), 3);
  RedisDict empty(1);
  EXPECT_EQ(empty.sample(samples, rng), 0);
}

// Of two entries in one bucket and one alone, the latter comes up half of the time.
TEST(RedisDict, DrawsABucketFirstAndThenFromItsChain) {
  for (uint64_t seed = 1;; ++seed) {
    RedisDict dict(seed);
    dict.grow(3);
    for (Node node = 0; node < 3; ++node) add(dict, node);
    uint64_t taken = 0;
    for (uint64_t at = 0; at < 4; ++at) taken += dict.first(0, at) != kNoNode;
    if (taken != 2) continue;
    Node alone = kNoNode;
    for (uint64_t at = 0; at < 4; ++at) {
      const Node first = dict.first(0, at);
      if (first != kNoNode && dict.next(first) == kNoNode) alone = first;
    }
    Rng rng(4);
    int drawn = 0;
    for (int i = 0; i < 10000; ++i) drawn += dict.random(rng) == alone;
    EXPECT_NEAR(drawn, 5000, 300);
    return;
  }
}

}  // namespace
}  // namespace hitbench
