// One row on its way through setup, warm-up, rounds and result. Servers and processes live as long as this does.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "engine/plan.h"
#include "engine/row_result.h"
#include "engine/row_totals.h"
#include "engine/warm_up.h"
#include "faults/faults.h"
#include "metrics/result.h"
#include "verify/watched.h"
#include "workers/workers.h"

namespace hitbench {

struct RunProgress;

class RowRun {
 public:
  // `marks`: of its keys on a user's own server. `times`: of caches in virtual time; null: those that are shipped.
  RowRun(const RowPlan& row, const Registry& registry, KeyMarks marks, const std::atomic<bool>& interrupted,
         const CalibratedTimes* times);
  ~RowRun();

  // Starts the servers, fills the origin, forks the processes. Throws Error: unavailable skips the row.
  void prepare();
  void skip(const std::string& reason);  // it cannot run here
  // It could not begin, or broke off: its processes end now, so as not to disturb the other rows.
  void fail(const std::string& reason);
  // Its clients are gone, and their keys: what a server evicted for these requests is found out as well.
  void end();
  bool running() const { return workers_ != nullptr && !skipped_; }

  // Loads the keys where the scenario wants that, or nothing else would; then warms up by itself, for a number of
  // operations or a time, where it does not do so together with others.
  void warm_up();
  // Together with the others: one stretch.
  WarmStretch warm_up(const StretchOrder& stretch);
  WarmingRow warming() const;  // without its `run`
  void warmed_up(const WarmedUp& warmed, bool until_steady);
  void measure(int round);
  RunProgress so_far() const;  // what its rounds have measured, of reads if there are any
  void audit();                // after the last round
  RunResult finish();

 private:
  std::unique_ptr<Backend> make_backend(const Part& cache) const;
  void make_watch();
  void load();
  void warn_of_overfilling(const std::string& policy);
  PhaseOutcome run_phase(PhaseOrder order);
  std::optional<ThreadTimes> server_times() const;
  void check_own_server();
  void check_evictions();
  PhaseOutcome warm_up_phase(uint64_t operations, Duration duration, uint64_t drawn);
  class Error not_loaded(const PhaseOutcome& outcome) const;
  void end_workers();
  RowSeen seen() const;

  const RowPlan& row_;
  const Registry& registry_;
  const KeyMarks marks_;
  const std::atomic<bool>& interrupted_;
  const CalibratedTimes* const times_;
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Faults> faults_;  // null: the scenario has none
  std::unique_ptr<OriginServer> server_;
  RowWatch watch_;
  std::unique_ptr<Workers> workers_;
  std::optional<std::string> skipped_;  // or failed: why
  bool failed_ = false;
  std::string warning_;  // about the memory of a user's own server
  LeftKeys left_;
  LoadingResult loading_;
  uint64_t loading_evictions_ = 0;
  WarmupResult warmup_;
  std::vector<Doubt> warmup_warnings_;
  Traffic traffic_;        // of all phases so far
  Duration scheduled_{0};  // of an open loop's schedule, in all phases so far
  std::string intrusion_;  // into a server of our own, if its counters tell of one
  RowTotals totals_;
};

}  // namespace hitbench
