// The in-process cache: strict LRU with active expiry, one for each application process. A hit copies the value out, as
// an application that hands it on would, and costs no allocation.
//
// In virtual time every call costs `latency` and takes effect at its end; a call that cannot end before its deadline
// fails there without effect. `shared` then makes it one cache behind all processes: a stand-in for a remote one.
// In real time nothing waits, so no call can miss its deadline.
#include <algorithm>

#include "base/defaults.h"
#include "base/error.h"
#include "base/key.h"
#include "cache/cache.h"
#include "cache/memory/store.h"
#include "cache/parts.h"
#include "io/loop.h"

namespace hitbench {
namespace {

class MemoryCache final : public Cache, public Batch, public Owned {
 public:
  // `latency` is zero in real time.
  MemoryCache(std::shared_ptr<MemoryStore> store, Loop& loop, Duration latency, bool shared)
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

  std::shared_ptr<MemoryStore> store_;
  Loop& loop_;
  const Duration latency_;
  const bool shared_;
};

struct MemorySetting {
  MemoryStore::Limits limits;
  Duration latency;
  bool shared;
};

class MemoryBackend final : public Backend {
 public:
  explicit MemoryBackend(const MemorySetting& setting) : setting_(setting) {}

  void start() override {
    if (setting_.shared) store_ = std::make_shared<MemoryStore>(setting_.limits);
  }
  void stop() override { store_.reset(); }

  std::unique_ptr<Cache> connect(Loop& loop, const ConnectOptions&) override {
    auto store = store_ ? store_ : std::make_shared<MemoryStore>(setting_.limits);
    return std::make_unique<MemoryCache>(std::move(store), loop, setting_.latency, setting_.shared);
  }

  // A process that connects again finds it empty.
  void fault(const Fault& fault) override {
    if (fault.action == Fault::Action::kill && store_) store_ = std::make_shared<MemoryStore>(setting_.limits);
  }

  BackendUsage usage() override {
    if (!store_) return {};
    return {.memory_bytes = store_->memory(), .evictions = store_->evictions(), .entries = store_->entries()};
  }

  bool in_process() const override { return !setting_.shared; }

 private:
  const MemorySetting setting_;
  std::shared_ptr<MemoryStore> store_;  // of a shared one
};

void refuse_in_real_time(const Params& params) {
  if (params.boolean("shared")) {
    throw usage_error("cache memory: \"shared\" needs virtual time: real processes share no memory cache",
                      "add \"clock\": \"virtual\", or use redis or memcached");
  }
  if (params.has("latency")) {
    throw usage_error("cache memory: \"latency\" needs virtual time: in real time the cache takes what it takes",
                      "add \"clock\": \"virtual\", or leave \"latency\" out");
  }
}

}  // namespace

std::unique_ptr<Backend> make_memory(const Params& params, const BackendContext& context) {
  if (!context.virtual_time) refuse_in_real_time(params);
  MemorySetting setting{.limits = {}, .latency = Duration{0}, .shared = params.boolean("shared")};
  if (params.has("bytes")) setting.limits.bytes = static_cast<uint64_t>(params.integer("bytes"));
  if (params.has("entries")) {
    setting.limits.entries = static_cast<uint64_t>(params.integer("entries"));
  } else if (!params.has("bytes")) {
    setting.limits.entries = kDefaultMemoryEntries;
  }
  if (context.virtual_time)
    setting.latency = params.has("latency") ? params.duration("latency") : kDefaultMemoryLatency;
  return std::make_unique<MemoryBackend>(setting);
}

std::vector<Field> memory_fields() {
  return {
      {.name = "entries",
       .type = FieldType::integer,
       .fallback = "null",
       .doc = "how many entries it holds; 10000 unless bytes are given",
       .min = 1,
       .max = UINT32_MAX - 1},
      {.name = "bytes",
       .type = FieldType::size,
       .fallback = "null",
       .doc = "how much memory it takes, overhead included",
       .min = 4096},
      {.name = "policy",
       .type = FieldType::text,
       .fallback = "\"lru\"",
       .doc = "what is evicted: the least recently used (others are not available yet)",
       .choices = {"lru"}},
      {.name = "shared",
       .type = FieldType::boolean,
       .fallback = "false",
       .doc = "one cache behind all processes, as a remote one is; virtual time only"},
      {.name = "latency",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "what each call costs in virtual time; 1us unless given",
       .min = 0},
  };
}

}  // namespace hitbench
