// What a scenario will run: one row for every legal combination of strategy, cache, origin and sweep point.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "scenario/scenario.h"
#include "workload/workload.h"

namespace hitbench {

struct Registry;

// What part number `part` (from 0) of `parts` does of `total`: the first ones do one more where it does not divide.
uint64_t share_of(uint64_t total, int part, int parts);

struct RowPlan {
  std::string name;  // "cache-aside/redis", with "/origin" where a scenario has several and "?sweep" in a sweep
  std::shared_ptr<const Scenario> scenario;  // at this point of the sweep
  Part strategy, cache, origin;
  std::string keys_doubt;  // why its trace is probably not what was meant; else empty
  bool has_cache = true;   // false: its strategy works without one, and `cache` is none
  bool has_origin = true;  // the same of the origin

  bool open() const { return scenario->workload.arrivals.traits.open_loop; }
  bool barrier() const { return scenario->workload.arrivals.traits.barrier; }
  // Each client has a thread of its own.
  bool uses_threads() const { return scenario->app.thread_model || cache.traits.blocks_thread; }
  // The data set, with room for the envelope that this row's copies have.
  std::shared_ptr<const Rows> rows(const Registry& registry) const;
  // The share of the keys that the cache is given before anything else. Nothing but that fills it where there is no
  // origin, so then it is all unless the scenario says otherwise.
  double preloaded() const;
  // Stretch by stretch with the other rows of its point (engine/warm_up.h).
  bool warms_up_together() const;
  // Over all rounds both add up to what the scenario says; operations, of all processes, are 0 where the duration
  // decides.
  Duration round_duration(int round) const;
  uint64_t round_operations(int round) const;
  // Each releases every client once; 0 where nothing waits for a barrier.
  uint64_t barriers() const;  // of all rounds
  uint64_t round_barriers(int round) const;
};

// Throws Error{usage} for two rows of one name, or for parts that cannot be combined.
std::vector<RowPlan> make_plan(const std::vector<Scenario>& points, const Registry& registry);

// About how long all rows take one after the other; a number of operations at what the slowest of servers does.
Duration planned_time(const std::vector<RowPlan>& rows);

// What a row keeps in its cache: of inserts and of absent keys, only what is bounded.
DataSet data_set(const RowPlan& row, const Registry& registry);

// The plan in words, for `hitbench check`: rows, operations, memory, time.
std::string describe_plan(const std::vector<RowPlan>& rows, const Registry& registry);

}  // namespace hitbench
