// The lock of a key across processes: an entry of its own in the cache, which only one can add, with a token that only
// its owner knows. It ends by itself after its TTL, so that an owner's death stalls a key for so long and no longer.
//
// Promise: one owner at a time for as long as the TTL. Failure it allows: a TTL shorter than the work under it lets
// others in, and a cache that forgets (eviction, restart) lets go early: it saves work, and makes nothing certain.
// Memcached rounds the TTL up to whole seconds and adds one. Source: redis.io, "Distributed Locks with Redis", the
// single-instance part (SET NX PX, compare-and-delete); memcached's add.
#pragma once

#include <string>
#include <vector>

#include "base/part.h"
#include "strategy/strategy.h"

namespace hitbench {

// The lock entries' ids: those of the keys with this bit, which no key space contains.
inline constexpr uint64_t kLockBit = uint64_t{1} << 63;

class KeyLock {
 public:
  // `lock` has lock_fields().
  KeyLock(const Params& lock, const StrategyContext& context);

  enum class Try {
    locked,
    taken,   // another owns it
    failed,  // the cache did not answer
  };
  // Once, in one round trip. Locked: `token` is what unlock() needs. Failed: if the cache has locked it nevertheless,
  // it is asked to unlock it again; where that fails, too, or the deadline was over before it was sent, the lock's TTL
  // does.
  Try try_lock(Key key, Client& client, std::string& token);
  // Tries every poll() until wait() or the client's deadline is over; then `taken`. On a fiber.
  Try lock(Key key, Client& client, std::string& token);
  // Gives the lock back, if it is still this owner's: an expired one may be another's by now. Also after the client's
  // deadline, or everybody would wait for the TTL.
  void unlock(Key key, const std::string& token, Client& client);

  Duration poll() const { return poll_; }
  Duration wait() const { return wait_; }

 private:
  void erase(Key key, const std::string& token, Client& client);

  const Duration ttl_;
  const Duration poll_;
  const Duration wait_;
  const int process_;
  uint64_t last_token_ = 0;
};

// ttl, poll and wait: of the guard "lock", and of a write path that takes the same lock.
std::vector<Field> lock_fields();

}  // namespace hitbench
