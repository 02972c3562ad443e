// The fields of a result, once: visit(archive, struct) calls archive("name", member) for each. The archives are the
// JSON writer, the JSON reader and the list of metrics; the names are those of docs/result.schema.json.
// An archive also has group("name", function): the fields that the function visits lie one level deeper in JSON.
#pragma once

#include <concepts>
#include <type_traits>

#include "metrics/result.h"

namespace hitbench {

// One function for const structs (writing) and others (reading).
template <class T, class Struct>
concept Like = std::same_as<std::remove_const_t<T>, Struct>;

template <class Archive>
void visit(Archive& archive, Like<Percentiles> auto& p) {
  archive("count", p.count);
  archive("mean_ns", p.mean_ns);
  archive("p50_ns", p.p50_ns);
  archive("p90_ns", p.p90_ns);
  archive("p95_ns", p.p95_ns);
  archive("p99_ns", p.p99_ns);
  archive("p99_9_ns", p.p99_9_ns);
  archive("max_ns", p.max_ns);
  archive("p50_interval_ns", p.p50_interval_ns);
  archive("p99_interval_ns", p.p99_interval_ns);
  archive("p99_9_interval_ns", p.p99_9_interval_ns);
  archive("out_of_range", p.out_of_range);
  archive("histogram", p.histogram);
}

template <class Archive>
void visit(Archive& archive, Like<LatencyResult> auto& latency) {
  archive("response", latency.response);
  archive("service", latency.service);
  archive("gen_late", latency.gen_late);
  archive("failed", latency.failed);
}

template <class Archive>
void visit(Archive& archive, Like<ReadsResult> auto& reads) {
  archive("fresh_hit", reads.fresh_hit);
  archive("stale_hit", reads.stale_hit);
  archive("null_hit", reads.null_hit);
  archive("coalesced", reads.coalesced);
  archive("miss", reads.miss);
  archive("failed", reads.failed);
}

template <class Archive>
void visit(Archive& archive, Like<MissesResult> auto& misses) {
  archive("first", misses.first);
  archive("expired", misses.expired);
  archive("evicted", misses.evicted);
  archive("invalidated", misses.invalidated);
  archive("lost", misses.lost);
  archive("early", misses.early);
  archive("unavailable", misses.unavailable);
  archive("unknown", misses.unknown);
}

template <class Archive>
void visit(Archive& archive, Like<BackgroundResult> auto& background) {
  archive("tasks", background.tasks);
  archive("refused", background.refused);
}

template <class Archive>
void visit(Archive& archive, Like<WritesResult> auto& writes) {
  archive("acknowledged", writes.acknowledged);
  archive("failed", writes.failed);
}

template <class Archive>
void visit(Archive& archive, Like<LoadingResult> auto& loading) {
  archive("keys", loading.keys);
  archive("failed", loading.failed);
  archive("duration_ns", loading.duration_ns);
  archive("throughput_ops_s", loading.throughput_ops_s);
}

template <class Archive>
void visit(Archive& archive, Like<WarmupResult> auto& warmup) {
  archive("operations", warmup.operations);
  archive("duration_ns", warmup.duration_ns);
  archive("steady", warmup.steady);
}

template <class Archive>
void visit(Archive& archive, Like<OriginLoad> auto& load) {
  archive("loads", load.loads);
  archive("stores", load.stores);
  archive("failed", load.failed);
  archive("peak_concurrent_loads", load.peak_concurrent_loads);
  archive("peak_concurrent_loads_per_key", load.peak_concurrent_loads_per_key);
  archive("queued", load.queued);
  archive("queue_wait_mean_ns", load.queue_wait_mean_ns);
  archive("loads_per_expiry", load.loads_per_expiry);
}

template <class Archive>
void visit(Archive& archive, Like<WriteQueueResult> auto& queue) {
  archive("queued", queue.queued);
  archive("coalesced", queue.coalesced);
  archive("peak", queue.peak);
  archive("flushed", queue.flushed);
  archive("failed", queue.failed);
  archive("dropped", queue.dropped);
  archive("rejected", queue.rejected);
}

template <class Archive>
void visit(Archive& archive, Like<Consistency> auto& consistency) {
  archive("stale_reads", consistency.stale_reads);
  archive("max_staleness_ns", consistency.max_staleness_ns);
  archive("p99_staleness_ns", consistency.p99_staleness_ns);
  archive("dirty_reads", consistency.dirty_reads);
  archive("non_monotonic_reads", consistency.non_monotonic_reads);
  archive("stuck_keys", consistency.stuck_keys);
  archive("stuck_keys_after_ttl", consistency.stuck_keys_after_ttl);
  archive("lost_writes", consistency.lost_writes);
  archive("lost_keys", consistency.lost_keys);
  archive("lost_updates", consistency.lost_updates);
  archive("corrupt_values", consistency.corrupt_values);
  archive("unchecked", consistency.unchecked);
}

template <class Archive>
void visit(Archive& archive, Like<BackendResult> auto& backend) {
  archive("version", backend.version);
  archive("evictions", backend.evictions);
  archive("memory_bytes", backend.memory_bytes);
  archive("entries", backend.entries);
  archive("commands", backend.commands);
  archive("unfetched", backend.unfetched);
  archive("never_read", backend.never_read);
  archive("failed_stores", backend.failed_stores);
  archive("memory_bytes_per_entry", backend.memory_bytes_per_entry);
  archive("cpu_ns_per_op", backend.cpu_ns_per_op);
  archive("rss_bytes", backend.rss_bytes);
  archive("allocator", backend.allocator);
  archive("cpu_ran_ns", backend.cpu_ran_ns);
  archive("cpu_wait_ns", backend.cpu_wait_ns);
  archive("key_prefix", backend.key_prefix);
  archive("key_ttl_ns", backend.key_ttl_ns);
  archive("keys_left", backend.keys_left);
}

template <class Archive>
void visit(Archive& archive, Like<ServerMessage> auto& message) {
  archive("text", message.text);
  archive("count", message.count);
  archive("remedy", message.remedy);
}

template <class Archive>
void visit(Archive& archive, Like<ClientResult> auto& client) {
  archive("cpu_ns_per_op", client.cpu_ns_per_op);
  archive("busy", client.busy);
  archive("poll", client.poll);
  archive("involuntary_switches", client.involuntary_switches);
  archive("shared_calls", client.shared_calls);
}

template <class Archive>
void visit(Archive& archive, Like<Costs> auto& costs) {
  archive("hit_ns", costs.hit_ns);
  archive("miss_ns", costs.miss_ns);
  archive("load_ns", costs.load_ns);
}

template <class Archive>
void visit(Archive& archive, Like<Recovery> auto& recovery) {
  archive("baseline_hit_ratio", recovery.baseline_hit_ratio);
  archive("outage_ns", recovery.outage_ns);
  archive("hit_ratio_state", recovery.hit_ratio_state);
  archive("p99_state", recovery.p99_state);
  archive("hit_ratio_after_heal_ns", recovery.hit_ratio_after_heal_ns);
  archive("p99_after_heal_ns", recovery.p99_after_heal_ns);
  archive("hit_ratio_ns", recovery.hit_ratio_ns);
  archive("p99_ns", recovery.p99_ns);
  archive("origin_loads_peak_s", recovery.origin_loads_peak_s);
  archive("baseline_origin_loads_s", recovery.baseline_origin_loads_s);
}

template <class Archive>
void visit(Archive& archive, Like<RoundResult> auto& round) {
  archive("round", round.round);
  archive("operations", round.operations);
  archive("duration_ns", round.duration_ns);
  archive("throughput_ops_s", round.throughput_ops_s);
  archive("hit_ratio", round.hit_ratio);
  archive("origin_loads", round.origin_loads);
  archive("latency_ns", round.latency_ns);
}

template <class Archive>
void visit(Archive& archive, Like<SecondResult> auto& second) {
  archive("second", second.second);
  archive("operations", second.operations);
  archive("reads", second.reads);
  archive("hits", second.hits);
  archive("failed", second.failed);
  archive("origin_loads", second.origin_loads);
  archive("expired", second.expired);
  archive("evicted", second.evicted);
  archive("max_response_ns", second.max_response_ns);
  archive("read_p50_ns", second.read_p50_ns);
  archive("read_p99_ns", second.read_p99_ns);
  archive("write_p50_ns", second.write_p50_ns);
  archive("write_p99_ns", second.write_p99_ns);
}

// In JSON they are two lists alongside each other; an older file has only the sentences.
template <class Archive>
void visit_doubts(Archive& archive, const char* texts_name, const char* ids_name,
                  Like<std::vector<Doubt>> auto& doubts) {
  std::vector<std::string> texts = texts_of(doubts), ids = ids_of(doubts);
  archive(texts_name, texts);
  archive(ids_name, ids);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(doubts)>>) doubts = doubts_from(ids, texts);
}

