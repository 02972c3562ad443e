// One application process: its clients (fibers on one loop) share one strategy, one cache access and one origin
// access. It begins and ends phases; what it consists of is app_parts.h, what its clients do are the loops. The caller
// owns the loop and runs it between begin() and end().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/app_parts.h"
#include "app/barrier_loop.h"
#include "app/closed_loop.h"
#include "app/loading.h"
#include "app/open_loop.h"
#include "app/phase_run.h"
#include "app/thread_usage.h"

namespace hitbench {

class AppProcess {
 public:
  // Connects; throws Error. `backend` is null for strategy none, `server` for direct, `faults` for a row without.
  // `stop` ends a phase early. `watch` outlives it.
  AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, Backend* backend, OriginServer* server,
             const RowWatch& watch, const Registry& registry, const std::atomic<bool>& stop, Faults* faults = nullptr);
  // For the harness' self-check: a strategy that needs neither cache nor origin.
  AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, std::unique_ptr<Strategy> strategy,
             const RowWatch& watch, const Registry& registry, const std::atomic<bool>& stop);
  ~AppProcess();
  AppProcess(const AppProcess&) = delete;
  AppProcess& operator=(const AppProcess&) = delete;

  // Spawns the clients. `settled` is called when they have ended and what they left is done.
  void begin(const PhaseOrder& order, std::function<void()> settled = {});
  PhaseOutcome end();  // after the loop has run
  // With the cache's server, since this was asked for the last time; end() does.
  Traffic take_traffic();
  // The process dies at this instant: what it measured so far. Nothing that it does from here on has an effect.
  PhaseOutcome cut();

  // Removes what this process stored on a user's own server, and returns how many keys it had to leave; runs the loop.
  uint64_t remove_own_keys(const std::function<void()>& progress);

 private:
  // What was counted before the phase began.
  struct Counts {
    ThreadUsage thread;
    Duration spun{0};
    uint64_t evictions = 0, tasks = 0, tasks_refused = 0;
  };

  std::vector<ClientState*> crew();
  void begin_audit();
  void run_client(ClientState& state);
  void audit(ClientState& state);
  void settle(ClientState& last);
  Counts counts() const;
  void add_machine(PhaseOutcome& outcome) const;
  void add_cache(PhaseOutcome& outcome) const;

  PhaseRun phase_;
  AppParts parts_;
  ClosedLoop closed_loop_;
  OpenLoop open_loop_;
  BarrierLoop barrier_loop_;
  Loading loading_;
  std::optional<Audit> audit_;

  std::function<void()> settled_;
  int active_clients_ = 0;
  Time clients_ended_{};
  Counts before_;
  Traffic told_;  // of the traffic
};

}  // namespace hitbench
