#include "strategy/key_lock.h"

#include <algorithm>

#include "base/check.h"

namespace hitbench {
namespace {

// Named by the key's id: short whatever the key's own length, where memcached ends at 250 bytes.
struct LockKey {
  explicit LockKey(Key key) : text("lock:" + std::to_string(key.id)), id(key.id | kLockBit) {}
  operator Key() const { return {.id = id, .text = text}; }
  const std::string text;
  const uint64_t id;
};

}  // namespace

KeyLock::KeyLock(const Params& lock, const StrategyContext& context)
    : ttl_(lock.duration("ttl")),
      poll_(lock.duration("poll")),
      wait_(lock.has("wait") ? lock.duration("wait") : 2 * ttl_),
      process_(context.process) {}

KeyLock::Try KeyLock::try_lock(Key key, Client& client, std::string& token) {
  // Unique over the processes of a run, and by the clock over the runs on one machine.
  token = std::to_string(process_) + '.' + std::to_string(++last_token_) + '.' +
          std::to_string(client.loop.now().time_since_epoch().count());
  switch (client.cache->add(LockKey(key), token, ttl_, client.cache_call)) {
    case Stored::stored:
      return Try::locked;
    case Stored::not_stored:
      return Try::taken;
    case Stored::failed:
      break;
  }
  // The cache may have done it all the same.
  erase(key, token, client);
  return Try::failed;
}

KeyLock::Try KeyLock::lock(Key key, Client& client, std::string& token) {
  const Time now = client.loop.now();
  const Time until = std::min(client.cache_call.deadline, wait_ < kNever - now ? now + wait_ : kNever);
  for (Time next = now;;) {
    const Try tried = try_lock(key, client, token);
    next += poll_;
    if (tried != Try::taken || next >= until) return tried;
    client.loop.sleep_until(next);
  }
}

void KeyLock::unlock(Key key, const std::string& token, Client& client) {
  const Time deadline = client.cache_call.deadline;
  if (deadline != kNever) client.cache_call.deadline = client.loop.now() + (deadline - client.started);
  erase(key, token, client);
  client.cache_call.deadline = deadline;
}

void KeyLock::erase(Key key, const std::string& token, Client& client) {
  Owned* const owned = client.cache->owned();
  CHECK(owned != nullptr);  // every cache of ours has it; the contract tests check
  owned->erase_if(LockKey(key), token, client.cache_call);
}

std::vector<Field> lock_fields() {
  return {{.name = "ttl",
           .type = FieldType::duration,
           .fallback = "\"1s\"",
           .doc = "when the lock ends by itself: well above the longest load",
           .min = 0,
           .min_excluded = true},
          {.name = "poll",
           .type = FieldType::duration,
           .fallback = "\"25ms\"",
           .doc = "how often those who wait look again",
           .min = 0,
           .min_excluded = true},
          {.name = "wait",
           .type = FieldType::duration,
           .fallback = "null",
           .doc = "how long they wait; twice the lock's ttl unless given: a dead holder's lock, and one load",
           .min = 0,
           .word = "none"}};
}

}  // namespace hitbench
