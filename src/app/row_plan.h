// One row of the report as its application processes need it: which parts, and how much each phase does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/dataset.h"
#include "base/key_ttls.h"
#include "base/part.h"
#include "base/time.h"
#include "scenario/scenario.h"
#include "strategy/value.h"
#include "verify/write_table.h"

namespace hitbench {

struct Registry;

// What part number `part` (from 0) of `parts` does of `total`: the first ones do one more where it does not divide.
uint64_t share_of(uint64_t total, int part, int parts);

struct RowPlan {
  std::string name;  // "cache-aside/redis", with "/origin" where a scenario has several and "?sweep" in a sweep
  std::shared_ptr<const Scenario> scenario;  // at this point of the sweep
  Part strategy, cache, origin;
  std::string keys_doubt;                             // why its trace is probably not what was meant; else empty
  std::shared_ptr<const KeyTtls> key_ttls = nullptr;  // of a trace that knows some; null: none of its keys has one
  bool has_cache = true;                              // false: its strategy works without one, and `cache` is none
  bool has_origin = true;                             // the same of the origin

  bool open() const { return scenario->workload.arrivals.traits.open_loop; }
  bool barrier() const { return scenario->workload.arrivals.traits.barrier; }
  // Each client has a thread of its own.
  bool uses_threads() const { return scenario->app.thread_model || cache.traits.blocks_thread; }
  Envelope envelope() const;
  // How long its cached entries live, jitter apart: of keys without a TTL of their own as the strategy says. kForever
  // where there is no cache or no TTL.
  Duration usual_ttl() const;    // of most keys, or the median of those with one of their own
  Duration longest_ttl() const;  // none lives longer
  // The data set, with room for the envelope that this row's cached entries have.
  std::shared_ptr<const Rows> rows(const Registry& registry) const;
  double mean_value_bytes(const Registry& registry) const;  // of a whole stored value
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

// How large the row's table of writes has to be.
WriteTable::Size write_table_size(const RowPlan& row);

}  // namespace hitbench
