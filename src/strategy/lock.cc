// Guard lock: of all clients of all processes that miss one key, the one that gets the key's lock in the cache loads;
// the others look into the cache again every `poll`.
//
// Promise: one load of a key at a time over all processes. Failure it allows: a lock that ends before its load lets
// others load, too (a load of d under a lock of L: d/L rounded up); an owner that dies stalls the key for the lock's
// TTL; and the lock orders no writes by itself. Who has waited for `wait` loads without the lock (fail_open), or
// fails. Use it where loads are expensive and processes many: a hit pays nothing, a miss three round trips, a wait one
// or two for each poll. Source: dogpile.cache and nginx's proxy_cache_lock; the lock is in key_lock.h.
#include <algorithm>
#include <optional>
#include <string>

#include "strategy/guard.h"
#include "strategy/key_lock.h"
#include "strategy/parts.h"

namespace hitbench {
namespace {

class Lock final : public Guard {
 public:
  Lock(const Params& params, const Composition& with)
      : entries_(with.entries), lock_(params, with.context), fail_open_(params.boolean("fail_open")) {}

  Answer miss(Key key, const Found&, Client& client) override {
    const Time begun = client.loop.now();
    const Time give_up = lock_.wait() < kNever - begun ? begun + lock_.wait() : kNever;
    const Time deadline = client.cache_call.deadline;
    std::string token;
    for (Time next = begun;;) {
      const KeyLock::Try tried = lock_.try_lock(key, client, token);
      if (tried == KeyLock::Try::locked) return load_locked(key, std::nullopt, token, client);
      if (tried == KeyLock::Try::failed || client.loop.now() >= give_up) return load_unlocked(key, client);
      next = std::max(next + lock_.poll(), client.loop.now());
      client.loop.sleep_until(std::min({next, give_up, deadline}));
      if (client.loop.now() >= deadline) return {};
      const Found found = entries_.find(key, client);
      if (found.is_live()) return coalesced(found);
      if (found.state == Found::State::failed) return {.corrupt = found.corrupt};
    }
  }

  // Where somebody else loads already, there is nothing to do.
  void reload(Key key, Time seen, Client& task) override {
    std::string token;
    if (lock_.try_lock(key, task, token) == KeyLock::Try::locked) load_locked(key, seen, token, task);
  }

 private:
  // Looks again first: the owner before may have filled the cache since the client missed. Whether the lock has ended
  // meanwhile makes no difference to the value, which is kept.
  Answer load_locked(Key key, std::optional<Time> seen, const std::string& token, Client& client) {
    const Found again = entries_.find(key, client);
    const bool there = again.is_live() && again.value.expiry != seen;
    const Answer answer = there ? coalesced(again) : entries_.load(key, client);
    lock_.unlock(key, token, client);
    return answer;
  }

  Answer load_unlocked(Key key, Client& client) {
    if (!fail_open_) return {};
    return entries_.fills_unlocked() ? entries_.load(key, client) : entries_.fetch(key, client).answer;
  }

  CachedEntries& entries_;
  KeyLock lock_;
  const bool fail_open_;
};

}  // namespace

std::unique_ptr<Guard> make_lock(const Params& params, const Composition& with) {
  return std::make_unique<Lock>(params, with);
}

std::vector<Field> lock_guard_fields() {
  std::vector<Field> fields = lock_fields();
  fields.push_back({.name = "fail_open",
                    .type = FieldType::boolean,
                    .fallback = "true",
                    .doc = "a reader that has waited in vain loads without the lock; else the read fails"});
  return fields;
}

}  // namespace hitbench
