#include "strategy/fail_safe.h"

#include <algorithm>

#include "strategy/parts.h"

namespace hitbench {

Breaker::Breaker(const Params& fail_safe, Cache& cache, Loop& loop)
    : ForwardingCache(cache),
      loop_(loop),
      errors_(fail_safe.integer("errors")),
      open_for_(fail_safe.duration("open")),
      timeout_(fail_safe.duration("timeout")) {}

Breaker::Entry Breaker::enter() {
  if (!is_open_) return {Way::closed, era_};
  if (probing_ || loop_.now() < next_probe_) return {Way::none, era_};
  probing_ = true;
  return {Way::probe, era_};
}

void Breaker::leave(Entry entry, bool answered) {
  if (entry.way == Way::probe) probing_ = false;
  if (entry.era != era_) return;  // it was sent before the breaker opened, or closed again, and says nothing about now
  if (answered) {
    era_ += is_open_;
    is_open_ = false;
    failures_ = 0;
  } else if (entry.way == Way::probe || ++failures_ == errors_) {
    era_ += !is_open_;
    is_open_ = true;
    next_probe_ = loop_.now() + open_for_;
  }
}

template <class Result, class Ask>
Result Breaker::guarded(Call& call, Result failed, const Ask& ask) {
  const Entry entry = enter();
  if (entry.way == Way::none) return failed;
  const Time whole = call.deadline;
  call.deadline = std::min(whole, loop_.now() + timeout_);
  bool answered = false;
  const Result result = ask(answered);
  call.deadline = whole;
  leave(entry, answered);
  return result;
}

Lookup Breaker::get(Key key, Call& call) {
  return guarded(call, Lookup{}, [&](bool& answered) {
    const Lookup lookup = wrapped().get(key, call);
    answered = lookup.status != Lookup::Status::failed;
    return lookup;
  });
}

template <class Ask>
Stored Breaker::guarded_store(Call& call, const Ask& ask) {
  return guarded(call, Stored::failed, [&](bool& answered) {
    const Stored stored = ask();
    answered = stored != Stored::failed;
    return stored;
  });
}

Stored Breaker::set(Key key, Bytes value, Duration ttl, Call& call) {
  return guarded_store(call, [&] { return wrapped().set(key, value, ttl, call); });
}

Stored Breaker::add(Key key, Bytes value, Duration ttl, Call& call) {
  return guarded_store(call, [&] { return wrapped().add(key, value, ttl, call); });
}

Stored Breaker::erase(Key key, Call& call) {
  return guarded_store(call, [&] { return wrapped().erase(key, call); });
}

Stored Breaker::erase_if(Key key, Bytes token, Call& call) {
  return guarded_store(call, [&] { return wrapped().owned()->erase_if(key, token, call); });
}

void Breaker::get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) {
  const bool asked = guarded(call, false, [&](bool& answered) {
    answered = true;
    wrapped().batch()->get_many(keys, call, [&](size_t i, Lookup lookup) {
      answered = answered && lookup.status != Lookup::Status::failed;
      found(i, lookup);
    });
    return true;
  });
  for (size_t i = 0; i < keys.size() && !asked; ++i) found(i, Lookup{});
}

OriginLimit::Permit::Permit(OriginLimit& home, Client& client) : home_(home) {
  if (home_.limit_ == 0 || home_.there_ < home_.limit_) {
    ++home_.there_;
    return;
  }
  const auto mine = home_.waiting_.emplace(home_.waiting_.end());
  client.loop.wait(mine->came, client.origin_call.deadline);
  granted_ = mine->granted;
  home_.waiting_.erase(mine);
}

// The place goes to who has waited longest, past everybody who comes later.
OriginLimit::Permit::~Permit() {
  if (!granted_) return;
  const auto next =
      std::find_if(home_.waiting_.begin(), home_.waiting_.end(), [](const Waiter& waiter) { return !waiter.granted; });
  if (next == home_.waiting_.end()) {
    --home_.there_;
  } else {
    next->granted = true;
    next->came.set();
  }
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
           .doc = "reads of a process at the origin at once while the cache fails, and until nobody waits; 0: no limit",
           .min = 0}};
}

}  // namespace hitbench
