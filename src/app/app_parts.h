// What an application process consists of: its access to cache and origin with what watches and breaks them, its
// strategy, its workload, its clients, and what performs their operations. Made once; every phase runs over it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "app/client_state.h"
#include "app/performer.h"
#include "app/row_plan.h"
#include "faults/faults.h"
#include "io/loop.h"
#include "strategy/strategy.h"
#include "strategy/tasks.h"
#include "verify/watched.h"
#include "workload/workload.h"

namespace hitbench {

struct Registry;

struct AppShape {
  int process = 0;
  int processes = 1;
  int clients = 1;
  int connections = 1;
  int incarnation = 0;  // how often this process was killed before: its streams are its own
};

struct AppParts {
  // All of it outlives the parts.
  struct Setup {
    const RowPlan& row;
    const AppShape& shape;  // copied
    Loop& loop;
    const RowWatch& watch;
    const Registry& registry;
    Faults* faults;    // null for a row without
    const bool& dead;  // nothing gets through to cache and origin once it is true
  };
  // Connects; throws Error. `backend` is null for strategy none, `server` for direct.
  AppParts(const Setup& setup, Backend* backend, OriginServer* server);
  // For the harness' self-check: a strategy that needs neither cache nor origin.
  AppParts(const Setup& setup, std::unique_ptr<Strategy> own_strategy);

  uint64_t evictions() const;  // of an in-process cache, since it was made

  const RowPlan& row;
  const AppShape shape;
  Loop& loop;
  const RowWatch& watched;
  const uint64_t seed;  // of the streams
  uint64_t batch = 1;
  bool in_process_cache = false;
  bool pipelines = false;  // a connection carries many requests at once
  std::unique_ptr<Cache> cache;
  std::unique_ptr<Origin> origin;
  std::unique_ptr<Cache> watched_cache;    // in front of `cache` where the run verifies
  std::unique_ptr<Origin> watched_origin;  // and of `origin`
  std::unique_ptr<Origin> faulty_origin;   // in front of these, in rows with faults
  std::unique_ptr<Tasks> tasks;            // null: the strategy was handed in
  std::unique_ptr<Strategy> strategy;
  std::unique_ptr<Workload> workload;
  std::unique_ptr<Arrivals> arrivals;
  std::shared_ptr<const Rows> rows;
  std::optional<Performer> performer;
  std::vector<std::unique_ptr<ClientState>> clients;

 private:
  explicit AppParts(const Setup& setup);
  void connect_cache(const Setup& setup, Backend& backend);
  void connect_origin(const Setup& setup, OriginServer& server);
  Cache* cache_in_use() const { return watched_cache ? watched_cache.get() : cache.get(); }
  Origin* origin_in_use() const;
  StrategyContext context() const;
  void use(std::unique_ptr<Strategy> made, const Faults* faults);
};

}  // namespace hitbench
