// The entries of a twin's server: key texts and values, for as long as the server's model keeps their entries. The
// model decides over numbers; this hands the numbers out. One thread owns it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/key.h"
#include "base/rng.h"
#include "base/time.h"
#include "cache/twin/server_model.h"

namespace hitbench {

class TwinStore {
 public:
  explicit TwinStore(std::unique_ptr<ServerModel> model);

  struct Found {
    Bytes value;           // until the next call of anything
    uint64_t version = 0;  // of this value: no other that was ever stored here has it
  };
  // The key's number; kNoNode where it has no entry. Not a use. Whoever hands it in again below, as `guess`, saves the
  // search for it, if it is still the key's by then.
  Node locate(Bytes key) const;
  // The size of that entry's value, whether it has expired or not.
  uint64_t value_bytes(Node node) const { return value_of(entries_[node]).size(); }

  // A lookup that counts as a use; nothing where there is no value, or it has expired.
  std::optional<Found> get(Bytes key, Time now, Node guess = kNoNode);
  ServerModel::Kept set(Bytes key, Bytes value, Time end, Time now, Node guess = kNoNode);
  bool erase(Bytes key, Time now, Node guess = kNoNode);  // whether there was an unexpired entry

  ModelUsage usage(Time now) { return model_->usage(now); }

 private:
  struct Entry {
    std::string text;  // key and value in one place, for each is far away
    uint32_t key_bytes = 0;
    uint32_t hash = 0;    // of the key
    Node next = kNoNode;  // with the same bucket
    bool used = false;
    uint64_t version = 0;
  };

  static Bytes key_of(const Entry& entry) { return Bytes(entry.text).substr(0, entry.key_bytes); }
  static Bytes value_of(const Entry& entry) { return Bytes(entry.text).substr(entry.key_bytes); }
  size_t bucket_of(uint32_t hash) const { return hash & (buckets_.size() - 1); }
  Node find(Bytes key, Node guess) const;
  Node new_number(Bytes key);
  void grow();
  void forget(Node node);
  void forget_gone();

  const std::unique_ptr<ServerModel> model_;
  Rng rng_;
  std::vector<Entry> entries_;  // by number; a power of two
  std::vector<Node> buckets_;   // by hash, as many: the first entry of each
  std::vector<Node> unused_;    // numbers without an entry
  uint64_t versions_ = 0;
};

}  // namespace hitbench