template <class Archive>
void visit(Archive& archive, Like<LatencyMap> auto& map) {
  archive("begins_s", map.begins_s);
  archive("highest_ns", map.highest_ns);
  archive("reads", map.reads);
}

template <class Archive>
void visit(Archive& archive, Like<Validity> auto& validity) {
  archive("valid", validity.valid);
  visit_doubts(archive, "reasons", "reason_ids", validity.reasons);
  archive("only_failures", validity.only_failures);
  visit_doubts(archive, "warnings", "warning_ids", validity.warnings);
  archive("overloaded", validity.overloaded);
  archive("client_bound", validity.client_bound);
  archive("machine_percentiles", validity.machine_percentiles);
  archive("offered_ops_s", validity.offered_ops_s);
  archive("achieved_concurrency", validity.achieved_concurrency);
  archive("little_ratio", validity.little_ratio);
  archive("steal", validity.steal);
  archive("psi_cpu", validity.psi_cpu);
  archive("server_kept_waiting", validity.server_kept_waiting);
  archive("longest_gap_ns", validity.longest_gap_ns);
  archive("harness_ns_per_op", validity.harness_ns_per_op);
  archive("key_choice_ns", validity.key_choice_ns);
  archive("sampled_one_in", validity.sampled_one_in);
}

template <class Archive>
void visit(Archive& archive, Like<RunResult> auto& run) {
  archive("name", run.name);
  archive("strategy", run.strategy);
  archive("cache", run.cache);
  archive("origin", run.origin);
  archive("strategy_type", run.strategy_type);
  archive("cache_type", run.cache_type);
  archive("origin_type", run.origin_type);
  archive("exact_evictions", run.exact_evictions);
  archive("modeled_origin", run.modeled_origin);
  archive("sweep", run.sweep);
  archive("skipped", run.skipped);
  archive("clock", run.clock);
  archive("loop", run.loop);
  archive("client_model", run.client_model);
  archive("arrivals", run.arrivals);
  archive("seed", run.seed);
  archive("stream_checksum", run.stream_checksum);
  archive("complete", run.complete);
  archive("operations", run.operations);
  archive("failed_operations", run.failed_operations);
  archive("failed_share", run.failed_share);
  archive("failed_as_asked", run.failed_as_asked);
  archive("pace", run.pace);
  archive("duration_ns", run.duration_ns);
  archive("throughput_ops_s", run.throughput_ops_s);
  archive.group("latency", [&](auto& latency) {
    latency("read", run.read);
    latency("write", run.write);
    latency("delete", run.erase);
    latency("modify", run.modify);
  });
  archive("reads", run.reads);
  archive("misses", run.misses);
  archive("writes", run.writes);
  archive("deletes", run.deletes);
  archive("hit_ratio", run.hit_ratio);
  archive("loading", run.loading);
  archive("warmup", run.warmup);
  archive("origin_load", run.origin_load);
  archive("write_queue", run.write_queue);
  archive("consistency", run.consistency);
  archive("backend", run.backend);
  archive("server_messages", run.server_messages);
  archive("retries", run.retries);
  archive("background", run.background);
  archive("client", run.client);
  archive("observer", run.observer);
  archive("costs", run.costs);
  archive("loaded", run.loaded);
  archive("recovery", run.recovery);
  archive("rounds", run.rounds);
  archive("series", run.series);
  archive("latency_map", run.latency_map);
  archive("validity", run.validity);
}

