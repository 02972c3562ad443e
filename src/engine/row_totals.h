// What the rounds of one row add up to.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/phase.h"
#include "cache/cache.h"
#include "metrics/environment.h"
#include "metrics/result.h"
#include "origin/origin.h"
#include "verify/audit.h"

namespace hitbench {

// What a counter grew by between two looks; 0 where it began again, or is not known.
uint64_t grown(const std::optional<uint64_t>& before, const std::optional<uint64_t>& after);
// The clients' buffers, as a share of the server's limit.
Maybe<double> buffers_share(const BackendUsage& usage);

struct RowTotals {
  PhaseOutcome all;
  Duration measured{0};
  Duration scheduled{0}, started{0};
  std::vector<RoundResult> rounds;
  BackendUsage backend_before, backend_after;  // of the last round
  Duration backend_cpu{0};
  uint64_t backend_evictions = 0, backend_commands = 0, backend_unfetched = 0;
  bool has_backend_cpu = false;
  std::optional<ThreadTimes> server_threads;  // while it was measured; empty where one round is not known
  std::optional<AuditResult> audit, audit_after_ttl;
  OriginUsage origin;
  uint64_t barriers_done = 0;
  int timed_one_in = 1;

  // The machine before and after a round.
  struct Machine {
    MachineSample before, after;
    std::optional<ThreadTimes> server_before = {}, server_after = {};  // of the cache's
  };
  // A round that has ended; backend_before and backend_after are its own by then.
  void add(int round, const PhaseOutcome& outcome, const Machine& machine,
           const std::optional<OriginUsage>& origin_usage);

  // Of the time measured, 0 to 1; none where the machine does not tell.
  Maybe<double> steal() const { return share(steal_time_); }
  Maybe<double> psi() const { return share(psi_time_); }

 private:
  Maybe<double> share(const std::optional<double>& seconds) const;
  void add_machine(const Machine& machine, Duration wall);
  void add_backend();
  void add_server(const Machine& machine);
  void add_origin(const OriginUsage& usage);

  std::optional<double> steal_time_, psi_time_;  // s
};

}  // namespace hitbench
