#include "verify/watched.h"

#include "cache/forwarding_cache.h"
#include "strategy/value.h"

namespace hitbench {
namespace {

// Redis counts in whole ms of a clock that it reads once a turn.
constexpr Duration kServerSlack = std::chrono::milliseconds(2);

class WatchedCache final : public ForwardingCache {
 public:
  WatchedCache(Cache& cache, CopyLog& log, Loop& loop, bool in_process)
      : ForwardingCache(cache),
        log_(log),
        loop_(loop),
        slack_(in_process || loop.is_virtual() ? Duration{0} : kServerSlack) {
    log_.opened(in_process);
  }

  [[gnu::flatten]] Lookup get(Key key, Call& call) override {
    const CopyLog::Moment start = log_.moment();
    const Lookup lookup = wrapped().get(key, call);
    note(key, start, lookup, call);
    return lookup;
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    const CopyLog::Moment start = log_.moment();
    const Stored stored = wrapped().set(key, value, ttl, call);
    note(key, start, value, stored);
    return stored;
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    const CopyLog::Moment start = log_.moment();
    const Stored stored = wrapped().add(key, value, ttl, call);
    if (stored != Stored::not_stored) note(key, start, value, stored);
    return stored;
  }

  Stored erase(Key key, Call& call) override {
    const CopyLog::Moment start = log_.erasing(key.id);
    const Stored erased = wrapped().erase(key, call);
    if (erased == Stored::failed) {
      log_.maybe_erased(key.id);
    } else {
      log_.erased(key.id, start);
    }
    return erased;
  }

  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    const CopyLog::Moment start = log_.moment();
    wrapped().batch()->get_many(keys, call, [&](size_t i, Lookup lookup) {
      note(keys[i], start, lookup, call);
      found(i, lookup);
    });
  }

  Stored erase_if(Key key, Bytes token, Call& call) override {
    const Stored erased = wrapped().owned()->erase_if(key, token, call);
    if (erased == Stored::stored) log_.erased(key.id, log_.moment());
    return erased;
  }

 private:
  void note(Key key, CopyLog::Moment start, const Lookup& lookup, Call& call) {
    if (lookup.status == Lookup::Status::hit) log_.hit(key.id);
    if (lookup.status == Lookup::Status::miss) call.missed = log_.missed(key.id, start, clock(), call.remains);
  }

  void note(Key key, CopyLog::Moment start, Bytes value, Stored stored) {
    if (stored == Stored::stored) {
      log_.stored(key.id, start, expiry_of(value), clock());
    } else {
      log_.maybe_stored(key.id);
      log_.count_failed_store();
    }
  }

  CopyLog::Clock clock() const { return {loop_.now(), slack_}; }

  CopyLog& log_;
  Loop& loop_;
  const Duration slack_;
};

class WatchedOrigin final : public Origin {
 public:
  WatchedOrigin(Origin& behind, Truth& truth) : behind_(behind), truth_(truth) {}

  Loaded load(Key key, Call& call) override { return behind_.load(key, call); }
  Loaded inspect(Key key, Call& call) override { return behind_.inspect(key, call); }

  Committed store(Key key, uint64_t write_id, Bytes payload, Call& call) override {
    const Committed committed = behind_.store(key, write_id, payload, call);
    if (committed.ok) truth_.committed(key.id, write_id);
    return committed;
  }

  Committed erase(Key key, uint64_t write_id, Call& call) override {
    const Committed committed = behind_.erase(key, write_id, call);
    if (committed.ok) truth_.committed(key.id, write_id);
    return committed;
  }

 private:
  Origin& behind_;
  Truth& truth_;
};

}  // namespace

std::unique_ptr<Cache> watch(Cache& cache, CopyLog& log, Loop& loop, bool in_process) {
  return std::make_unique<WatchedCache>(cache, log, loop, in_process);
}

std::unique_ptr<Origin> watch(Origin& origin, Truth& truth) { return std::make_unique<WatchedOrigin>(origin, truth); }

}  // namespace hitbench
