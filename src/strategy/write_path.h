// The seam of write paths: in which order a write reaches origin and cache, and when it is acknowledged.
//
// One file a write path; it opens with its promise, the failure it allows, when to use it and its source.
#pragma once

#include <optional>

#include "strategy/guard.h"

namespace hitbench {

enum class Written {
  acknowledged,
  cache_failed,  // the origin has it, but the cache could not be told: a copy there may be stale
  failed,
};

class WritePath {
 public:
  virtual ~WritePath() = default;

  // Both may wait, and report the write to the guard as soon as the origin has it.
  virtual Written write(Key key, NewValue value, Client& client) = 0;
  virtual Written erase(Key key, uint64_t write_id, Client& client) = 0;

  // A value that was acknowledged and that the origin does not have yet: readers get it instead of any copy. Called
  // on every read.
  virtual std::optional<Answer> pending(Key, Client&) { return std::nullopt; }

  virtual void begin() {}
  // Returns when the origin has all that was acknowledged, or never will.
  virtual void drain(Client&) {}
};

}  // namespace hitbench
