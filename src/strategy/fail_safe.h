// What an application does when its cache is down: a circuit breaker in front of the cache, and a limit on what then
// reaches the origin. Without the limit a dead cache is a dead origin. It outlasts the failure: while readers still
// wait for their turn, those who miss in the cache that is back, and empty, wait behind them. Else all who had to wait
// would be at the origin with their next read.
//
// The breaker opens after `errors` failed calls in a row and lets nobody through for `open`; then one call goes as a
// probe, and its answer decides. Source: M. Nygard, "Release It!", 2007, ch. 5 (circuit breaker, bulkhead).
#pragma once

#include <list>

#include "base/part.h"
#include "cache/forwarding_cache.h"
#include "strategy/strategy.h"

namespace hitbench {

// A cache whose calls fail at once while the breaker is open, and within `timeout` otherwise. Calls of its queue do not
// pass the breaker: the writes in it have no other way to go.
class Breaker final : public ForwardingCache {
 public:
  Breaker(const Params& fail_safe, Cache& cache, Loop& loop);

  Lookup get(Key key, Call& call) override;
  Stored set(Key key, Bytes value, Duration ttl, Call& call) override;
  Stored add(Key key, Bytes value, Duration ttl, Call& call) override;
  Stored erase(Key key, Call& call) override;
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override;
  Stored erase_if(Key key, Bytes token, Call& call) override;

 private:
  enum class Way { closed, probe, none };
  struct Entry {
    Way way;
    uint64_t era;  // it has opened and closed so often
  };
  Entry enter();
  void leave(Entry entry, bool answered);
  // Runs `ask` on the wrapped cache with the call's deadline shortened; `failed` where nobody is let through. `ask`
  // says whether the cache answered.
  template <class Result, class Ask>
  Result guarded(Call& call, Result failed, const Ask& ask);
  template <class Ask>
  Stored guarded_store(Call& call, const Ask& ask);

  Loop& loop_;
  const int64_t errors_;
  const Duration open_for_;
  const Duration timeout_;
  int64_t failures_ = 0;  // in a row, while it is closed
  bool is_open_ = false;
  bool probing_ = false;
  uint64_t era_ = 0;
  Time next_probe_{};
};

// How many may be at the origin at once in the cache's stead.
class OriginLimit {
 public:
  explicit OriginLimit(const Params& fail_safe) : limit_(fail_safe.integer("origin_limit")) {}

  bool is_waited_for() const { return !waiting_.empty(); }

  // A place at the origin, waited for until the operation's deadline.
  class Permit {
   public:
    Permit(OriginLimit& home, Client& client);
    ~Permit();
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    bool granted() const { return granted_; }

   private:
    OriginLimit& home_;
    bool granted_ = true;
  };

 private:
  struct Waiter {
    Event came;
    bool granted = false;
  };
  const int64_t limit_;  // 0: none
  int64_t there_ = 0;
  std::list<Waiter> waiting_;  // the first has waited longest
};

}  // namespace hitbench
