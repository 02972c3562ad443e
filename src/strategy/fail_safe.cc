#include "strategy/fail_safe.h"

#include <algorithm>

#include "strategy/parts.h"

namespace hitbench {

Breaker::Breaker(const Params& fail_safe, Cache& behind, Loop& loop)
    : behind_(behind),
      loop_(loop),
      errors_(fail_safe.integer("errors")),
      open_for_(fail_safe.duration("open")),
      timeout_(fail_safe.duration("timeout")) {}

bool Breaker::lets_through() {
  if (failures_ < errors_) return true;
  const Time now = loop_.now();
  if (now < next_probe_) return false;
  next_probe_ = now + open_for_;
  return true;
}

void Breaker::note(bool answered) {
  if (answered) {
    failures_ = 0;
  } else if (++failures_ == errors_) {
    next_probe_ = loop_.now() + open_for_;
  }
}

template <class Result, class Ask>
Result Breaker::guarded(Call& call, Result failed, const Ask& ask) {
  if (!lets_through()) return failed;
  const Time whole = call.deadline;
  call.deadline = std::min(whole, loop_.now() + timeout_);
  const Result result = ask();
  call.deadline = whole;
  return result;
}

Lookup Breaker::get(Key key, Call& call) {
  return guarded(call, Lookup{}, [&] {
    const Lookup lookup = behind_.get(key, call);
    note(lookup.status != Lookup::Status::failed);
    return lookup;
  });
}

template <class Ask>
Stored Breaker::guarded_store(Call& call, const Ask& ask) {
  return guarded(call, Stored::failed, [&] {
    const Stored stored = ask();
    note(stored != Stored::failed);
    return stored;
  });
}

Stored Breaker::set(Key key, Bytes value, Duration ttl, Call& call) {
  return guarded_store(call, [&] { return behind_.set(key, value, ttl, call); });
}

Stored Breaker::add(Key key, Bytes value, Duration ttl, Call& call) {
  return guarded_store(call, [&] { return behind_.add(key, value, ttl, call); });
}

Stored Breaker::erase(Key key, Call& call) {
  return guarded_store(call, [&] { return behind_.erase(key, call); });
}

Stored Breaker::erase_if(Key key, Bytes token, Call& call) {
  return guarded_store(call, [&] { return behind_.owned()->erase_if(key, token, call); });
}

void Breaker::get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) {
  const bool asked = guarded(call, false, [&] {
    bool answered = true;
    behind_.batch()->get_many(keys, call, [&](size_t i, Lookup lookup) {
      answered = answered && lookup.status != Lookup::Status::failed;
      found(i, lookup);
    });
    note(answered);
    return true;
  });
  for (size_t i = 0; i < keys.size() && !asked; ++i) found(i, Lookup{});
}

OriginLimit::Place::Place(OriginLimit& home, Client& client) : home_(home) {
  while (home_.limit_ > 0 && home_.there_ >= home_.limit_ && granted_) {
    home_.left_.clear();
    granted_ = client.loop.wait(home_.left_, client.origin_call.deadline);
  }
  if (granted_) ++home_.there_;
}

OriginLimit::Place::~Place() {
  if (!granted_) return;
  --home_.there_;
  home_.left_.set();
}

std::vector<Field> fail_safe_fields() {
  return {{.name = "errors",
           .type = FieldType::integer,
           .fallback = "5",
           .doc = "failed cache calls in a row that open the breaker",
           .min = 1},
          {.name = "open",
           .type = FieldType::duration,
           .fallback = "\"1s\"",
           .doc = "how long it stays open before one call tries again",
           .min = 0,
           .min_excluded = true},
          {.name = "timeout",
           .type = FieldType::duration,
           .fallback = "\"50ms\"",
           .doc = "of a cache call",
           .min = 0,
           .min_excluded = true},
          {.name = "origin_limit",
           .type = FieldType::integer,
           .fallback = "8",
           .doc = "reads of a process at the origin at once while the cache fails; 0: no limit",
           .min = 0}};
}

}  // namespace hitbench
