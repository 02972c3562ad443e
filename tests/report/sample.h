// Results made by hand, so that no expected text depends on a measurement.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/result.h"
#include "metrics/summary.h"

namespace hitbench::sample {

inline constexpr double kUs = 1e3;
inline constexpr double kMs = 1e6;

// The figures of a row that the tests vary.
struct Figures {
  double mean_ns = 1 * kMs;
  int64_t p50_ns = 1'000'000;
  int64_t p99_ns = 5'000'000;
  double ops_s = 1000;
  uint64_t hits = 0;
  uint64_t misses = 100'000;
};

inline RunResult run(const std::string& name, const Figures& figures) {
  RunResult r;
  r.name = name;
  r.strategy = name.substr(0, name.find('/'));
  r.cache = name.substr(name.find('/') + 1);
  if (const size_t end = r.cache.find_first_of("/?"); end != std::string::npos) r.cache.erase(end);
  r.origin = "simulated";
  r.strategy_type = r.strategy;
  r.cache_type = r.cache;
  r.origin_type = r.origin;
  r.exact_evictions = r.cache == "memory";
  r.clock = "real";
  r.loop = r.arrivals = "closed";
  r.client_model = "fiber";
  r.stream_checksum = "00ff";
  r.operations = figures.hits + figures.misses;
  r.duration_ns = 10'000'000'000;
  r.throughput_ops_s = figures.ops_s;
  r.reads.fresh_hit = figures.hits;
  r.reads.miss = figures.misses;
  r.hit_ratio = static_cast<double>(figures.hits) / static_cast<double>(r.operations);
  Percentiles& p = r.read.response;
  p.count = r.operations;
  p.mean_ns = figures.mean_ns;
  p.p50_ns = figures.p50_ns;
  p.p90_ns = p.p95_ns = figures.p99_ns / 2;
  p.p99_ns = figures.p99_ns;
  p.p99_9_ns = figures.p99_ns * 2;
  p.max_ns = figures.p99_ns * 3;
  r.read.service = r.read.response;
  r.origin_load.loads = figures.misses;
  r.origin_load.stores = r.origin_load.failed = 0;
  set_failures(r);
  return r;
}

// Rounds whose mean and p99 scatter around the whole run's by these factors.
inline void add_rounds(RunResult& r, const std::vector<double>& factors) {
  for (const double factor : factors) {
    RoundResult round;
    round.round = static_cast<int>(r.rounds.size());
    round.operations = r.operations / factors.size();
    round.duration_ns = r.duration_ns / static_cast<int64_t>(factors.size());
    round.throughput_ops_s = r.throughput_ops_s / factor;
    round.hit_ratio = r.hit_ratio;
    round.origin_loads = *r.origin_load.loads / factors.size();
    round.latency_ns["read.response.mean"] = *r.read.response.mean_ns * factor;
    round.latency_ns["read.response.p50"] = static_cast<double>(*r.read.response.p50_ns) * factor;
    round.latency_ns["read.response.p99"] = static_cast<double>(*r.read.response.p99_ns) * factor;
    r.rounds.push_back(round);
  }
}

inline RunResult baseline() {
  RunResult r = run("none/none", {.mean_ns = 2 * kMs, .p50_ns = 1'900'000, .p99_ns = 6'000'000, .ops_s = 4010});
  add_rounds(r, {1.00, 1.02, 0.98, 1.01, 0.99});
  return r;
}

inline RunResult redis() {
  RunResult r = run(
      "cache-aside/redis",
      {.mean_ns = 200 * kUs, .p50_ns = 88'000, .p99_ns = 2'400'000, .ops_s = 61'300, .hits = 91'800, .misses = 8200});
  r.costs = {.hit_ns = 80 * kUs, .miss_ns = 2.2 * kMs, .load_ns = 2 * kMs};
  add_rounds(r, {1.00, 1.02, 0.98, 1.01, 0.99});
  return r;
}

inline RunResult memcached() {
  RunResult r = run(
      "cache-aside/memcached",
      {.mean_ns = 250 * kUs, .p50_ns = 91'000, .p99_ns = 2'410'000, .ops_s = 59'900, .hits = 91'700, .misses = 8300});
  r.costs = {.hit_ns = 90 * kUs, .miss_ns = 2.2 * kMs, .load_ns = 2 * kMs};
  add_rounds(r, {1.01, 1.00, 0.99, 1.02, 0.98});
  return r;
}

inline Result two_caches() {
  Result result;
  result.question = "Redis or Memcached for a read-heavy page cache?";
  result.scenario_json = R"({"rounds": 5,
      "workload": {"keys": {"distribution": "zipf", "theta": 0.99, "count": 100000}, "value_bytes": 100,
                   "mix": {"read": 1, "write": 0}},
      "app": {"processes": 1, "clients": 50}, "measure": {"duration": "10s"}})";
  result.environment_json = R"({"hitbench": {"version": "0.1.0"}, "cpu": {"model": "Test CPU", "usable_cores": 2},
                                "kernel": "Linux 6.1"})";
  result.runs = {baseline(), redis(), memcached()};
  return result;
}

inline std::vector<std::string> names(const Result& result) {
  std::vector<std::string> all;
  for (const RunResult& r : result.runs) all.push_back(r.name);
  return all;
}

// Everything that can go wrong, or stand alongside, in one result.
inline Result troubled() {
  Result result = two_caches();
  RunResult& slow = result.runs[2];
  slow.validity.valid = false;
  slow.validity.reasons = {{"loop-stalled", "our event loop stalled for 80.0 ms; run again on a quieter machine"}};
  slow.validity.warnings = {{"client-bound", "client-bound (91 % of its core): compare server CPU per operation"}};
  slow.reads.failed = 12;
  set_failures(slow);
  RunResult& fast = result.runs[1];
  fast.validity.machine_percentiles = {"read.response.p99"};
  fast.validity.harness_ns_per_op = 310;
  fast.validity.achieved_concurrency = 49.8;
  fast.validity.steal = 0.001;
  fast.validity.psi_cpu = 0.03;
  fast.validity.longest_gap_ns = 1'200'000;
  fast.read.response.p99_9_ns.reset();
  for (RunResult& r : result.runs) {
    r.writes.acknowledged = 5000;
    r.write.response = r.read.response;
    r.write.response.count = 5000;
    r.origin_load.stores = 5000;
    if (r.cache != "none") {
      r.misses = {.first = 200,
                  .expired = r.reads.miss - 500,
                  .evicted = 290,
                  .invalidated = 10,
                  .lost = 0,
                  .early = 0,
                  .unknown = 0};
      r.backend.never_read = 0.125;
    }
    r.consistency = {.stale_reads = 3,
                     .dirty_reads = 0,
                     .non_monotonic_reads = 1,
                     .stuck_keys = 0,
                     .stuck_keys_after_ttl = {},
                     .lost_writes = 1,
                     .lost_keys = 1,
                     .lost_updates = {},
                     .corrupt_values = 2,
                     .unchecked = 0,
                     .max_staleness_ns = 12'000'000,
                     .p99_staleness_ns = {}};
  }
  RunResult missing = run("cache-aside/libmemcached", {});
  missing.rounds.clear();
  missing.skipped = "memcached is not on the PATH; install it with: sudo apt-get install memcached";
  result.runs.push_back(missing);
  result.answer = "mean {cache-aside/redis.read.mean} against {cache-aside/libmemcached.read.mean}";
  result.claims = {{"Redis cuts the mean read by 80 %", "cache-aside/redis.read.mean <= 0.2 * none/none.read.mean"},
                   {"Redis answers within a millisecond", "cache-aside/redis.read.p99 < 1ms"},
                   {"libmemcached is as quick", "cache-aside/libmemcached.read.mean < 1ms"}};
  return result;
}

// Real rows, with a jitter probe alongside them; the first one's tail is the machine's.
inline Result observed() {
  Result result = two_caches();
  for (RunResult& r : result.runs) {
    r.client.poll = "spin";
    r.client.involuntary_switches = 42;
    r.validity.achieved_concurrency = 49.8;
    r.validity.little_ratio = 0.996;
    r.observer.count = 10'000;
    r.observer.p99_ns = 120'000;
    r.observer.p99_9_ns = 900'000;
    r.observer.max_ns = 17'000'000;
    r.read.response.p99_interval_ns = {*r.read.response.p99_ns * 9 / 10, *r.read.response.p99_ns * 11 / 10};
  }
  result.runs.back().rounds.clear();
  return result;
}

// A cache that was killed: one row is back, the other never; a third row did not notice, and an old result knows no
// outage.
inline Result recovered() {
  Result result = two_caches();
  result.runs[1].recovery = {.baseline_hit_ratio = 0.918,
                             .outage_ns = 2'000'000'000,
                             .hit_ratio_state = RecoveryState::recovered,
                             .p99_state = RecoveryState::did_not_get_worse,
                             .hit_ratio_after_heal_ns = 500'000'000,
                             .p99_after_heal_ns = 0,
                             .hit_ratio_ns = 2'500'000'000,
                             .p99_ns = 0,
                             .origin_loads_peak_s = 6130,
                             .baseline_origin_loads_s = 502.6};
  result.runs[2].recovery = {.baseline_hit_ratio = 0.917,
                             .outage_ns = {},
                             .hit_ratio_state = RecoveryState::not_recovered,
                             .p99_state = RecoveryState::recovered,
                             .hit_ratio_after_heal_ns = {},
                             .p99_after_heal_ns = {},
                             .hit_ratio_ns = {},
                             .p99_ns = 3'500'000'000,
                             .origin_loads_peak_s = 5990,
                             .baseline_origin_loads_s = 497};
  return result;
}

// Two origins, two points of a sweep, an open loop in virtual time, a stampede, and a row without an origin.
inline Result swept() {
  Result result;
  result.question = "How many clients does one key bear?";
  const auto add = [&](const std::string& name, const std::string& origin, const std::string& sweep, Figures figures) {
    RunResult r = run(name + "/" + origin + "?" + sweep, figures);
    r.origin = origin;
    r.sweep = sweep;
    r.clock = "virtual";
    r.loop = "open";
    r.arrivals = "open, poisson 2000/s";
    r.origin_load.peak_concurrent_loads = 40;
    r.origin_load.peak_concurrent_loads_per_key = r.cache == "none" ? 1 : 37;
    result.runs.push_back(r);
  };
  for (const std::string sweep : {"app.clients=10", "app.clients=100"}) {
    for (const std::string origin : {"sqlite", "slow"}) {
      add("none/none", origin, sweep, {.mean_ns = 2 * kMs});
      add("cache-aside/memory", origin, sweep, {.mean_ns = 0.1 * kMs, .hits = 99'500, .misses = 500});
    }
  }
  RunResult direct = run("direct/memory?app.clients=10", {.mean_ns = 1000, .hits = 100'000, .misses = 0});
  direct.origin = direct.origin_type = kNoPart;
  direct.origin_load = {};
  direct.sweep = "app.clients=10";
  direct.clock = "virtual";
  result.runs.push_back(direct);
  return result;
}

}  // namespace hitbench::sample
