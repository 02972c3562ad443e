// What of RowRun comes before the measuring: the cache is loaded, and the row warms up.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "base/units.h"
#include "cache/cache.h"
#include "cache/server_words.h"
#include "engine/limits.h"
#include "engine/row_run.h"
#include "engine/validity.h"
#include "registry.h"
#include "scenario/warmup.h"

namespace hitbench {
namespace {

constexpr const char* kMemory =
    "lower app.connections or app.processes, or raise \"memory\" (on your own server maxmemory)";

// Why a server has no room though it evicts, or the buffers of its connections take more of it than the data set can;
// empty: neither.
std::string full_without_data(const BackendUsage& usage) {
  const bool evicts = !usage.policy.empty() && usage.policy != "noeviction";
  if (buffers_share(usage).value_or(0) >= (evicts ? kManyBuffers : 0.5)) {
    return fmt::format("; the buffers of its connections take {} of the server's maxmemory of {}",
                       format_size(static_cast<double>(*usage.client_buffer_bytes)),
                       format_size(static_cast<double>(*usage.limit_bytes)));
  }
  return evicts ? fmt::format("; the server evicts ({}), and yet has no room", usage.policy) : "";
}

}  // namespace

void RowRun::load() {
  if (row_.preloaded() == 0) return;
  const std::optional<uint64_t> evictions = backend_->usage().evictions;
  const PhaseOutcome outcome = run_phase({.kind = PhaseOrder::Kind::preload});
  if (interrupted_) return;
  const double seconds = in_seconds(outcome.wall);
  loading_ = {.keys = outcome.operations,
              .failed = outcome.unserved,
              .duration_ns = outcome.wall.count(),
              .throughput_ops_s = static_cast<double>(outcome.operations - outcome.unserved) / seconds};
  const bool nothing = outcome.operations == 0 && row_.preloaded() == 1;  // a small share may be that of no key
  totals_.all.server_words.merge(outcome.server_words);
  const BackendUsage after = backend_->usage();
  loading_evictions_ = outcome.cache_evictions + grown(evictions, after.evictions);
  warn_of_overfilling(after.policy);
  if (nothing || outcome.unserved * 2 > outcome.operations || outcome.stuck) throw not_loaded(outcome);
}

// With the cause: what the server said to most of what failed, or else who is left.
Error RowRun::not_loaded(const PhaseOutcome& outcome) const {
  const std::string what = "most of the data set could not be loaded into the cache";
  const Tally::Entry* said = outcome.server_words.most_often();
  if (said != nullptr && said->count * 2 < outcome.unserved) said = nullptr;
  if (said != nullptr && is_timeout(said->text)) {
    return environment_error(what + " within app.timeout", remedy_for(said->text));
  }
  if (said != nullptr) {
    const std::string why = said->text.starts_with("OOM ") ? full_without_data(backend_->usage()) : "";
    return environment_error(fmt::format("{}: {} \"{}\"{}", what, counted(said->count, "time"), said->text, why),
                             why.empty() ? remedy_for(said->text, files_needed(row_, backend_.get())) : kMemory);
  }
  if (!row_.has_origin)
    return environment_error(what, "give the cache more memory, or make workload.value_bytes smaller");
  return environment_error(what + ": the origin did not give it within app.timeout",
                           "raise app.timeout where the origin is slow, or lower its \"errors\"");
}

// Redis remembers when a key was used to the second, and how often to the minute (src/evict.c, LRU_CLOCK_RESOLUTION):
// keys that are loaded at once are alike for it.
void RowRun::warn_of_overfilling(const std::string& policy) {
  if (loading_evictions_ == 0 || !row_.has_origin || row_.scenario->warmup.steady) return;
  const bool coarse = policy.ends_with("lru") || policy.ends_with("lfu");
  warmup_warnings_.push_back(
      {"overfilled",
       fmt::format("the keys are more than the cache holds: it evicted {} of them while they were loaded{}, so it "
                   "begins with a random part of them, not with those that are read most; warm up by traffic: "
                   "\"warmup\": {{\"until\": \"steady\"}}",
                   format_count(static_cast<double>(loading_evictions_)),
                   coarse ? " (Redis's LRU clock ticks once a second and cannot tell their ages apart)" : "")});
}

// Nobody reads a warm-up's times, and they would be part of the cost that decides about the measured phase.
PhaseOutcome RowRun::warm_up_phase(uint64_t operations, Duration duration, uint64_t drawn) {
  PhaseOutcome outcome = run_phase({.kind = PhaseOrder::Kind::warm_up,
                                    .operations = operations,
                                    .duration = duration,
                                    .drawn = drawn,
                                    .timed_one_in = kSampledOneIn});
  totals_.all.server_words.merge(outcome.server_words);
  warmup_.operations = warmup_.operations.value_or(0) + outcome.operations;
  warmup_.duration_ns = warmup_.duration_ns.value_or(0) + outcome.wall.count();
  outcome.operations -= std::min(outcome.operations, drawn);
  if (!row_.scenario->virtual_clock && outcome.operations > 0) totals_.timed_one_in = sampling_after(outcome);
  return outcome;
}

void RowRun::warm_up() {
  load();
  const WarmupSpec& warmup = row_.scenario->warmup;
  if (row_.barrier() || row_.warms_up_together()) return;
  if (warmup.operations > 0 || warmup.duration > Duration{0}) warm_up_phase(warmup.operations, warmup.duration, 0);
}

WarmingRow RowRun::warming() const {
  const Scenario& scenario = *row_.scenario;
  const Mix& mix = scenario.workload.mix;
  WarmingRow row;
  row.clients = scenario.app.all_clients();
  row.reads = mix.read + mix.modify;
  row.rule.has_cache = row_.has_cache;
  if (!row_.has_cache) return row;
  row.rule.keys = scenario.workload.key_count;
  row.rule.window_reads = steady_window(row.rule.keys);
  if (row_.has_origin) row.rule.ttl = row_.usual_ttl();
  row.rule.may_evict = may_evict(scenario, row_.cache);
  row.rule.loaded_evicting = loading_evictions_ > 0;
  return row;
}

WarmStretch RowRun::warm_up(const StretchOrder& stretch) {
  const BackendUsage before = backend_ ? backend_->usage() : BackendUsage{};
  const PhaseOutcome outcome = warm_up_phase(stretch.performed, stretch.at_most, stretch.drawn);
  const BackendUsage after = backend_ ? backend_->usage() : BackendUsage{};
  const Recorder& seen = outcome.recorder;
  WarmStretch counted{.operations = outcome.operations + stretch.drawn, .took = outcome.wall};
  counted.hits = seen.reads(Outcome::fresh_hit) + seen.reads(Outcome::stale_hit) + seen.reads(Outcome::null_hit);
  counted.misses = seen.reads(Outcome::miss);
  counted.reads = counted.hits + counted.misses + seen.reads(Outcome::coalesced);
  counted.first_misses = seen.misses(MissCause::first) + seen.misses(MissCause::unknown);
  counted.evictions = outcome.cache_evictions + grown(before.evictions, after.evictions);
  counted.entries = outcome.has_cache_usage ? outcome.cache_entries : after.entries.value_or(0);
  return counted;
}

void RowRun::warmed_up(const WarmedUp& warmed, bool until_steady) {
  if (!until_steady || !row_.has_cache) return;
  warmup_.steady = warmed.steadiness.steady();
  if (*warmup_.steady) return;
  const Duration wanted = warmed.steadiness.wanted();
  const std::string remedy =
      wanted > warmed.took ? fmt::format("give it the time (\"warmup\": {{\"until\": \"steady\", \"limit\": \"{}\"}})",
                                         spell_duration(2 * wanted))
                           : "give it longer (\"warmup\": {\"until\": \"steady\", \"limit\": \"5min\"})";
  warmup_warnings_.push_back(
      {"not-steady",
       fmt::format("its hit ratio was not steady after a warm-up of {} operations: {}; {}",
                   format_count(static_cast<double>(warmed.operations)), warmed.steadiness.why(), remedy)});
}

}  // namespace hitbench
