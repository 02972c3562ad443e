// cache-aside and everything that is composed like it: the application looks in the cache; on a miss it loads from
// the origin and fills the cache. A guard says who loads, a write path what a write does, a refresh policy when a
// cached entry is renewed in the background. A strategy's type is a preset of these (the rows in registry.cc); whatever
// a scenario names in addition to the type replaces the preset's choice.
//
// Promise: the origin sees only misses and writes. Failures it allows: a cached entry may be stale for up to its TTL,
// when a slow fill overtakes a delete or a writer dies between the two steps; and without a guard every client that
// misses loads at once when a popular cached entry expires (a stampede: about 1 + rate x load time loads per expiry).
// Use it for read-heavy data that may be a TTL old. Source: the pattern as described by Nishtala et al., "Scaling
// Memcache at Facebook", NSDI 2013, section 2 (demand-filled look-aside, delete on update).
#include <optional>
#include <unordered_set>

#include "base/check.h"
#include "strategy/fail_safe.h"
#include "strategy/guard.h"
#include "strategy/parts.h"
#include "strategy/refresh.h"
#include "strategy/write_path.h"

namespace hitbench {
namespace {

class Cached final : public Strategy {
 public:
  Cached(const Params& params, const StrategyContext& context, MakeJob make_job)
      : context_(context),
        params_(params),
        refresh_(context.make_refresh(params.part("refresh"), Ttl(params, context.key_ttls))),
        entries_(params, context, refresh_->stale_window()),
        guard_(context.make_guard(params.part("guard"), composition())),
        writes_(context.make_write_path(params.part("on_write"), composition(guard_.get()))),
        job_(make_job == nullptr ? nullptr : make_job(params, composition(guard_.get()))) {
    if (params.has("fail_safe")) limit_.emplace(params.part("fail_safe").params);
  }

  Answer read(Key key, Client& client) override {
    if (const auto pending = writes_->pending(key, client)) return *pending;
    return answer(key, entries_.find(key, client), client);
  }

  void read_many(std::span<const Key> keys, std::span<Answer> answers, Client& client) override {
    std::vector<Found> found(keys.size());
    entries_.find_many(keys, found, client);
    for (size_t i = 0; i < keys.size(); ++i) {
      const auto pending = writes_->pending(keys[i], client);
      answers[i] = pending ? *pending : answer(keys[i], found[i], client);
    }
  }

  bool write(Key key, NewValue value, Client& client) override {
    return acknowledges(writes_->apply({key, value.write_id, value.payload}, client));
  }

  bool erase(Key key, uint64_t write_id, Client& client) override {
    return acknowledges(writes_->apply({key, write_id, std::nullopt}, client));
  }

  // Past the origin, which has this value from the start. But a guard may go by how long the load of a cached entry
  // took.
  bool preload(Key key, NewValue value, Client& client) override {
    if (preloads_through_origin()) return Strategy::preload(key, value, client);
    return entries_.put(key, value, 0, client) != Stored::failed;
  }
  bool preloads_through_origin() const override { return params_.part("guard").traits.uses_load_times; }

  Cache* front(Cache* cache) override {
    if (!limit_) return cache;
    breaker_ = std::make_unique<Breaker>(params_.part("fail_safe").params, *cache, *context_.loop);
    return breaker_.get();
  }

  void begin() override {
    writes_->begin();
    if (job_) job_->begin();
  }
  std::optional<WriteQueueCounts> write_queue() const override { return writes_->counts(); }

  void drain(Client& client) override {
    writes_->drain(client);
    context_.tasks->drain();
  }

 private:
  Composition composition(Guard* guard = nullptr) {
    return {context_, entries_, *context_.tasks, *context_.loop, params_.part("guard"), guard};
  }

  Answer answer(Key key, const Found& found, Client& client) {
    switch (found.state) {
      case Found::State::fresh:
        if (guard_->early(found.value, client)) return load_early(key, hit(Outcome::fresh_hit, found.value), client);
        if (refresh_->wants(key, found.value, client)) reload(key, found.value.expiry);
        return hit(Outcome::fresh_hit, found.value);
      case Found::State::negative:
        return {.outcome = Outcome::null_hit, .write_id = found.value.write_id, .row_version = found.value.row_version};
      case Found::State::expired:
        if (found.is_negative() || !refresh_->serves(found.value, client)) return miss(key, found, client);
        reload(key, found.value.expiry);
        return hit(Outcome::stale_hit, found.value);
      case Found::State::missing:
        return miss(key, found, client);
      case Found::State::failed:
        break;
    }
    // A cache that fails is not a cache that misses: without fail-safe the read fails, too, and the origin is spared.
    if (limit_ && !found.corrupt) return from_origin(key, client);
    return {.corrupt = found.corrupt};
  }

  static Answer hit(Outcome outcome, const Value& value) {
    return {.outcome = outcome, .found = true, .write_id = value.write_id, .row_version = value.row_version};
  }

