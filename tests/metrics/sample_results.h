// Results by hand for the tests: one with every field set, and the edges of the contract.
#pragma once

#include "metrics/recorder.h"
#include "metrics/result.h"
#include "metrics/summary.h"

namespace hitbench {

inline Recorder sample_recorder() {
  Recorder recorder;
  for (int i = 1; i <= 10'000; ++i) {
    const Duration took = std::chrono::microseconds(i);
    recorder.record({.kind = i % 10 == 0 ? OperationKind::write : OperationKind::read,
                     .end = i % 4 == 0 ? Outcome::miss : Outcome::fresh_hit,
                     .finished = Time(std::chrono::milliseconds(i / 5)),
                     .response = took,
                     .service = took,
                     .gen_late = Duration(i % 100),
                     .load = i % 4 == 0 ? took / 2 : Duration(-1)});
  }
  recorder.record({.kind = OperationKind::erase, .finished = Time(std::chrono::seconds(2)), .response = Duration(70)});
  recorder.record_latencies({.kind = OperationKind::modify, .response = Duration(90), .service = Duration(80)});
  return recorder;
}

inline void fill_truth(RunResult& run) {
  run.consistency = {.stale_reads = 4,
                     .dirty_reads = 0,
                     .non_monotonic_reads = 1,
                     .stuck_keys = 1,
                     .stuck_keys_after_ttl = 0,
                     .lost_writes = 2,
                     .lost_keys = 1,
                     .lost_updates = 3,
                     .corrupt_values = 0,
                     .unchecked = 5,
                     .max_staleness_ns = 60'000'000,
                     .p99_staleness_ns = 50'000'000};
  run.misses = {.first = 100, .expired = 1750, .evicted = 150, .invalidated = 0, .lost = 0, .early = 0, .unknown = 0};
}

inline void fill_validity(RunResult& run) {
  run.validity.warnings = {{"client-bound", "client-bound; compare server CPU per operation"}};
  run.validity.client_bound = true;
  run.validity.machine_percentiles = {"read.response.p99_9"};
  run.validity.offered_ops_s = 5000;
  run.validity.achieved_concurrency = 2.5;
  run.validity.little_ratio = 0.98;
  run.validity.steal = 0.01;
  run.validity.psi_cpu = 0.02;
  run.validity.server_kept_waiting = 0.0005;
  run.validity.longest_gap_ns = 300'000;
  run.validity.harness_ns_per_op = 150;
  run.validity.key_choice_ns = 20;
  run.validity.sampled_one_in = 16;
}

inline RunResult full_run() {
  RunResult run;
  run.name = "cache-aside/redis?app.clients=10";
  run.strategy = "cache-aside";
  run.cache = "redis";
  run.origin = "simulated";
  run.strategy_type = "cache-aside";
  run.cache_type = "redis";
  run.origin_type = "simulated";
  run.modeled_origin = true;
  run.sweep = "app.clients=10";
  run.clock = "real";
  run.loop = "open";
  run.client_model = "fiber";
  run.arrivals = "open, poisson 2000/s";
  run.seed = 7;
  run.stream_checksum = "00ff00ff00ff00ff";
  fill(run, sample_recorder());
  run.duration_ns = 2'000'000'000;
  run.throughput_ops_s = 5000.5;
  run.loading = {.keys = 1000, .failed = 2, .duration_ns = 20'000'000, .throughput_ops_s = 49'900.5};
  run.origin_load = {.loads = 2500,
                     .stores = 1000,
                     .failed = 1,
                     .peak_concurrent_loads = 8,
                     .peak_concurrent_loads_per_key = 2,
                     .queued = 3,
                     .queue_wait_mean_ns = 1500,
                     .loads_per_expiry = 1.25};
  fill_truth(run);
  run.backend = {.version = "redis 7.0.15",
                 .evictions = 0,
                 .memory_bytes = 1 << 20,
                 .entries = 1000,
                 .commands = 10'000,
                 .unfetched = 7,
                 .never_read = 0.25,
                 .memory_bytes_per_entry = 1048.576,
                 .cpu_ns_per_op = 8500.25,
                 .rss_bytes = 12'000'000,
                 .allocator = "jemalloc-5.2.1",
                 .cpu_ran_ns = 90'000'000,
                 .cpu_wait_ns = 1'000'000};
  run.server_messages = {{.text = "OOM command not allowed", .count = 7, .remedy = "raise memory"},
                         {.text = "SERVER_ERROR \\x1b", .count = 1}};
  run.retries = 3;
  run.background = {.tasks = 12, .refused = 1};
  run.client = {.cpu_ns_per_op = 8300.5, .busy = 0.5, .poll = "sleep", .involuntary_switches = 12, .shared_calls = 5};
  run.observer = summarize(sample_recorder().latency(OperationKind::read).gen_late);
  run.loaded = summarize(sample_recorder().loaded());
  run.rounds = {round_of(sample_recorder(), 0, std::chrono::seconds(2))};
  fill_validity(run);
  return run;
}

inline RunResult skipped_run() {
  RunResult run;
  run.name = "cache-aside/memcached";
  run.strategy = "cache-aside";
  run.cache = "memcached";
  run.origin = "simulated";
  run.strategy_type = "cache-aside";
  run.cache_type = "memcached";
  run.origin_type = "simulated";
  run.clock = "virtual";
  run.loop = "closed";
  run.client_model = "thread";
  run.arrivals = "closed";
  run.skipped = "no memcached on the PATH; install it";
  run.validity.valid = false;
  run.validity.reasons = {{"row-failed", "nothing ran"}};
  return run;
}

inline Result full_result() {
  Result result;
  result.scenario_json = R"({"question": "q", "seed": 7})";
  result.question = "Redis or nothing?";
  result.answer = "{cache-aside/redis.read.p50}";
  result.claims = {{"a cache helps", "cache-aside/redis.read.mean <= none/none.read.mean"}};
  result.thresholds = {"read.response.p99<5ms"};
  result.threshold_verdicts = {{.text = "read.response.p99<5ms",
                                .row = "cache-aside/redis?app.clients=10",
                                .met = false,
                                .measured = true,
                                .actual = "9.90 ms"}};
  result.environment_json = "";
  result.complete = false;
  result.find_max = {FindMaxResult{.promise = "none/none:read.p99<1ms",
                                   .row = "none/none",
                                   .metric = "read.p99",
                                   .limit = 1e6,
                                   .ops_s = 1000,
                                   .cannot_tell = "only to have it written",
                                   .first_breach_ops_s = 3000,
                                   .rollover_ops_s = 2000,
                                   .steps = {{.offered_ops_s = 1000,
                                              .achieved_ops_s = 998.5,
                                              .value = 9e5,
                                              .p50_ns = 2e5,
                                              .p99_ns = 9e5,
                                              .headroom = 0.1,
                                              .kept = true},
                                             {.offered_ops_s = 2000,
                                              .achieved_ops_s = 1500,
                                              .measured = false,
                                              .unclear = kInvalidRun,
                                              .overloaded = true,
                                              .why = "not measured, row is invalid"}}}};
  result.runs = {full_run(), skipped_run()};
  return result;
}

}  // namespace hitbench
