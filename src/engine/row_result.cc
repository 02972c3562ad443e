#include "engine/row_result.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "base/units.h"
#include "cache/server_words.h"
#include "engine/drift.h"
#include "engine/validity.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

void fill_names(const RowSeen& seen, RunResult& result) {
  const RowPlan& row = seen.row;
  const Scenario& scenario = *row.scenario;
  result.name = row.name;
  result.strategy = row.strategy.name;
  result.cache = row.cache.name;
  result.origin = row.origin.name;
  result.strategy_type = row.strategy.type;
  result.cache_type = row.cache.type;
  result.origin_type = row.origin.type;
  result.exact_evictions = row.cache.traits.exact_evictions || (scenario.virtual_clock && row.cache.traits.exact_twin);
  result.modeled_origin = row.origin.traits.modeled;
  if (!scenario.sweep.empty()) result.sweep = scenario.sweep;
  result.clock = scenario.virtual_clock ? "virtual" : "real";
  result.loop = row.open() ? "open" : row.barrier() ? "barrier" : "closed";
  result.client_model = row.uses_threads() ? "thread" : "fiber";
  result.seed = scenario.seed;
  result.arrivals = result.loop;
  const Params& arrivals = scenario.workload.arrivals.params;
  if (row.open()) result.arrivals = fmt::format("open, {} {:g}/s", arrivals.text("process"), arrivals.real("rate"));
  if (row.barrier()) result.arrivals = "barrier, every " + spell_duration(arrivals.duration("every"));
}

void fill_origin(const RowSeen& seen, RunResult& result) {
  if (!seen.origin) return;
  const OriginUsage& usage = seen.totals.origin;
  result.origin_load = {.loads = usage.loads,
                        .stores = usage.stores,
                        .failed = usage.failed,
                        .peak_concurrent_loads = usage.peak_concurrent_loads,
                        .peak_concurrent_loads_per_key = usage.peak_concurrent_loads_per_key,
                        .queued = usage.queued,
                        .queue_wait_mean_ns = {},
                        .loads_per_expiry = {}};
  // A process that is killed leaves the loads that it had under way in the present numbers for ever.
  const bool killed = seen.faults && seen.faults->killed_process && !seen.row.scenario->virtual_clock;
  if (killed) {
    result.origin_load.peak_concurrent_loads.reset();
    result.origin_load.peak_concurrent_loads_per_key.reset();
  }
  if (usage.expiries > 0 && !killed && seen.row.has_cache) {  // without a cache nothing expires
    result.origin_load.loads_per_expiry = static_cast<double>(usage.loads) / static_cast<double>(usage.expiries);
  }
  if (usage.queued > 0) {
    result.origin_load.queue_wait_mean_ns = usage.queue_wait_total.count() / static_cast<int64_t>(usage.queued);
  }
  result.write_queue = seen.totals.all.write_queue;
}

void fill_backend(const RowSeen& seen, RunResult& result) {
  if (!seen.cache) return;
  const RowTotals& totals = seen.totals;
  const BackendUsage& after = totals.backend_after;
  BackendResult& backend = result.backend;
  // The counters of a server that was killed started over.
  const bool restarted = seen.faults && seen.faults->killed_cache;
  if (!after.version.empty()) backend.version = after.version;
  backend.memory_bytes = after.memory_bytes;
  backend.rss_bytes = after.rss_bytes;
  if (!after.allocator.empty()) backend.allocator = after.allocator;
  backend.entries = after.entries;
  if (after.evictions && !restarted) backend.evictions = totals.backend_evictions;
  if (after.unfetched && !restarted) backend.unfetched = totals.backend_unfetched;
  if (after.commands && !restarted) backend.commands = totals.backend_commands;
  if (totals.all.has_cache_usage) {
    backend.entries = totals.all.cache_entries;
    backend.evictions = totals.all.cache_evictions;
    backend.memory_bytes = totals.all.cache_bytes;
  }
  if (backend.entries.value_or(0) > 0 && backend.memory_bytes) {
    backend.memory_bytes_per_entry = static_cast<double>(*backend.memory_bytes) / static_cast<double>(*backend.entries);
  }
  if (totals.has_backend_cpu && !restarted && totals.all.operations > 0) {
    backend.cpu_ns_per_op =
        static_cast<double>(totals.backend_cpu.count()) / static_cast<double>(totals.all.operations);
  }
  if (totals.server_threads) {
    backend.cpu_ran_ns = totals.server_threads->ran().count();
    backend.cpu_wait_ns = totals.server_threads->waited().count();
  }
}

// Where nobody knows why reads missed.
void forget_causes(RunResult& result) {
  result.misses = {};
  for (SecondResult& second : result.series) second.expired.reset(), second.evicted.reset();
}

