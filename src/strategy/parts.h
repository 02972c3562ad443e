// The makers of strategies and their parts: for registry.cc and tests only.
#pragma once

#include <memory>

#include "base/part.h"
#include "strategy/guard.h"
#include "strategy/refresh.h"
#include "strategy/strategy.h"
#include "strategy/write_path.h"

namespace hitbench {

std::unique_ptr<Strategy> make_no_cache(const Params& params, const StrategyContext& context);
std::unique_ptr<Strategy> make_direct(const Params& params, const StrategyContext& context);
std::vector<Field> direct_fields();

// What a type of strategy chooses where the scenario does not: JSON texts of the fields' defaults.
struct Preset {
  std::string_view ttl = "\"60s\"";
  std::string_view guard = "\"none\"";
  std::string_view on_write = "\"invalidate\"";
  std::string_view refresh = "\"none\"";
};
std::unique_ptr<Strategy> make_cached(const Params& params, const StrategyContext& context);
std::vector<Field> cached_fields(const Preset& preset);

// What a strategy does by itself, besides what its clients ask for: begins with a phase, on Tasks.
class Job {
 public:
  virtual ~Job() = default;
  virtual void begin() = 0;
};
using MakeJob = std::unique_ptr<Job> (*)(const Params& params, const Composition& with);
// The same with a job.
std::unique_ptr<Strategy> make_cached_with(const Params& params, const StrategyContext& context, MakeJob make_job);

std::unique_ptr<Strategy> make_precompute(const Params& params, const StrategyContext& context);
std::vector<Field> precompute_fields();

std::unique_ptr<Guard> make_unguarded(const Params& params, const Composition& with);
std::unique_ptr<Guard> make_single_flight(const Params& params, const Composition& with);
std::unique_ptr<Guard> make_lock(const Params& params, const Composition& with);
std::vector<Field> lock_guard_fields();
std::unique_ptr<Guard> make_xfetch(const Params& params, const Composition& with);
std::vector<Field> xfetch_fields();

std::unique_ptr<WritePath> make_around(const Params& params, const Composition& with);
std::unique_ptr<WritePath> make_invalidate(const Params& params, const Composition& with);
std::unique_ptr<WritePath> make_delete_first(const Params& params, const Composition& with);
std::unique_ptr<WritePath> make_double_delete(const Params& params, const Composition& with);
std::vector<Field> double_delete_fields();
std::unique_ptr<WritePath> make_update(const Params& params, const Composition& with);
std::unique_ptr<WritePath> make_update_first(const Params& params, const Composition& with);
std::unique_ptr<WritePath> make_locked_write(const Params& params, const Composition& with);
std::unique_ptr<WritePath> make_behind(const Params& params, const Composition& with);
std::vector<Field> behind_fields();

std::unique_ptr<Refresh> make_no_refresh(const Params& params, const Ttl& ttl);
std::unique_ptr<Refresh> make_ahead(const Params& params, const Ttl& ttl);
std::vector<Field> ahead_fields();
std::unique_ptr<Refresh> make_stale_while(const Params& params, const Ttl& ttl);
std::vector<Field> stale_while_fields();

Field batch_field();
std::vector<Field> null_fields();
std::vector<Field> fail_safe_fields();

}  // namespace hitbench
