// The in-process cache: active expiry and a policy of eviction, one for each application process. A hit copies the
// value out, as an application that hands it on would, and costs no allocation.
//
// In virtual time every call costs `latency` and takes effect at its end; a call that cannot end before its deadline
// fails there without effect. `shared` then makes it one cache behind all processes: a stand-in for a remote one.
// In real time nothing waits, so no call can miss its deadline.
//
// All of it is a template over the policy, so that a hit under LRU, the default, calls the policy directly. All other
// policies are over numbers and share the instantiation for Numbered (docs/architecture.md, "Eviction").
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/key.h"
#include "base/part.h"
#include "base/time.h"
#include "cache/cache.h"
#include "cache/memory/lru.h"
#include "cache/memory/numbered.h"
#include "cache/memory/policy.h"
#include "cache/memory/store.h"
#include "io/loop.h"

namespace hitbench {

// What a scenario says of a memory cache, but for its policy.
struct MemorySetting {
  MemoryLimits limits;
  Duration latency;  // zero in real time
  bool shared;
};

// Refuses what only virtual time can do.
MemorySetting memory_setting(const Params& params, const BackendContext& context);

template <class Eviction>
class MemoryCache final : public Cache, public Batch, public Owned {
 public:
  using Store = MemoryStore<Eviction>;

  MemoryCache(std::shared_ptr<Store> store, Loop& loop, Duration latency, bool shared)
      : store_(std::move(store)), loop_(loop), latency_(latency), shared_(shared) {}

  [[gnu::flatten]] Lookup get(Key key, Call& call) override {
    if (!pass(call)) return {Lookup::Status::failed, {}};
    const auto found = store_->get(key.text, loop_);
    if (!found) return missed(key, call);
    call.value.assign(found->data(), found->size());
    return {Lookup::Status::hit, call.value};
  }

  Stored set(Key key, Bytes value, Duration ttl, Call& call) override {
    if (!pass(call)) return Stored::failed;
    return store_->set(key.text, value, end_of(ttl)) ? Stored::stored : Stored::failed;
  }

  Stored add(Key key, Bytes value, Duration ttl, Call& call) override {
    if (!pass(call)) return Stored::failed;
    if (store_->get(key.text, loop_)) return Stored::not_stored;
    return store_->set(key.text, value, end_of(ttl)) ? Stored::stored : Stored::failed;
  }

  Stored erase(Key key, Call& call) override {
    if (!pass(call)) return Stored::failed;
    return store_->erase(key.text, loop_) ? Stored::stored : Stored::not_stored;
  }

  Batch* batch() override { return this; }
  void get_many(std::span<const Key> keys, Call& call, const std::function<void(size_t, Lookup)>& found) override {
    const bool answered = pass(call);
    for (size_t i = 0; i < keys.size(); ++i) {
      const std::optional<Bytes> value = answered ? store_->get(keys[i].text, loop_) : std::nullopt;
      found(i, value ? Lookup{Lookup::Status::hit, *value} : answered ? missed(keys[i], call) : Lookup{});
    }
  }

  Owned* owned() override { return this; }
  Stored erase_if(Key key, Bytes token, Call& call) override {
    if (!pass(call)) return Stored::failed;
    if (store_->get(key.text, loop_) != token) return Stored::not_stored;
    store_->erase(key.text, loop_);
    return Stored::stored;
  }

  // A shared one is reported once, by its backend.
  std::optional<CacheUsage> usage() const override {
    if (shared_) return std::nullopt;
    return CacheUsage{.entries = store_->entries(), .evictions = store_->evictions(), .memory_bytes = store_->memory()};
  }

 private:
  Lookup missed(Key key, Call& call) const {
    call.remains = store_->remains_of(key.text);
    return {Lookup::Status::miss, {}};
  }

  // The way to the cache and back; false when the deadline came first.
  bool pass(const Call& call) {
    if (latency_ == Duration{0}) return true;
    const Time end = loop_.now() + latency_;
    loop_.sleep_until(std::min(end, call.deadline));
    return end <= call.deadline;
  }

  Time end_of(Duration ttl) const {
    if (ttl == kForever) return kNever;
    const Time now = loop_.now();
    store_->sweep_at(now);
    return ttl < kNever - now ? now + ttl : kNever;
  }

  std::shared_ptr<Store> store_;
  Loop& loop_;
  const Duration latency_;
  const bool shared_;
};

template <class Eviction>
class MemoryBackend final : public Backend {
 public:
  explicit MemoryBackend(const MemorySetting& setting, const Eviction& eviction = {})
      : setting_(setting), eviction_(eviction) {}

  void start() override {
    if (setting_.shared) store_ = empty_store();
  }
  void stop() override { store_.reset(); }

  std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions& options) override {
    auto store = store_ ? store_ : empty_store(options.seed);
    return std::make_unique<MemoryCache<Eviction>>(std::move(store), loop, setting_.latency, setting_.shared);
  }

  // A process that connects again finds it empty.
  void fault(const Fault& fault) override {
    if (fault.action == Fault::Action::kill && store_) store_ = empty_store();
  }

  BackendUsage usage() override {
    if (!store_) return {};
    return {.memory_bytes = store_->memory(), .evictions = store_->evictions(), .entries = store_->entries()};
  }

  bool in_process() const override { return !setting_.shared; }

 private:
  using Store = MemoryStore<Eviction>;

  std::shared_ptr<Store> empty_store(uint64_t seed = 1) const {
    return std::make_shared<Store>(setting_.limits, eviction_, seed);
  }

  const MemorySetting setting_;
  const Eviction eviction_;
  std::shared_ptr<Store> store_;  // of a shared one
};

// Compiled once, in memory.cc, with the library's flags.
extern template class MemoryStore<Lru>;
extern template class MemoryCache<Lru>;
extern template class MemoryStore<Numbered>;
extern template class MemoryCache<Numbered>;

// The maker of a row of evictions() in registry.cc; a test that names no policy has the scenario's default.
template <class Eviction = Lru>
std::unique_ptr<Backend> make_memory(const Params& params, const BackendContext& context) {
  return std::make_unique<MemoryBackend<Eviction>>(memory_setting(params, context));
}

// The same for the rows whose policy is one over numbers.
std::unique_ptr<Backend> make_numbered_memory(const Params& params, const BackendContext& context,
                                              std::unique_ptr<EvictionPolicy> (*policy)(const PolicySetting&));

}  // namespace hitbench
