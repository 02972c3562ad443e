#include "verify/watched.h"

#include "cache/forwarding_cache.h"
#include "strategy/value.h"

namespace hitbench {
namespace {

// Redis counts in whole ms of a clock that it reads once a turn.
constexpr Duration kServerSlack = std::chrono::milliseconds(2);

class WatchedCache final : public ForwardingCache {
 public:
  WatchedCache(Cache& cache, EntryLedger& ledger, Loop& loop, bool in_process)
      : ForwardingCache(cache),
        ledger_(ledger),
        loop_(loop),
        slack_(in_process || loop.is_virtual() ? Duration{0} : kServerSlack) {
    ledger_.opened(in_process);
  }

  [[gnu::flatten]] Lookup get(Key key, Call& call) override {
    const EntryLedger::Moment start = ledger_.moment();
    const Lookup lookup = wrapped().get(key, call);
    note(key, start, lookup, call);
    return lookup;
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    const EntryLedger::Moment start = ledger_.moment();
    const Stored stored = wrapped().set(key, value, ttl, call);
    note(key, start, value, stored);
    return stored;
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    const EntryLedger::Moment start = ledger_.moment();
    const Stored stored = wrapped().add(key, value, ttl, call);
    if (stored != Stored::not_stored) note(key, start, value, stored);
    return stored;
  }

  Stored erase(Key key, Call& call) override {
    const EntryLedger::Moment start = ledger_.erasing(key.id);
    const Stored erased = wrapped().erase(key, call);
    if (erased == Stored::failed) {
      ledger_.maybe_erased(key.id);
    } else {
      ledger_.erased(key.id, start);
    }
    return erased;
  }

  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    const EntryLedger::Moment start = ledger_.moment();
    wrapped().batch()->get_many(keys, call, [&](size_t i, Lookup lookup) {
      note(keys[i], start, lookup, call);
      found(i, lookup);
    });
  }

  Stored erase_if(Key key, Bytes token, Call& call) override {
    const Stored erased = wrapped().owned()->erase_if(key, token, call);
    if (erased == Stored::stored) ledger_.erased(key.id, ledger_.moment());
    return erased;
  }

 private:
  void note(Key key, EntryLedger::Moment start, const Lookup& lookup, Call& call) {
    if (lookup.status == Lookup::Status::hit) ledger_.hit(key.id);
    if (lookup.status == Lookup::Status::miss) call.missed = ledger_.missed(key.id, start, clock(), call.remains);
  }

  void note(Key key, EntryLedger::Moment start, Bytes value, Stored stored) {
    if (stored == Stored::stored) {
      ledger_.stored(key.id, start, expiry_of(value), clock());
    } else {
      ledger_.maybe_stored(key.id);
      ledger_.count_failed_store();
    }
  }

  EntryLedger::Clock clock() const { return {loop_.now(), slack_}; }

  EntryLedger& ledger_;
  Loop& loop_;
  const Duration slack_;
};

class WatchedOrigin final : public Origin {
 public:
  WatchedOrigin(Origin& behind, WriteTable& write_table) : behind_(behind), write_table_(write_table) {}

  Loaded load(Key key, Call& call) override { return behind_.load(key, call); }
  Loaded inspect(Key key, Call& call) override { return behind_.inspect(key, call); }

  Committed store(Key key, uint64_t write_id, Bytes payload, Call& call) override {
    const Committed committed = behind_.store(key, write_id, payload, call);
    if (committed.ok) write_table_.committed(key.id, write_id);
    return committed;
  }

  Committed erase(Key key, uint64_t write_id, Call& call) override {
    const Committed committed = behind_.erase(key, write_id, call);
    if (committed.ok) write_table_.committed(key.id, write_id);
    return committed;
  }

 private:
  Origin& behind_;
  WriteTable& write_table_;
};

}  // namespace

std::unique_ptr<Cache> watch(Cache& cache, EntryLedger& ledger, Loop& loop, bool in_process) {
  return std::make_unique<WatchedCache>(cache, ledger, loop, in_process);
}

std::unique_ptr<Origin> watch(Origin& origin, WriteTable& write_table) {
  return std::make_unique<WatchedOrigin>(origin, write_table);
}

}  // namespace hitbench
