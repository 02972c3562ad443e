#include "engine/row_totals.h"

#include <algorithm>

#include "base/time.h"
#include "metrics/summary.h"

namespace hitbench {

uint64_t grown(const std::optional<uint64_t>& before, const std::optional<uint64_t>& after) {
  return after.value_or(0) - std::min(before.value_or(0), after.value_or(0));
}

Maybe<double> buffers_share(const BackendUsage& usage) {
  if (usage.limit_bytes.value_or(0) == 0 || !usage.client_buffer_bytes) return std::nullopt;
  return static_cast<double>(*usage.client_buffer_bytes) / static_cast<double>(*usage.limit_bytes);
}

void RowTotals::add(int round, const PhaseOutcome& outcome, const Machine& machine,
                    const std::optional<OriginUsage>& origin_usage) {
  add_machine(machine, outcome.wall);
  add_server(machine);
  add_backend();
  RoundResult scalars = round_of(outcome.recorder, round, outcome.wall);
  // As in the whole run, a modify is one operation; the recorder counts its read and its write.
  scalars.operations = outcome.operations;
  scalars.throughput_ops_s = static_cast<double>(outcome.operations) / in_seconds(outcome.wall);
  if (origin_usage) {
    scalars.origin_loads = origin_usage->loads;
    add_origin(*origin_usage);
  }
  rounds.push_back(scalars);
  measured += outcome.wall;
  scheduled += outcome.scheduled;
  started += outcome.started;
  all.merge(outcome);
  // An in-process cache holds what it held at the end, not the sum over rounds.
  all.cache_entries = outcome.cache_entries;
  all.cache_bytes = outcome.cache_bytes;
}

void RowTotals::add_machine(const Machine& machine, Duration wall) {
  const double seconds = in_seconds(wall);
  if (const auto steal = steal_between(machine.before, machine.after)) {
    steal_time_ = steal_time_.value_or(0) + *steal * seconds;
  }
  if (const auto psi = psi_between(machine.before, machine.after, wall)) {
    psi_time_ = psi_time_.value_or(0) + *psi * seconds;
  }
}

void RowTotals::add_server(const Machine& machine) {
  const bool known = machine.server_before && machine.server_after && (rounds.empty() || server_threads);
  if (!known) return server_threads.reset();
  if (!server_threads) server_threads.emplace();
  server_threads->add(machine.server_after->since(*machine.server_before));
}

// Rounded sums of shares of 1 may be above it.
Maybe<double> RowTotals::share(const std::optional<double>& seconds) const {
  if (!seconds) return std::nullopt;
  return std::min(1.0, *seconds / in_seconds(measured));
}

void RowTotals::add_backend() {
  const BackendUsage &a = backend_before, &b = backend_after;
  if (a.cpu && b.cpu) {
    backend_cpu += *b.cpu - *a.cpu;
    has_backend_cpu = true;
  }
  backend_evictions += grown(a.evictions, b.evictions);
  backend_unfetched += grown(a.unfetched, b.unfetched);
  backend_commands += grown(a.commands, b.commands);
}

void RowTotals::add_origin(const OriginUsage& usage) {
  origin.loads += usage.loads;
  origin.stores += usage.stores;
  origin.failed += usage.failed;
  origin.expiries += usage.expiries;
  origin.queued += usage.queued;
  origin.queue_wait_total += usage.queue_wait_total;
  origin.peak_concurrent_loads = std::max(origin.peak_concurrent_loads, usage.peak_concurrent_loads);
  origin.peak_concurrent_loads_per_key =
      std::max(origin.peak_concurrent_loads_per_key, usage.peak_concurrent_loads_per_key);
}

}  // namespace hitbench