void fill_consistency(const RowSeen& seen, RunResult& result) {
  const RowPlan& row = seen.row;
  const RowTotals& totals = seen.totals;
  Consistency& found = result.consistency;
  if (!row.has_origin) found.dirty_reads.reset();
  if (!row.scenario->verify) {
    found = {};
    forget_causes(result);
    return;
  }
  if (!row.has_cache) forget_causes(result);
  if (totals.audit) {
    if (row.has_cache) found.stuck_keys = totals.audit->stuck_keys;
    found.lost_writes = totals.audit->lost_writes;
    found.lost_keys = totals.audit->lost_keys;
    if (row.scenario->workload.mix.modify > 0) found.lost_updates = totals.audit->lost_updates;
    *found.unchecked += totals.audit->unchecked;
  }
  if (totals.audit_after_ttl) found.stuck_keys_after_ttl = totals.audit_after_ttl->stuck_keys;
  if (!seen.entries) return;
  const SeenEntries& entries = *seen.entries;
  result.backend.failed_stores = entries.failed_stores;
  if (entries.stored == 0) return;
  result.backend.never_read = 1 - static_cast<double>(entries.read) / static_cast<double>(entries.stored);
}

// What it leaves on a user's own server, and for how long.
void fill_keys(const RowSeen& seen, RunResult& result) {
  if (!seen.cache || !seen.cache->marks) return;
  const KeyMarks& marks = *seen.cache->marks;
  const LeftKeys& left = seen.cache->left;
  result.backend.key_prefix = marks.prefix;
  result.backend.key_ttl_ns = marks.ttl.count();
  if (!left.more) result.backend.keys_left = left.known;
  if (!seen.cache->warning.empty()) result.validity.warnings.push_back({"server-may-evict", seen.cache->warning});
  if (left.known == 0 && !left.more) return;
  const std::string many = left.known == 0 ? "keys" : counted(left.known, "key");
  const char* const about = !left.more ? "" : left.known > 0 ? "at least " : "perhaps ";
  result.validity.warnings.push_back(
      {"keys-left", fmt::format("{}{} of this run could not be removed from your server: they begin with {} and expire "
                                "within {}; remove them by hand to get rid of them sooner",
                                about, many, marks.prefix, format_duration(marks.ttl))});
}

// Of a row that was measured, for some rounds at least.
void fill_measured(const RowSeen& seen, RunResult& result) {
  const PhaseOutcome& all = seen.totals.all;
  fill(result, all.recorder);
  fill_consistency(seen, result);
  result.retries = all.retries;
  result.background = all.background;
  if (seen.cache && seen.cache->waits_on_socket) result.client.shared_calls = all.traffic.shared;
  result.stream_checksum = fmt::format("{:016x}", all.checksum);
  result.operations = all.operations;
  set_failures(result);  // a modify is one operation
  result.duration_ns = seen.totals.measured.count();
  const double seconds = in_seconds(seen.totals.measured);
  result.throughput_ops_s = static_cast<double>(all.operations) / seconds;
  result.rounds = seen.totals.rounds;
  fill_origin(seen, result);
  fill_backend(seen, result);
  if (seen.faults) result.recovery = recovery_of(all.recorder, seen.faults->first, seen.totals.measured);
}

Evidence evidence_of(const RowSeen& seen) {
  const RowTotals& totals = seen.totals;
  return {.row = seen.row,
          .outcome = totals.all,
          .measured = totals.measured,
          .scheduled = totals.scheduled,
          .started = totals.started,
          .timed_one_in = totals.timed_one_in,
          .waits_on_socket = seen.cache && seen.cache->waits_on_socket,
          .blocks_thread = seen.row.uses_threads(),
          .serialized_origin = seen.origin && seen.origin->serialized,
          .stopped = seen.faults ? seen.faults->longest_process_stop : Duration{0},
          .steal = totals.steal(),
          .psi = totals.psi(),
          .server = totals.server_threads,
          .buffers = buffers_share(totals.backend_after),
          .coarse_uses = totals.backend_after.coarse_uses,
          .clock_warning = seen.clock_warning,
          .intrusion = seen.intrusion};
}

}  // namespace

RunResult row_result(const RowSeen& seen) {
  const RowTotals& totals = seen.totals;
  RunResult result;
  fill_names(seen, result);
  result.loading = seen.loading;
  result.warmup = seen.warmup;
  if (seen.skipped) result.skipped = seen.skipped;
  for (const Tally::Entry& said : totals.all.server_words.entries()) {
    result.server_messages.push_back({said.text, said.count, remedy_for(said.text, seen.files_needed)});
  }
  if (seen.failed) result.validity = {.valid = false, .reasons = {{"row-failed", *seen.skipped}}};
  result.complete = !seen.interrupted && !seen.failed && !totals.all.stuck &&
                    (seen.skipped || totals.rounds.size() == static_cast<size_t>(seen.row.scenario->rounds));
  fill_keys(seen, result);
  if (totals.rounds.empty()) return result;
  if (seen.cache && !seen.cache->stands_for.empty()) {
    result.validity.warnings.push_back({"twin", seen.cache->stands_for});
  }
  result.validity.warnings.insert(result.validity.warnings.end(), seen.warmup_warnings.begin(),
                                  seen.warmup_warnings.end());
  fill_measured(seen, result);
  judge(evidence_of(seen), result);
  warn_of_drift(seen.row, result);
  return result;
}

}  // namespace hitbench
