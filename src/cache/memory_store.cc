#include "cache/memory_store.h"

#include <malloc.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "base/check.h"
#include "base/crc32c.h"

namespace hitbench {
namespace {

// glibc keeps 8 bytes in front of what it hands out (malloc_usable_size leaves them out), rounds to 16 and hands out
// 32 at least.
constexpr uint64_t kHeader = 8;
constexpr uint64_t kSmallestChunk = 32;

uint64_t chunk_for(uint64_t size) { return std::max(kSmallestChunk, (size + kHeader + 15) / 16 * 16); }

uint64_t chunk_of(void* block) { return block == nullptr ? 0 : malloc_usable_size(block) + kHeader; }

constexpr uint64_t kFirstNodes = 8;

}  // namespace

MemoryStore::~MemoryStore() {
  for (uint32_t at = newest_; at != kNothing; at = nodes_[at].older) std::free(nodes_[at].block);
  std::free(nodes_);
  std::free(index_);
}

uint32_t MemoryStore::hash_of(Bytes key) { return static_cast<uint32_t>(hash_bytes(key)); }

uint32_t MemoryStore::find(Bytes key, uint32_t hash) const {
  if (buckets_ == 0) return kNothing;
  uint32_t at = index_[hash & (buckets_ - 1)];
  while (at != kNothing) {
    const Node& node = nodes_[at];
    if (node.hash == hash && key_of(node) == key) break;
    at = node.chain;
  }
  return at;
}

bool MemoryStore::set(Bytes key, Bytes value, Time expires) {
  const uint32_t hash = hash_of(key);
  const uint32_t found = find(key, hash);
  return found == kNothing ? insert(key, hash, value, expires) : replace(found, value, expires);
}

bool MemoryStore::replace(uint32_t at, Bytes value, Time expires) {
  make_newest(at);
  const uint64_t wanted = nodes_[at].key_size + value.size();
  // A block of the right size is used again. One that is merely large enough is not, for the memory would be lost.
  if (wanted != nodes_[at].key_size + nodes_[at].value_size) {
    block_bytes_ -= chunk_of(nodes_[at].block);
    char* block = make_room(chunk_for(wanted), false, at)
                      ? static_cast<char*>(std::realloc(nodes_[at].block, wanted))  // keeps the key
                      : nullptr;
    if (block != nullptr) nodes_[at].block = block;
    block_bytes_ += chunk_of(nodes_[at].block);
    if (block == nullptr) {
      remove(at);
      return false;
    }
  }
  Node& node = nodes_[at];
  std::copy(value.begin(), value.end(), node.block + node.key_size);
  node.value_size = static_cast<uint32_t>(value.size());
  node.expires = expires;
  return trim(at);
}

bool MemoryStore::insert(Bytes key, uint32_t hash, Bytes value, Time expires) {
  if (!make_room(chunk_for(key.size() + value.size()), true, kNothing)) return false;
  char* block = static_cast<char*>(std::malloc(key.size() + value.size()));
  if (block == nullptr) return false;
  std::copy(key.begin(), key.end(), block);
  std::copy(value.begin(), value.end(), block + key.size());
  block_bytes_ += chunk_of(block);

  uint32_t at = free_;
  if (at != kNothing) {
    free_ = nodes_[at].chain;
  } else {
    at = static_cast<uint32_t>(used_++);
  }
  uint32_t& bucket = index_[hash & (buckets_ - 1)];
  nodes_[at] = {.block = block,
                .expires = expires,
                .hash = hash,
                .chain = bucket,
                .newer = kNothing,
                .older = kNothing,
                .key_size = static_cast<uint32_t>(key.size()),
                .value_size = static_cast<uint32_t>(value.size())};
  bucket = at;
  link_newest(at);
  ++entries_;
  return trim(at);
}

// Evicts until a block of this size (and a node) fit under both limits; `keep` is the newest and stays. Prefers
// growing the table to evicting, as strict LRU wants.
bool MemoryStore::make_room(uint64_t block, bool needs_node, uint32_t keep) {
  if (block + table_bytes_ > limits_.bytes) return false;  // nothing is evicted in vain
  while (true) {
    const bool needs_growth = needs_node && free_ == kNothing && used_ == capacity_;
    const uint64_t nodes = next_capacity();
    const uint64_t table = needs_growth
                               ? chunk_for(nodes * sizeof(Node)) + chunk_for(std::bit_ceil(nodes) * sizeof(uint32_t))
                               : table_bytes_;
    const bool has_entry = !needs_node || entries_ < limits_.entries;
    if (has_entry && block_bytes_ + block + table <= limits_.bytes) return !needs_growth || grow();
    if (oldest_ == kNothing || oldest_ == keep) return false;
    remove(oldest_);
    ++evictions_;
  }
}

// The heap may have given more than was foreseen: large blocks come in pages.
bool MemoryStore::trim(uint32_t keep) {
  while (memory() > limits_.bytes) {
    const bool is_last = oldest_ == keep;
    remove(oldest_);
    if (is_last) return false;
    ++evictions_;
  }
  return true;
}

uint64_t MemoryStore::next_capacity() const {
  return std::min(limits_.entries, std::max(kFirstNodes, capacity_ + std::max<uint64_t>(1, capacity_ / 8)));
}

// Both tables grow together, so that an entry never waits for the other table. realloc moves large arrays by
// remapping pages; the index is small, and rebuilt where its size changes.
bool MemoryStore::grow() {
  const uint64_t capacity = next_capacity();
  CHECK(capacity > capacity_);
  const uint64_t buckets = std::bit_ceil(capacity);
  if (buckets != buckets_ && !grow_index(buckets)) return false;
  auto* nodes = static_cast<Node*>(std::realloc(static_cast<void*>(nodes_), capacity * sizeof(Node)));
  if (nodes == nullptr) return false;
  nodes_ = nodes;
  capacity_ = capacity;
  table_bytes_ = chunk_of(nodes_) + chunk_of(index_);
  return true;
}

bool MemoryStore::grow_index(uint64_t buckets) {
  auto* index = static_cast<uint32_t*>(std::malloc(buckets * sizeof(uint32_t)));
  if (index == nullptr) return false;
  std::free(index_);
  index_ = index;
  buckets_ = buckets;
  table_bytes_ = chunk_of(nodes_) + chunk_of(index_);
  std::fill_n(index_, buckets_, kNothing);
  for (uint32_t at = newest_; at != kNothing; at = nodes_[at].older) {
    uint32_t& bucket = index_[nodes_[at].hash & (buckets_ - 1)];
    nodes_[at].chain = bucket;
    bucket = at;
  }
  return true;
}

void MemoryStore::unlink(uint32_t at) {
  const Node& node = nodes_[at];
  (node.newer == kNothing ? newest_ : nodes_[node.newer].older) = node.older;
  (node.older == kNothing ? oldest_ : nodes_[node.older].newer) = node.newer;
}

void MemoryStore::link_newest(uint32_t at) {
  nodes_[at].newer = kNothing;
  nodes_[at].older = newest_;
  (newest_ == kNothing ? oldest_ : nodes_[newest_].newer) = at;
  newest_ = at;
}

void MemoryStore::unchain(uint32_t at) {
  uint32_t* link = &index_[nodes_[at].hash & (buckets_ - 1)];
  while (*link != at) link = &nodes_[*link].chain;
  *link = nodes_[at].chain;
}

void MemoryStore::remove(uint32_t at) {
  unchain(at);
  unlink(at);
  Node& node = nodes_[at];
  block_bytes_ -= chunk_of(node.block);
  std::free(node.block);
  node.block = nullptr;
  node.chain = free_;
  free_ = at;
  --entries_;
}

}  // namespace hitbench
