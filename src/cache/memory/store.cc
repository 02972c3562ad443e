#include "cache/memory/store.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/crc32c.h"

namespace hitbench {
namespace {

// What glibc's heap takes for a block: 8 bytes in front of it, rounded to 16, 32 at least; from 128 KiB on whole pages,
// with 16 bytes in front. Where it finds a hole of 16 bytes more, it takes that; but the same scenario must evict the
// same entries wherever the heap has holes, so malloc_usable_size is not asked.
uint64_t chunk_for(uint64_t size) {
  constexpr uint64_t kHeader = 8, kRounding = 16, kSmallest = 32, kMappedFrom = uint64_t{128} << 10, kPage = 4096;
  if (size >= kMappedFrom) return (size + 2 * kHeader + kPage - 1) / kPage * kPage;
  return std::max(kSmallest, (size + kHeader + kRounding - 1) / kRounding * kRounding);
}

constexpr Duration kSweepEvery = std::chrono::milliseconds(1);
// A step ends with the bucket in which it has seen so many entries, as many as Redis samples, or after so many buckets:
// eight lines of the CPU's caches.
constexpr uint64_t kSweepEntries = 20, kSweepBuckets = 64;
constexpr size_t kMostSwept = size_t{1} << 18;  // keys that are remembered

constexpr uint64_t kFirstBuckets = 8;
constexpr uint64_t kPointerBytes = sizeof(void*);  // of a bucket
constexpr uint64_t kLineBytes = 64;                // of the CPU's caches

}  // namespace

MemoryStore::~MemoryStore() {
  while (newest_ != nullptr) std::free(std::exchange(newest_, newest_->older));
  std::free(index_);
}

MemoryStore::Entry*& MemoryStore::bucket_of(Bytes key) const { return index_[hash_bytes(key) & (buckets_ - 1)]; }

MemoryStore::Entry* MemoryStore::find(Bytes key) const {
  if (buckets_ == 0) return nullptr;
  for (Entry* at = bucket_of(key); at != nullptr; at = at->chain) {
    // The key lies in the block's first line, the value in the next ones: they come while the key is compared.
    __builtin_prefetch(reinterpret_cast<const char*>(at) + kLineBytes);
    __builtin_prefetch(reinterpret_cast<const char*>(at) + 2 * kLineBytes);
    if (key_of(*at) == key) return at;
  }
  return nullptr;
}

bool MemoryStore::set(Bytes key, Bytes value, Time expires) {
  settle();
  Entry* const found = find(key);
  if (found == nullptr) return insert(key, value, expires);
  // A block of the right size is used again. One that is merely large enough is not, for the memory would be lost.
  if (found->value_size != value.size()) {
    remove(*found);
    return insert(key, value, expires);
  }
  std::copy(value.begin(), value.end(), bytes_of(*found) + found->key_size);
  found->expires = expires;
  make_newest(*found);
  return true;
}

void MemoryStore::sweep(Time now) {
  settle();  // what was read last may have expired
  uint64_t seen = 0;
  bool found = false;
  for (uint64_t i = 0; i < std::min(kSweepBuckets, buckets_) && seen < kSweepEntries; ++i) {
    for (Entry* at = index_[next_bucket_++ & (buckets_ - 1)]; at != nullptr;) {
      Entry& entry = *std::exchange(at, at->chain);
      ++seen;
      if (now < entry.expires) continue;
      found = true;
      swept_.insert(hash_bytes(key_of(entry)));
      remove(entry);
    }
  }
  if (swept_.size() > kMostSwept) {
    swept_.clear();
    forgot_ = true;
  }
  if (!found) next_sweep_ = now + kSweepEvery;
}

Remains MemoryStore::remains_of(Bytes key) const {
  if (missed_by_expiry_ || (!swept_.empty() && swept_.contains(hash_bytes(key)))) return Remains::expired;
  return forgot_ ? Remains::unknown : Remains::nothing;
}

bool MemoryStore::insert(Bytes key, Bytes value, Time expires) {
  const uint64_t size = sizeof(Entry) + key.size() + value.size();
  if (!make_room(chunk_for(size))) return false;
  void* const block = std::malloc(size);
  if (block == nullptr) return false;
  block_bytes_ += chunk_for(size);
  Entry& entry = *new (block) Entry{.newer = nullptr,
                                    .older = nullptr,
                                    .chain = nullptr,
                                    .expires = expires,
                                    .key_size = static_cast<uint32_t>(key.size()),
                                    .value_size = static_cast<uint32_t>(value.size())};
  std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), bytes_of(entry)));
  append_to_bucket(entry);
  link_newest(entry);
  ++entries_;
  if (!swept_.empty()) swept_.erase(hash_bytes(key));
  return true;
}

// At the end: what has been here long is what is asked for most, and should be met first.
void MemoryStore::append_to_bucket(Entry& entry) {
  Entry** link = &bucket_of(key_of(entry));
  while (*link != nullptr) link = &(*link)->chain;
  *link = &entry;
}

// Evicts until one more block of this size fits under both limits, with a bucket for its entry.
bool MemoryStore::make_room(uint64_t block) {
  if (block + index_bytes_ > limits_.bytes) return false;  // nothing is evicted in vain
  while (true) {
    const bool needs_growth = entries_ == buckets_;
    const uint64_t index =
        needs_growth ? chunk_for(std::max(kFirstBuckets, 2 * buckets_) * kPointerBytes) : index_bytes_;
    if (entries_ < limits_.entries && block_bytes_ + block + index <= limits_.bytes) {
      return !needs_growth || grow_index();
    }
    if (oldest_ == nullptr) return false;
    remove(*oldest_);
    ++evictions_;
  }
}

bool MemoryStore::grow_index() {
  const uint64_t buckets = std::max(kFirstBuckets, 2 * buckets_);
  auto** const index = static_cast<Entry**>(std::calloc(buckets, kPointerBytes));
  if (index == nullptr) return false;
  std::free(index_);
  index_ = index;
  buckets_ = buckets;
  index_bytes_ = chunk_for(buckets * kPointerBytes);
  for (Entry* at = oldest_; at != nullptr; at = at->newer) {
    at->chain = nullptr;
    append_to_bucket(*at);
  }
  return true;
}

void MemoryStore::remove(Entry& entry) {
  Entry** link = &bucket_of(key_of(entry));
  while (*link != &entry) link = &(*link)->chain;
  *link = entry.chain;
  unlink(entry);
  block_bytes_ -= chunk_for(sizeof(Entry) + entry.key_size + entry.value_size);
  std::free(&entry);
  --entries_;
}

}  // namespace hitbench
