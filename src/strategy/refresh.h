// The seam of refresh policies: when a cached entry that is there is reloaded in the background, once for each process,
// while readers go on with it.
#pragma once

#include "strategy/strategy.h"
#include "strategy/ttl.h"
#include "strategy/value.h"

namespace hitbench {

class Refresh {
 public:
  virtual ~Refresh() = default;

  // How long the cache keeps a cached entry beyond its TTL.
  virtual Duration stale_window() const { return Duration{0}; }
  // Whether a fresh hit starts a reload. Called on every hit.
  virtual bool wants(Key, const Value& /*fresh*/, const Client&) const { return false; }
  // Whether a cached entry past its TTL may still be served (and starts a reload).
  virtual bool serves(const Value& /*expired*/, const Client&) const { return false; }
};

}  // namespace hitbench
