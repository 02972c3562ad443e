// On a write, lock: the key's lock is taken, the origin gets the new value, the cached entry is deleted, the lock is
// given back. Fills take the same lock (guard lock, fill locked), so that no load spans a write.
//
// Promise: after an acknowledged write nobody reads, or leaves behind, an older value, for as long as the lock holds.
// Failures it allows: a lock that is evicted, or ends before the work under it, is none; a writer that dies between
// the two steps leaves the old cached entry; and writers of one key wait for each other and for loads. Use it where
// staleness costs more than waiting. Source: the key's lock as in redis.io, "Distributed Locks with Redis", single
// instance.
#include <string>

#include "strategy/key_lock.h"
#include "strategy/parts.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class LockedWrite final : public WritePath {
 public:
  explicit LockedWrite(const Composition& with) : steps_(with), lock_(with.guard_part.params, with.context) {}

  Written apply(const Change& change, Client& client) override {
    std::string token;
    const KeyLock::Try tried = lock_.lock(change.key, client, token);
    if (tried == KeyLock::Try::taken) return Written::failed;
    const bool committed = steps_.commit(change, client).ok;
    // A write that failed may still have reached the origin.
    const bool told = steps_.drop(change.key, client);
    if (tried == KeyLock::Try::locked) lock_.unlock(change.key, token, client);
    return committed ? acknowledged_if_told(told && tried == KeyLock::Try::locked) : Written::failed;
  }

 private:
  const WriteSteps steps_;
  KeyLock lock_;
};

}  // namespace

std::unique_ptr<WritePath> make_locked_write(const Params&, const Composition& with) {
  return std::make_unique<LockedWrite>(with);
}

}  // namespace hitbench
