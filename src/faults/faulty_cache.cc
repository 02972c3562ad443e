// The way of a process to its cache in a row with faults: nothing gets through while the cache is stopped, everything
// is late while it is slow. An in-process cache that is killed is made anew, empty; a call that was under way fails.
#include <utility>

#include "faults/faults.h"

namespace hitbench {
namespace {

class FaultyCache final : public Cache, public Batch, public Owned, public Queue {
 public:
  struct Setting {
    Loop& loop;
    Gate& gate;
    const std::atomic<uint64_t>& generation;
    const bool& dead;
    bool in_memory;  // not behind a socket: what a kill does, it does here
    std::function<std::unique_ptr<Cache>()> connect;
  };
  explicit FaultyCache(Setting setting)
      : setting_(std::move(setting)), seen_(setting_.generation), behind_(setting_.connect()) {}

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

  Owned* owned() override { return behind_->owned() == nullptr ? nullptr : this; }
  Stored erase_if(Key key, Bytes token, Call& call) override {
    return attempt(call, Stored::failed, [&](Cache& cache) { return cache.owned()->erase_if(key, token, call); });
  }

  Batch* batch() override { return behind_->batch() == nullptr ? nullptr : this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    const bool asked = attempt(call, false, [&](Cache& cache) {
      cache.batch()->get_many(keys, call, found);
      return true;
    });
    for (size_t i = 0; i < keys.size() && !asked; ++i) found(i, Lookup{});
  }

  Queue* queue() override { return behind_->queue() == nullptr ? nullptr : this; }
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

  std::optional<CacheUsage> usage() const override { return behind_->usage(); }
  std::optional<Traffic> traffic() const override { return behind_->traffic(); }
  Tally take_words() override { return behind_->take_words(); }
  uint64_t remove_own_keys(const std::function<void()>& progress) override {
    return behind_->remove_own_keys(progress);
  }

 private:
  // Others may wait inside the cache that a kill replaces: each holds the one that it called.
  template <class Result, class Ask>
  Result attempt(Call& call, Result failed, const Ask& ask) {
    if (setting_.dead || !setting_.gate.pass(setting_.loop, call.deadline)) return failed;
    if (setting_.in_memory && seen_ != setting_.generation) renew();
    const std::shared_ptr<Cache> cache = behind_;
    if (setting_.gate.failing()) {
      cache->get(Key{0, "refused"}, call);  // a refusal takes as long as an answer
      return failed;
    }
    const uint64_t before = setting_.generation;
    const Result result = ask(*cache);
    return setting_.in_memory && before != setting_.generation ? failed : result;
  }

  void renew() {
    seen_ = setting_.generation;
    behind_ = setting_.connect();
  }

  const Setting setting_;
  uint64_t seen_;
  std::shared_ptr<Cache> behind_;
};

}  // namespace

std::unique_ptr<Cache> Faults::wrap_cache(Loop& loop, const bool& dead,
                                          std::function<std::unique_ptr<Cache>()> connect) {
  const bool in_memory = !backend_->waits_on_socket();
  return std::make_unique<FaultyCache>(
      FaultyCache::Setting{loop, cache_, shared_->generation, dead, in_memory, std::move(connect)});
}

}  // namespace hitbench
