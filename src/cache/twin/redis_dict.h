// Redis' dictionary as far as it decides sizes and samples: buckets of chains, a second table while it is rehashed step
// by step, and the ways in which it is sampled. It holds numbers, each at most once; buckets follow from a hash of
// number and seed (Redis: SipHash of the key with a random seed).
//
// Source: dict.c of Redis 7.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"
#include "cache/memory/policy.h"

namespace hitbench {

class RedisDict {
 public:
  explicit RedisDict(uint64_t seed) : seed_(mix64(seed)) {}

  void grow(Node nodes) { next_.resize(nodes, kNoNode); }

  uint64_t size() const { return tables_[0].used + tables_[1].used; }
  uint64_t buckets() const { return tables_[0].heads.size() + tables_[1].heads.size(); }
  uint64_t table_bytes() const { return buckets() * kBucketBytes; }
  bool is_rehashing() const { return !tables_[1].heads.empty(); }

  // The work that every search of a key, addition and removal does first: one bucket.
  void step() {
    if (is_rehashing()) rehash(1);
  }
  void rehash(uint64_t buckets);  // skips ten times as many empty ones at most

  // Before insert: whether it calls for a larger table, of how many bytes (0: it does not), and for how many entries to
  // a bucket now.
  uint64_t wanted_table_bytes() const;
  double load() const;
  void enlarge();
  void shrink_if_sparse();  // cron does it: below a tenth

  void insert(Node node);  // not in it
  void remove(Node node);  // in it

  Node random(Rng& rng) const;  // a random bucket, then one of its chain; not empty
  // A run of neighboring buckets: up to as many as there is room for. Entries at the end of a chain, and behind long
  // ones, come less often. Does rehashing work.
  size_t sample(std::span<Node> found, Rng& rng);

  // The chain of bucket `at` in table 0 or 1: its first number, and the next; kNoNode at the end.
  bool has_table(size_t table) const { return !tables_[table].heads.empty(); }
  Node first(size_t table, uint64_t at) const { return tables_[table].heads[at & tables_[table].mask()]; }
  Node next(Node node) const { return next_[node]; }

 private:
  static constexpr uint64_t kBucketBytes = 8;  // a pointer; tables are powers of two, which are size classes

  struct Table {
    std::vector<Node> heads;  // a power of two of them, or none
    uint64_t used = 0;        // entries
    uint64_t mask() const { return heads.size() - 1; }
  };

  uint64_t hash(Node node) const { return mix64(node ^ seed_); }
  bool remove_from(Table& table, Node node);
  void resize(uint64_t entries);

  const uint64_t seed_;
  std::array<Table, 2> tables_;
  uint64_t rehashed_ = 0;  // buckets of table 0 that have moved to table 1
  std::vector<Node> next_;
};

}  // namespace hitbench