  Answer miss(Key key, const Found& found, Client& client) {
    if (const auto pending = writes_->pending_on_miss(key, client)) return *pending;
    const bool in_turn = limit_ && limit_->is_waited_for();
    Answer answer = in_turn ? miss_in_turn(key, client) : guard_->miss(key, found, client);
    answer.cause = found.cause;
    return answer;
  }

  // The cache has answered, but those whom it failed still wait for the origin. While this one waits with them,
  // somebody may have filled the cache.
  Answer miss_in_turn(Key key, Client& client) {
    const OriginLimit::Permit permit(*limit_, client);
    if (!permit.granted()) return {};
    const Found again = entries_.find(key, client);
    return again.is_live() ? coalesced(again) : guard_->miss(key, again, client);
  }

  // The cached entry is still good when the origin fails.
  Answer load_early(Key key, const Answer& held, Client& client) {
    Answer answer = entries_.load(key, client);
    if (answer.outcome == Outcome::failed) return held;
    answer.cause = MissCause::early;
    return answer;
  }

  // One reload of a key at a time; when too many tasks run, a later hit tries again.
  void reload(Key key, Time seen) {
    if (!reloading_.insert(key.id).second) return;
    const bool begun = context_.tasks->spawn([this, seen, id = key.id, text = std::string(key.text)](Client& task) {
      guard_->reload({id, text}, seen, task);
      reloading_.erase(id);
    });
    if (!begun) reloading_.erase(key.id);
  }

  Answer from_origin(Key key, Client& client) {
    const OriginLimit::Permit permit(*limit_, client);
    if (!permit.granted()) return {};
    Answer answer = entries_.fetch(key, client).answer;
    answer.cause = MissCause::unavailable;
    return answer;
  }

  // With fail-safe a write does not fail because the cache is down: what it leaves there may be stale.
  bool acknowledges(Written written) const {
    return written == Written::acknowledged || (written == Written::cache_failed && limit_.has_value());
  }

  const StrategyContext context_;
  const Params params_;
  const std::unique_ptr<Refresh> refresh_;
  CachedEntries entries_;
  const std::unique_ptr<Guard> guard_;
  const std::unique_ptr<WritePath> writes_;
  const std::unique_ptr<Job> job_;  // or null
  std::optional<OriginLimit> limit_;
  std::unique_ptr<Breaker> breaker_;
  std::unordered_set<uint64_t> reloading_;
};

}  // namespace

std::unique_ptr<Strategy> make_cached(const Params& params, const StrategyContext& context) {
  return std::make_unique<Cached>(params, context, nullptr);
}

std::unique_ptr<Strategy> make_cached_with(const Params& params, const StrategyContext& context, MakeJob make_job) {
  return std::make_unique<Cached>(params, context, make_job);
}

std::vector<Field> cached_fields(const Preset& preset) {
  std::vector<Field> fields = ttl_fields(preset.ttl);
  fields.push_back({.name = "ttl_from",
                    .type = FieldType::text,
                    .fallback = "\"write\"",
                    .doc = "when a cached entry's TTL begins; access: with every hit, which writes it back",
                    .choices = {"write", "access"}});
  fields.push_back({.name = "guard",
                    .type = FieldType::part,
                    .fallback = preset.guard,
                    .doc = "what keeps many clients from loading one key at once",
                    .kind = "guard"});
  fields.push_back(
      {.name = "fill",
       .type = FieldType::text,
       .fallback = "\"set\"",
       .doc = "how a loaded value enters the cache: always, only where nothing is, only with the key's lock",
       .choices = {"set", "add", "locked"}});
  fields.push_back({.name = "on_write",
                    .type = FieldType::part,
                    .fallback = preset.on_write,
                    .doc = "in which order a write reaches origin and cache",
                    .kind = "on_write"});
  fields.push_back({.name = "refresh",
                    .type = FieldType::part,
                    .fallback = preset.refresh,
                    .doc = "when a cached entry that is there is reloaded in the background",
                    .kind = "refresh"});
  fields.push_back({.name = "nulls",
                    .type = FieldType::part,
                    .fallback = "null",
                    .doc = "remember in the cache what the origin does not have",
                    .kind = "nulls"});
  fields.push_back({.name = "fail_safe",
                    .type = FieldType::part,
                    .fallback = "null",
                    .doc = "what to do when the cache is down",
                    .kind = "fail_safe"});
  fields.push_back(batch_field());
  return fields;
}

Field batch_field() {
  return {.name = "batch",
          .type = FieldType::integer,
          .fallback = "1",
          .doc = "how many reads of a client go in one round trip",
          .min = 1,
          .max = 10000};
}

std::vector<Field> null_fields() {
  return {{.name = "ttl",
           .type = FieldType::duration,
           .fallback = "\"5s\"",
           .doc = "how long the cache remembers that there is nothing",
           .min = 0,
           .min_excluded = true,
           .word = "none"}};
}

}  // namespace hitbench