template <class Archive>
void visit(Archive& archive, Like<std::pair<std::string, std::string>> auto& claim) {
  archive("says", claim.first);
  archive("holds_if", claim.second);
}

template <class Archive>
void visit(Archive& archive, Like<ThresholdVerdict> auto& verdict) {
  archive("threshold", verdict.text);
  archive("row", verdict.row);
  archive("met", verdict.met);
  archive("measured", verdict.measured);
  archive("actual", verdict.actual);
}

template <class Archive>
void visit(Archive& archive, Like<LoadStep> auto& step) {
  archive("offered_ops_s", step.offered_ops_s);
  archive("achieved_ops_s", step.achieved_ops_s);
  archive("value", step.value);
  archive("read_response_p50_ns", step.p50_ns);
  archive("read_response_p99_ns", step.p99_ns);
  archive("headroom", step.headroom);
  archive("kept", step.kept);
  archive("measured", step.measured);
  archive("unclear", step.unclear);
  archive("overloaded", step.overloaded);
  archive("why", step.why);
}

template <class Archive>
void visit(Archive& archive, Like<FindMaxResult> auto& found) {
  archive("promise", found.promise);
  archive("row", found.row);
  archive("metric", found.metric);
  archive("limit", found.limit);
  archive("ops_s", found.ops_s);
  archive("cannot_tell", found.cannot_tell);
  archive("first_breach_ops_s", found.first_breach_ops_s);
  archive("rollover_ops_s", found.rollover_ops_s);
  archive("steps", found.steps);
}

// All of a result but its two embedded documents, scenario and environment.
template <class Archive>
void visit(Archive& archive, Like<Result> auto& result) {
  archive("question", result.question);
  archive("answer", result.answer);
  archive("claims", result.claims);
  archive("thresholds", result.thresholds);
  archive("threshold_verdicts", result.threshold_verdicts);
  archive("complete", result.complete);
  archive("find_max", result.find_max);
  archive("runs", result.runs);
  archive("left_out", result.left_out);
}

}  // namespace hitbench
