// One application process: its clients (fibers on one loop) share one strategy, one cache access and one origin
// access. The caller owns the loop and runs it between begin() and end().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/client_state.h"
#include "app/performer.h"
#include "app/phase.h"
#include "app/row_plan.h"
#include "app/thread_usage.h"
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

  // Spawns the clients. `settled` is called when they have ended and what they left is done.
  void begin(const PhaseOrder& order, std::function<void()> settled = {});
  PhaseOutcome end();  // after the loop has run
  // With the cache's server, since this was asked for the last time; end() does.
  Traffic take_traffic() {
    const Traffic all = (cache_ ? cache_->traffic() : std::nullopt).value_or(Traffic{});
    const Traffic before = std::exchange(told_, all);
    return {.begun = all.begun - before.begun,
            .completed = all.completed - before.completed,
            .shared = all.shared - before.shared,
            .bounded = all.bounded};
  }
  // The process dies at this instant: what it measured so far. Nothing that it does from here on has an effect.
  PhaseOutcome cut();

  // Removes what this process stored on a user's own server, and returns how many keys it had to leave; runs the loop.
  uint64_t remove_own_keys(const std::function<void()>& progress);

 private:
  AppProcess(const RowPlan& row, const AppShape& shape, Loop& loop, const RowWatch& watch, const Registry& registry,
             const std::atomic<bool>& stop, Faults* faults);
  void watch_parts();
  Origin* origin_in_use() const;
  StrategyContext context() const;
  void use(std::unique_ptr<Strategy> strategy);

  void run_client(ClientState& client);
  void wait_out();
  Duration first_gap();
  void settle(ClientState& last);
  void closed_loop(ClientState& client);
  Operation draw(ClientState& client);
  Operation draw_due(uint64_t number);  // of an open loop
  void perform(ClientState& client, const Operation& operation, Time due, bool was_idle);
  [[gnu::noinline]] void read_batch(ClientState& client, uint64_t most, Time due, bool was_idle);
  void open_loop(ClientState& client);
  void barrier_loop(ClientState& client);
  void warm_barrier(ClientState& client, uint64_t key, Time due);
  // app/app_loading.cc
  std::vector<ClientState*> crew_of(const PhaseOrder& order);
  void preload(ClientState& client);
  void skip_drawn(ClientState& client);
  void skip_scheduled();
  void skip(const Operation& operation);

  void audit(ClientState& client);

  void connect(Backend* backend, OriginServer* server);
  Duration outage() const { return faults_ == nullptr ? Duration{0} : faults_->longest(); }
  bool stopped() const { return dead_ || outcome_.stuck || stop_.load(std::memory_order_relaxed); }
  bool wait_until(Time due);  // false when the phase was stopped meanwhile
  uint64_t quota_of(const ClientState& client) const;
  uint64_t evictions() const;  // of an in-process cache, since it was made

  const RowPlan& row_;
  const AppShape shape_;
  Loop& loop_;
  const RowWatch& watch_;
  const std::atomic<bool>& stop_;
  Faults* const faults_;
  const uint64_t seed_;  // of the streams
  bool dead_ = false;
  uint64_t batch_ = 1;
  bool in_process_cache_ = false;
  bool pipelines_ = false;  // a connection carries many requests at once
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<Origin> origin_;
  std::unique_ptr<Cache> watched_cache_;    // in front of cache_ where the run verifies
  std::unique_ptr<Origin> watched_origin_;  // and of origin_
  std::unique_ptr<Origin> faulty_origin_;   // the way there, in rows with faults
  std::unique_ptr<Tasks> tasks_;
  std::unique_ptr<Strategy> strategy_;
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<Arrivals> arrivals_;
  std::shared_ptr<const Rows> rows_;
  double mean_value_bytes_ = 0;
  std::optional<Performer> performer_;
  std::vector<std::unique_ptr<ClientState>> clients_;
  std::vector<std::unique_ptr<ClientState>> loaders_;  // beside the clients, while the cache is loaded

  // The open loop's schedule goes on from phase to phase: no operation is drawn twice.
  Rng schedule_;
  uint64_t next_operation_ = 0;
  Time next_due_{};
  std::optional<Duration> rest_of_gap_;  // from the end of the phase before to what is due next
  uint64_t drawn_ = 0;                   // in this phase
  uint64_t drawn_unperformed_ = 0;       // beside these: drawn, and not performed
  int active_clients_ = 0;
  Time clients_ended_{};

  std::optional<Audit> audit_;
  PhaseOrder order_;
  std::function<void()> settled_;
  PhaseOutcome outcome_;
  Time end_{};       // no operation is begun after it
  Time hard_end_{};  // an open loop's backlog is served until here
  Traffic told_;     // of the traffic
  uint64_t evictions_before_ = 0;
  uint64_t tasks_before_ = 0, tasks_refused_before_ = 0;
  ThreadUsage usage_before_;
  Duration spun_before_{0};
};

}  // namespace hitbench
