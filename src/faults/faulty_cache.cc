// The way of a process to its cache in a row with faults: nothing gets through while the cache is stopped, everything
// is late while it is slow. An in-process cache that is killed is made again, empty; a call that was under way fails.
#include <utility>

#include "cache/forwarding_cache.h"
#include "faults/faults.h"

namespace hitbench {
namespace {

class FaultyCache final : public ForwardingCache, public Queue {
 public:
  struct Setting {
    Loop& loop;
    FaultPoint& gate;
    const std::atomic<uint64_t>& generation;
    const bool& dead;
    bool in_memory;  // not behind a socket: what a kill does, it does here
    std::function<std::unique_ptr<Cache>()> connect;
  };
  explicit FaultyCache(Setting setting) : setting_(std::move(setting)) { connect(); }

  Lookup get(Key key, Call& call) override {
    return attempt(call, Lookup{}, [&](Cache& cache) { return cache.get(key, call); });
  }
  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    return attempt(call, Stored::failed, [&](Cache& cache) { return cache.set(key, value, ttl, call); });
  }
  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    return attempt(call, Stored::failed, [&](Cache& cache) { return cache.add(key, value, ttl, call); });
  }
  Stored erase(Key key, Call& call) override {
    return attempt(call, Stored::failed, [&](Cache& cache) { return cache.erase(key, call); });
  }

  Stored erase_if(Key key, Bytes token, Call& call) override {
    return attempt(call, Stored::failed, [&](Cache& cache) { return cache.owned()->erase_if(key, token, call); });
  }

  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    const bool asked = attempt(call, false, [&](Cache& cache) {
      cache.batch()->get_many(keys, call, found);
      return true;
    });
    for (size_t i = 0; i < keys.size() && !asked; ++i) found(i, Lookup{});
  }

  Queue* queue() override { return wrapped().queue() == nullptr ? nullptr : this; }
  Put put(const QueuedWrite& write, Time now, uint64_t most, Call& call) override {
    return attempt(call, Put::failed, [&](Cache& cache) { return cache.queue()->put(write, now, most, call); });
  }
  Sought find(Key key, QueuedWrite& found, Call& call) override {
    return attempt(call, Sought::failed, [&](Cache& cache) { return cache.queue()->find(key, found, call); });
  }
  Taken take(const Taker& taker, uint64_t most, Time since, Call& call) override {
    return attempt(call, Taken{}, [&](Cache& cache) { return cache.queue()->take(taker, most, since, call); });
  }
  bool settle(std::span<const QueuedWrite> done, Time now, Call& call) override {
    return attempt(call, false, [&](Cache& cache) { return cache.queue()->settle(done, now, call); });
  }
  void leave(const Taker& taker, Call& call) override {
    attempt(call, false, [&](Cache& cache) {
      cache.queue()->leave(taker, call);
      return true;
    });
  }

 private:
  // Others may wait inside the cache that a kill replaces: each holds the one that it called.
  template <class Result, class Ask>
  Result attempt(Call& call, Result failed, const Ask& ask) {
    if (setting_.dead || !setting_.gate.pass(setting_.loop, call.deadline)) return failed;
    if (setting_.in_memory && seen_ != setting_.generation) connect();
    const std::shared_ptr<Cache> cache = current_;
    if (setting_.gate.failing()) {
      cache->get(Key{0, "refused"}, call);  // a refusal takes as long as an answer
      return failed;
    }
    const uint64_t before = setting_.generation;
    const Result result = ask(*cache);
    return setting_.in_memory && before != setting_.generation ? failed : result;
  }

  void connect() {
    seen_ = setting_.generation;
    current_ = setting_.connect();
    wrap(*current_);
  }

  const Setting setting_;
  uint64_t seen_ = 0;  // the generation of the current cache
  std::shared_ptr<Cache> current_;
};

}  // namespace

std::unique_ptr<Cache> Faults::wrap_cache(Loop& loop, const bool& dead,
                                          std::function<std::unique_ptr<Cache>()> connect) {
  const bool in_memory = !backend_->waits_on_socket();
  return std::make_unique<FaultyCache>(
      FaultyCache::Setting{loop, cache_, shared_->generation, dead, in_memory, std::move(connect)});
}

}  // namespace hitbench
