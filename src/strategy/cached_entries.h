// The cached entries of the origin's rows, as every strategy with an origin uses them: looking one up, loading
// one, putting one there. One for each process; a call runs on the client's fiber and may wait.
#pragma once

#include <functional>
#include <span>

#include "strategy/strategy.h"
#include "strategy/ttl.h"
#include "strategy/value.h"

namespace hitbench {

struct Found {
  enum class State {
    fresh,     // within its TTL
    negative,  // a negative entry, within its TTL: the origin has no such row
    expired,   // there, but past its TTL
    missing,
    failed,  // the cache did not answer, or the value is corrupt
  } state = State::failed;
  Value value = {};  // fresh and expired: lies in the client's cache_call until its next call to the cache
  bool corrupt = false;
  MissCause cause = MissCause::unknown;  // missing and expired

  bool is_negative() const { return (value.flags & kNegativeEntry) != 0; }  // also an expired one
  bool is_live() const { return state == State::fresh || state == State::negative; }
};

// The answer of a read that missed and then found what another has loaded.
Answer coalesced(const Found& found);

class CachedEntries {
 public:
  // `stale_window` is how long the cache keeps a cached entry beyond its TTL.
  CachedEntries(const Params& params, const StrategyContext& context, Duration stale_window);

  Found find(Key key, Client& client) const;
  // In one round trip where the cache can. found[i] belongs to keys[i]; a value's payload is empty here.
  void find_many(std::span<const Key> keys, std::span<Found> found, Client& client) const;

  // Loads the row from the origin and fills the cache: fetch, then fill. The answer is a miss, or failed.
  Answer load(Key key, Client& client) const;
  struct Fetched {
    Loaded loaded;
    Answer answer;
  };
  Fetched fetch(Key key, Client& client) const;
  // A fill that fails costs the next reader a load, this one nothing. A failed load fills nothing.
  void fill(Key key, const Loaded& loaded, Client& client) const;

  // A writer's own value, on its way into the cache. `row_version` 0: the origin does not have it yet.
  Stored put(Key key, NewValue value, uint64_t row_version, Client& client) const;

  // What a fill must not overwrite: keys whose newest value the origin does not have yet.
  void pin(std::function<bool(Key)> is_pinned) { is_pinned_ = std::move(is_pinned); }
  // Whether a value may be filled without holding the key's lock.
  bool fills_unlocked() const { return fill_ != Fill::locked; }

 private:
  enum class Fill { set, add, locked };

  Found classify(Key key, const Lookup& lookup, const Client& client) const;
  Duration encode(Key key, Value value, const Ttl& ttl, Client& client) const;
  void restart_ttl(Key key, const Value& value, Client& client) const;

  const Envelope envelope_;
  const Duration stale_window_;
  const Ttl ttl_;
  const Ttl null_ttl_;
  const bool has_nulls_;
  const bool ttl_from_access_;
  const Fill fill_;
  std::function<bool(Key)> is_pinned_;
};

}  // namespace hitbench
