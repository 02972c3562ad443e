#include "cache/twin/twin_store.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"

namespace hitbench {
namespace {

constexpr size_t kFirstNumbers = 1024;
constexpr uint64_t kNumbersStream = 0x5457494e4e554d42;  // "TWINNUMB"

}  // namespace

TwinStore::TwinStore(std::unique_ptr<ServerModel> model) : model_(std::move(model)), rng_(0, kNumbersStream) {}

Node TwinStore::locate(Bytes key) const {
  if (buckets_.empty()) return kNoNode;
  const auto hash = static_cast<uint32_t>(hash_bytes(key));
  Node node = buckets_[bucket_of(hash)];
  while (node != kNoNode && (entries_[node].hash != hash || key_of(entries_[node]) != key)) node = entries_[node].next;
  return node;
}

Node TwinStore::find(Bytes key, Node guess) const {
  const bool guessed = guess != kNoNode && entries_[guess].used && key_of(entries_[guess]) == key;
  return guessed ? guess : locate(key);
}

std::optional<TwinStore::Found> TwinStore::get(Bytes key, Time now, Node guess) {
  const Node node = find(key, guess);
  if (node == kNoNode) return std::nullopt;
  const bool there = model_->get(node, now);
  forget_gone();
  if (!there) return std::nullopt;
  return Found{value_of(entries_[node]), entries_[node].version};
}

ServerModel::Kept TwinStore::set(Bytes key, Bytes value, Time end, Time now, Node guess) {
  Node node = find(key, guess);
  if (node == kNoNode) node = new_number(key);
  const ItemSize size{.key_bytes = static_cast<uint32_t>(key.size()),
                      .value_bytes = static_cast<uint32_t>(value.size())};
  const ServerModel::Kept kept = model_->set(node, size, end, now);
  if (kept == ServerModel::Kept::kept) {
    entries_[node].text.resize(key.size());
    entries_[node].text.append(value);
    entries_[node].version = ++versions_;
  }
  forget_gone();
  if (entries_[node].used && !model_->holds(node)) forget(node);
  return kept;
}

bool TwinStore::erase(Bytes key, Time now, Node guess) {
  const Node node = find(key, guess);
  if (node == kNoNode) return false;
  const bool there = model_->erase(node, now);
  forget_gone();
  if (entries_[node].used && !model_->holds(node)) forget(node);
  return there;
}

// A model's hash table has a number always in the same bucket, a server's has a new key anywhere. If what has just
// expired were used again, new entries would lie where active expiry has just been, and it would find too few of the
// old ones. So a number is drawn among at least as many as are in use.
Node TwinStore::new_number(Bytes key) {
  if (2 * unused_.size() <= entries_.size()) grow();
  std::swap(unused_[rng_.below(unused_.size())], unused_.back());
  const Node node = unused_.back();
  unused_.pop_back();
  Entry& entry = entries_[node];
  entry.used = true;
  entry.text.assign(key);
  entry.key_bytes = static_cast<uint32_t>(key.size());
  entry.hash = static_cast<uint32_t>(hash_bytes(key));
  entry.next = std::exchange(buckets_[bucket_of(entry.hash)], node);
  return node;
}

void TwinStore::grow() {
  const size_t before = entries_.size(), after = std::max(kFirstNumbers, 2 * before);
  entries_.resize(after);
  model_->grow(static_cast<Node>(after));
  for (size_t node = after; node > before; --node) unused_.push_back(static_cast<Node>(node - 1));
  buckets_.assign(after, kNoNode);
  for (size_t node = 0; node < before; ++node) {
    Entry& entry = entries_[node];
    if (entry.used) entry.next = std::exchange(buckets_[bucket_of(entry.hash)], static_cast<Node>(node));
  }
}

void TwinStore::forget(Node node) {
  Entry& entry = entries_[node];
  Node* link = &buckets_[bucket_of(entry.hash)];
  while (*link != node) link = &entries_[*link].next;
  *link = entry.next;
  entry = {};
  unused_.push_back(node);
}

// An entry may have gone and come again within one call.
void TwinStore::forget_gone() {
  for (const Node node : model_->take_gone()) {
    if (entries_[node].used && !model_->holds(node)) forget(node);
  }
}

}  // namespace hitbench
