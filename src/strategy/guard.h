// The seam of guards: what keeps many clients from loading one key at once. A guard is asked only when a cached entry
// is missing (or, where it wants to, might be loaded early): a hit costs one round trip with any guard.
//
// One file a guard; it opens with its promise, the failure it allows, when to use it and its source.
#pragma once

#include "base/part.h"
#include "strategy/cached_entries.h"
#include "strategy/tasks.h"

namespace hitbench {

class Guard;

// What the parts of one strategy share. Everything in it outlives them; the struct itself does not.
struct Composition {
  const StrategyContext& context;
  CachedEntries& entries;
  Tasks& tasks;
  Loop& loop;
  const Part& guard_part;  // as the scenario has it: a write path may need the same lock
  Guard* guard;            // for write paths: the guard itself
};

class Guard {
 public:
  virtual ~Guard() = default;

  // A read has missed: load and fill, or wait for whoever does. `found` is what its last lookup returned: missing,
  // expired, or failed where the cache failed while the read waited for the origin. Do not read its payload, which may
  // be overwritten by now. The answer is a miss, coalesced (also where another's load found nothing) or failed.
  virtual Answer miss(Key key, const Found& found, Client& client) = 0;

  // Whether this hit is to be reloaded although it is still fresh. Called on every hit: no waiting in here.
  virtual bool early(const Value& /*hit*/, Client&) { return false; }

  // Reloads on a background task, while readers go on with the cached entry whose expiry was `seen`: where another is
  // there by now, nobody needs to.
  virtual void reload(Key key, Time seen, Client& task) = 0;

  // The origin has just taken a write of this process: a load under way may hold the value before it.
  virtual void written(Key) {}
};

}  // namespace hitbench
