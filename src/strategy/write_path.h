// The seam of write paths: in which order a write reaches origin and cache, and when it is acknowledged.
//
// One file a write path; it opens with its promise, the failure it allows, when to use it and its source.
#pragma once

#include <optional>

#include "strategy/guard.h"

namespace hitbench {

// A write or an erasure: the two differ in what they leave behind, not in their way.
struct Change {
  Key key;
  uint64_t write_id;
  std::optional<Bytes> payload;  // none: the row is erased
};

enum class Written {
  acknowledged,
  cache_failed,  // the origin has it, but the cache could not be told: a cached entry there may be stale
  failed,
};

class WritePath {
 public:
  virtual ~WritePath() = default;

  // May wait; reports the change to the guard as soon as the origin has it.
  virtual Written apply(const Change& change, Client& client) = 0;

  // A value that was acknowledged and that the origin does not have yet: readers get it instead of any cached entry.
  // Called on every read: no waiting in here.
  virtual std::optional<Answer> pending(Key, Client&) { return std::nullopt; }
  // The same where looking costs a round trip: called only when the cache has no cached entry. May wait.
  virtual std::optional<Answer> pending_on_miss(Key, Client&) { return std::nullopt; }

  virtual void begin() {}
  // Returns when the origin has all that was acknowledged, or never will.
  virtual void drain(Client&) {}
  // Of the phase under way; none: nothing is ever kept back.
  virtual std::optional<WriteQueueCounts> counts() const { return std::nullopt; }
};

// The steps that write paths are made of.
class WriteSteps {
 public:
  explicit WriteSteps(const Composition& with) : guard_(*with.guard), entries_(with.entries) {}

  // Brings the change to the origin, and tells the guard.
  Committed commit(const Change& change, Client& client) const;
  // Deletes the cached entry. False: the cache did not answer.
  bool drop(Key key, Client& client) const;
  // Puts the new value into the cache; an erasure deletes what is there. `row_version` 0: before the origin has it.
  bool put(const Change& change, uint64_t row_version, Client& client) const;

 private:
  Guard& guard_;
  CachedEntries& entries_;
};

inline Written acknowledged_if_told(bool cache_told) {
  return cache_told ? Written::acknowledged : Written::cache_failed;
}

}  // namespace hitbench
