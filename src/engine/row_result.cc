// What a row has to say when it is over: the other half of RowRun.
#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "cache/cache.h"
#include "cache/server_words.h"
#include "engine/drift.h"
#include "engine/limits.h"
#include "engine/row_run.h"
#include "engine/validity.h"
#include "metrics/recovery.h"
#include "metrics/summary.h"
#include "origin/origin.h"

namespace hitbench {

void RowRun::fill_words(RunResult& result) const {
  const Scenario& scenario = *row_.scenario;
  result.name = row_.name;
  result.strategy = row_.strategy.name;
  result.cache = row_.cache.name;
  result.origin = row_.origin.name;
  result.strategy_type = row_.strategy.type;
  result.cache_type = row_.cache.type;
  result.origin_type = row_.origin.type;
  result.exact_evictions = row_.cache.traits.exact_evictions;
  result.modeled_origin = row_.origin.traits.modeled;
  if (!scenario.sweep.empty()) result.sweep = scenario.sweep;
  result.clock = scenario.virtual_clock ? "virtual" : "real";
  result.loop = scenario.workload.arrivals.type;
  result.client_model = row_.uses_threads() ? "thread" : "fiber";
  result.seed = scenario.seed;
  result.arrivals = result.loop;
  const Params& arrivals = scenario.workload.arrivals.params;
  if (row_.open()) result.arrivals = fmt::format("open, {} {:g}/s", arrivals.text("process"), arrivals.real("rate"));
  if (row_.barrier()) result.arrivals = "barrier, every " + spell_duration(arrivals.duration("every"));
}

void RowRun::fill_origin(RunResult& result) const {
  if (!server_) return;
  const OriginUsage& usage = totals_.origin;
  result.origin_load = {.loads = usage.loads,
                        .stores = usage.stores,
                        .failed = usage.failed,
                        .peak_concurrent_loads = usage.peak_concurrent_loads,
                        .peak_concurrent_loads_per_key = usage.peak_concurrent_loads_per_key,
                        .queued = usage.queued,
                        .queue_wait_mean_ns = {},
                        .loads_per_expiry = {}};
  // A process that is killed leaves the loads that it had under way in the present numbers for ever.
  const bool killed =
      faults_ && !row_.scenario->virtual_clock && faults_->has(Fault::Target::process, Fault::Action::kill);
  if (killed) {
    result.origin_load.peak_concurrent_loads.reset();
    result.origin_load.peak_concurrent_loads_per_key.reset();
  }
  if (usage.expiries > 0 && !killed && row_.has_cache) {  // without a cache nothing expires
    result.origin_load.loads_per_expiry = static_cast<double>(usage.loads) / static_cast<double>(usage.expiries);
  }
  if (usage.queued > 0) {
    result.origin_load.queue_wait_mean_ns = usage.queue_wait_total.count() / static_cast<int64_t>(usage.queued);
  }
  result.write_queue = totals_.all.write_queue;
}

void RowRun::fill_backend(RunResult& result) const {
  if (!backend_) return;
  // The counters of a server that was killed began anew.
  const bool restarted = faults_ && faults_->has(Fault::Target::cache, Fault::Action::kill);
  if (!totals_.backend_after.version.empty()) result.backend.version = totals_.backend_after.version;
  result.backend.memory_bytes = totals_.backend_after.memory_bytes;
  result.backend.rss_bytes = totals_.backend_after.rss_bytes;
  if (!totals_.backend_after.allocator.empty()) result.backend.allocator = totals_.backend_after.allocator;
  result.backend.entries = totals_.backend_after.entries;
  if (totals_.backend_after.evictions && !restarted) result.backend.evictions = totals_.backend_evictions;
  if (totals_.backend_after.unfetched && !restarted) result.backend.unfetched = totals_.backend_unfetched;
  if (totals_.backend_after.commands && !restarted) result.backend.commands = totals_.backend_commands;
  if (totals_.all.has_cache_usage) {
    result.backend.entries = totals_.all.cache_entries;
    result.backend.evictions = totals_.all.cache_evictions;
    result.backend.memory_bytes = totals_.all.cache_bytes;
  }
  if (result.backend.entries.value_or(0) > 0 && result.backend.memory_bytes) {
    result.backend.memory_bytes_per_entry =
        static_cast<double>(*result.backend.memory_bytes) / static_cast<double>(*result.backend.entries);
  }
  if (totals_.has_backend_cpu && !restarted && totals_.all.operations > 0) {
    result.backend.cpu_ns_per_op =
        static_cast<double>(totals_.backend_cpu.count()) / static_cast<double>(totals_.all.operations);
  }
  if (totals_.server_threads) {
    result.backend.cpu_ran_ns = totals_.server_threads->ran().count();
    result.backend.cpu_wait_ns = totals_.server_threads->waited().count();
  }
}

void RowRun::fill_truth(RunResult& result) const {
  Consistency& seen = result.consistency;
  if (!row_.has_origin || !row_.scenario->verify) seen.dirty_reads.reset();
  if (!watch_.truth) {
    seen = {};
    result.misses = {};
    return;
  }
  if (!row_.has_cache) result.misses = {};
  if (totals_.audit) {
    if (row_.has_cache) seen.stuck_keys = totals_.audit->stuck_keys;
    seen.lost_writes = totals_.audit->lost_writes;
    seen.lost_keys = totals_.audit->lost_keys;
    if (row_.scenario->workload.mix.modify > 0) seen.lost_updates = totals_.audit->lost_updates;
    *seen.unchecked += totals_.audit->unchecked;
  }
  if (totals_.audit_after_ttl) seen.stuck_keys_after_ttl = totals_.audit_after_ttl->stuck_keys;
  uint64_t copies = 0, read = 0, failed = 0;
  for (const auto& log : watch_.copies) {
    copies += log->copies();
    read += log->copies_read();
    failed += log->failed_stores();
  }
  if (!watch_.copies.empty()) result.backend.failed_stores = failed;
  if (copies > 0) result.backend.never_read = 1 - static_cast<double>(read) / static_cast<double>(copies);
}

// What it leaves on a user's own server, and for how long.
void RowRun::fill_keys(RunResult& result) const {
  const std::optional<KeyMarks> marks = backend_ ? backend_->marks() : std::nullopt;
  if (!marks) return;
  result.backend.key_prefix = marks->prefix;
  result.backend.key_ttl_ns = marks->ttl.count();
  if (!left_.more) result.backend.keys_left = left_.known;
  if (!warning_.empty()) result.validity.warnings.push_back(warning_);
  if (left_.known == 0 && !left_.more) return;
  const std::string many = left_.known == 0 ? "keys" : counted(left_.known, "key");
  result.validity.warnings.push_back(fmt::format(
      "{}{} of ours could not be removed from your server: they begin with {} and expire within {}; remove them by "
      "hand to be rid of them sooner",
      left_.more && left_.known > 0 ? "at least "
      : left_.more                  ? "perhaps "
                                    : "",
      many, marks->prefix, format_duration(marks->ttl)));
}

RunResult RowRun::finish() {
  RunResult result;
  fill_words(result);
  result.loading = loading_;
  result.warmup = warmup_;
  if (!skipped_ && totals_.rounds.empty()) skip("interrupted before its first round");
  if (skipped_) result.skipped = skipped_;
  for (const Tally::Entry& said : totals_.all.server_words.entries()) {
    result.server_messages.push_back(
        {said.text, said.count, remedy_for(said.text, files_needed(row_, backend_.get()))});
  }
  if (failed_) result.validity = {.valid = false, .reasons = {*skipped_}};
  result.complete = !interrupted_ && !failed_ && !totals_.all.stuck &&
                    (skipped_ || totals_.rounds.size() == static_cast<size_t>(row_.scenario->rounds));
  end_workers();
  fill_keys(result);
  if (totals_.rounds.empty()) return result;
  result.validity.warnings.insert(result.validity.warnings.end(), warmup_warnings_.begin(), warmup_warnings_.end());
  fill(result, totals_.all.recorder);
  fill_truth(result);
  result.retries = totals_.all.retries;
  result.background = totals_.all.background;
  if (backend_ && backend_->waits_on_socket()) result.client.shared_calls = totals_.all.traffic.shared;
  result.stream_checksum = fmt::format("{:016x}", totals_.all.checksum);
  result.operations = totals_.all.operations;
  set_failures(result);  // a modify is one operation
  result.duration_ns = totals_.measured.count();
  const double seconds = std::chrono::duration<double>(totals_.measured).count();
  result.throughput_ops_s = static_cast<double>(totals_.all.operations) / seconds;
  result.rounds = totals_.rounds;
  fill_origin(result);
  fill_backend(result);
  if (faults_) {
    result.recovery = recovery_of(totals_.all.recorder, {faults_->first(), faults_->first_healed()}, totals_.measured);
  }
  judge({.row = row_,
         .outcome = totals_.all,
         .measured = totals_.measured,
         .scheduled = totals_.scheduled,
         .started = totals_.started,
         .timed_one_in = totals_.timed_one_in,
         .waits_on_socket = backend_ && backend_->waits_on_socket(),
         .blocks_thread = result.client_model == "thread",
         .serialised_origin = server_ && server_->serialised_by_application(),
         .stopped = faults_ ? faults_->longest_stop_of_a_process() : Duration{0},
         .steal = totals_.steal(),
         .psi = totals_.psi(),
         .server = totals_.server_threads,
         .buffers = buffers_share(totals_.backend_after),
         .clock_warning = clock_warning(),
         .intrusion = intrusion_},
        result);
  warn_of_drift(row_, result);
  return result;
}

}  // namespace hitbench
