#include "cache/twin/redis_dict.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace hitbench {
namespace {

constexpr uint64_t kFewestBuckets = 4;   // DICT_HT_INITIAL_SIZE
constexpr uint64_t kSparsePercent = 10;  // HASHTABLE_MIN_FILL
constexpr uint64_t kEmptyVisits = 10;    // for each bucket to rehash
constexpr uint64_t kStepsPerSample = 10;
constexpr uint64_t kEmptyRun = 5;  // empty buckets in a row, at least, before a sample starts elsewhere

}  // namespace

void RedisDict::rehash(uint64_t buckets) {
  if (!is_rehashing()) return;
  Table& from = tables_[0];
  Table& to = tables_[1];
  uint64_t empty = buckets * kEmptyVisits;
  for (; buckets > 0 && from.used > 0; --buckets, ++rehashed_) {
    while (from.heads[rehashed_] == kNoNode) {
      ++rehashed_;
      if (--empty == 0) return;
    }
    for (Node node = std::exchange(from.heads[rehashed_], kNoNode); node != kNoNode;) {
      Node& head = to.heads[hash(node) & to.mask()];
      const Node after = std::exchange(next_[node], head);
      head = node;
      --from.used;
      ++to.used;
      node = after;
    }
  }
  if (from.used > 0) return;
  from = std::move(to);
  to = Table();
}

uint64_t RedisDict::wanted_table_bytes() const {
  const Table& table = tables_[0];
  if (is_rehashing() || table.used < table.heads.size()) return 0;
  return std::max(kFewestBuckets, std::bit_ceil(table.used + 1)) * kBucketBytes;
}

double RedisDict::load() const {
  const Table& table = tables_[0];
  return table.heads.empty() ? 0 : static_cast<double>(table.used) / static_cast<double>(table.heads.size());
}

void RedisDict::enlarge() { resize(tables_[0].used + 1); }

void RedisDict::shrink_if_sparse() {
  if (is_rehashing() || buckets() <= kFewestBuckets || size() * 100 / buckets() >= kSparsePercent) return;
  resize(size());
}

void RedisDict::resize(uint64_t entries) {
  Table table;
  table.heads.assign(std::max(kFewestBuckets, std::bit_ceil(entries)), kNoNode);
  const bool is_first = tables_[0].heads.empty();
  tables_[is_first ? 0 : 1] = std::move(table);
  rehashed_ = 0;
}

void RedisDict::insert(Node node) {
  Table& table = tables_[is_rehashing() ? 1 : 0];
  Node& head = table.heads[hash(node) & table.mask()];
  next_[node] = std::exchange(head, node);
  ++table.used;
}

void RedisDict::remove(Node node) {
  if (remove_from(tables_[0], node)) return;
  remove_from(tables_[1], node);
}

bool RedisDict::remove_from(Table& table, Node node) {
  if (table.heads.empty()) return false;
  Node* link = &table.heads[hash(node) & table.mask()];
  while (*link != node) {
    if (*link == kNoNode) return false;
    link = &next_[*link];
  }
  *link = next_[node];
  --table.used;
  return true;
}

Node RedisDict::random(Rng& rng) const {
  Node node = kNoNode;
  while (node == kNoNode) {
    const uint64_t at = rehashed_ * is_rehashing() + rng.below(buckets() - rehashed_ * is_rehashing());
    const uint64_t first_size = tables_[0].heads.size();
    node = at < first_size ? tables_[0].heads[at] : tables_[1].heads[at - first_size];
  }
  uint64_t length = 0;
  for (Node other = node; other != kNoNode; other = next_[other]) ++length;
  for (uint64_t skip = length == 1 ? 0 : rng.below(length); skip > 0; --skip) node = next_[node];
  return node;
}

size_t RedisDict::sample(std::span<Node> found, Rng& rng) {
  const size_t count = static_cast<size_t>(std::min<uint64_t>(found.size(), size()));
  if (is_rehashing()) {
    for (size_t i = 0; i < count; ++i) step();
  }
  const size_t tables = is_rehashing() ? 2 : 1;
  const uint64_t mask = std::max(tables_[0].mask(), tables == 2 ? tables_[1].mask() : 0);
  uint64_t at = rng.next() & mask;
  uint64_t empty_run = 0;
  size_t stored = 0;
  for (uint64_t steps = count * kStepsPerSample; stored < count && steps > 0; --steps, at = (at + 1) & mask) {
    for (size_t table = 0; table < tables; ++table) {
      if (tables == 2 && table == 0 && at < rehashed_) {
        if (at < tables_[1].heads.size()) continue;
        at = rehashed_;  // from a large table to a small one: neither has anything before
      }
      if (at >= tables_[table].heads.size()) continue;
      Node node = tables_[table].heads[at];
      if (node == kNoNode) {
        if (++empty_run >= kEmptyRun && empty_run > count) {
          at = rng.next() & mask;
          empty_run = 0;
        }
        continue;
      }
      empty_run = 0;
      for (; node != kNoNode && stored < count; node = next_[node]) found[stored++] = node;
      if (stored == count) return stored;
    }
  }
  return stored;
}

}  // namespace hitbench
