// precompute: a background job loads the first `keys` rows every `every` and puts them into the cache all at once;
// what it has not filled is loaded as in cache-aside.
//
// Promise: no reader of these keys waits for the origin, which sees keys / every loads per second, whatever the
// traffic. Failure it allows: a value is as old as `every` and the job's duration together; keys that nobody reads are
// loaded, too; and a job that takes longer than the cached entries live leaves readers to load. Use it for a few
// expensive values that many read: front pages, leader boards, reports. Source: materialized views refreshed on a
// schedule.
#include <algorithm>
#include <string>
#include <vector>

#include "strategy/parts.h"

namespace hitbench {
namespace {

class Precompute final : public Job {
 public:
  Precompute(const Params& params, const Composition& with)
      : entries_(with.entries),
        tasks_(with.tasks),
        loop_(with.loop),
        rows_(with.context.rows),
        // One process fills a cache that all share.
        runs_here_(with.context.process == 0 || with.context.cache_in_process),
        every_(params.duration("every")),
        takes_(params.has("takes") ? params.duration("takes") : Duration{0}),
        spread_(params.real("spread")),
        keys_(std::min(static_cast<uint64_t>(params.integer("keys")), with.context.rows->count())) {}

  void begin() override {
    if (!runs_here_) return;
    tasks_.spawn([this](Client& task) {
      while (!pause_until(next_)) run_once(task);
    });
  }

 private:
  struct Computed {
    Loaded loaded;
    std::string value;
  };

  // The schedule goes on from phase to phase; a job that is late delays the next.
  void run_once(Client& task) {
    const Time begun = loop_.now();
    for (uint64_t id = 0; id < keys_; ++id) {
      if (tasks_.ending().is_set()) return;
      load(id, task);
    }
    if (pause_until(begun + duration(task))) return;
    for (uint64_t id = 0; id < keys_ && !tasks_.ending().is_set(); ++id) store(id, task);
    next_ = std::max(begun + every_, loop_.now());
  }

  Key key(uint64_t id) {
    rows_->text(id, text_);
    return {.id = id, .text = text_};
  }

  void load(uint64_t id, Client& task) {
    if (computed_.size() <= id) computed_.resize(id + 1);
    tasks_.next_operation(task);
    Computed& computed = computed_[id];
    computed.loaded = entries_.fetch(key(id), task).loaded;
    computed.value.assign(computed.loaded.value);
    loop_.yield();  // an origin or a cache that never waits would keep the clients out
  }

  void store(uint64_t id, Client& task) {
    Computed& computed = computed_[id];
    tasks_.next_operation(task);
    computed.loaded.value = computed.value;
    entries_.fill(key(id), computed.loaded, task);
    loop_.yield();
  }

  Duration duration(Client& task) const {
    const double factor = 1 + spread_ * (2 * task.rng.uniform() - 1);
    return Duration(static_cast<int64_t>(static_cast<double>(takes_.count()) * factor));
  }

  // True: the phase is ending.
  bool pause_until(Time due) { return loop_.wait(tasks_.ending(), due); }

  CachedEntries& entries_;
  Tasks& tasks_;
  Loop& loop_;
  const std::shared_ptr<const Rows> rows_;
  const bool runs_here_;
  const Duration every_;
  const Duration takes_;
  const double spread_;
  const uint64_t keys_;
  Time next_{};
  std::string text_;
  std::vector<Computed> computed_;
};

std::unique_ptr<Job> make_job(const Params& params, const Composition& with) {
  return std::make_unique<Precompute>(params, with);
}

}  // namespace

std::unique_ptr<Strategy> make_precompute(const Params& params, const StrategyContext& context) {
  return make_cached_with(params, context, make_job);
}

std::vector<Field> precompute_fields() {
  std::vector<Field> fields = {
      {.name = "every",
       .type = FieldType::duration,
       .fallback = "\"30s\"",
       .doc = "from one job's beginning to the next",
       .min = 0,
       .min_excluded = true},
      {.name = "takes",
       .type = FieldType::duration,
       .fallback = "null",
       .doc = "how long a job takes at least before it stores; as long as its loads unless given",
       .min = 0},
      {.name = "spread",
       .type = FieldType::real,
       .fallback = "0",
       .doc = "`takes` varies uniformly by up to this share either way",
       .min = 0,
       .max = 1},
      {.name = "keys",
       .type = FieldType::integer,
       .fallback = "1000",
       .doc = "how many keys it loads: the first ones, with zipf the most popular",
       .min = 1}};
  for (Field& field : cached_fields({})) fields.push_back(std::move(field));
  return fields;
}

}  // namespace hitbench
