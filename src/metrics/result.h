// The result of a scenario, as data: what reports, comparisons and thresholds read, and what `--format json` prints
// (schema hitbench.result/1, docs/result.schema.json). Integers are nanoseconds where a name ends in _ns; what was
// not measured is empty (null in JSON), never 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/doubt.h"

namespace hitbench {

template <class T>
using Maybe = std::optional<T>;

// Name and type of a cache or an origin that a row does not have.
inline constexpr const char* kNoPart = "none";

struct Percentiles {
  uint64_t count = 0;
  Maybe<double> mean_ns;
  Maybe<int64_t> p50_ns, p90_ns, p95_ns, p99_ns, p99_9_ns, max_ns;  // a percentile only where count * (1 - q) >= 10
  // The lowest and the highest value that the percentile may have, at 95 % and if the values were independent.
  Maybe<std::vector<int64_t>> p50_interval_ns, p99_interval_ns, p99_9_interval_ns;
  uint64_t out_of_range = 0;
  std::string histogram;  // HdrHistogram V2, base64; empty when count is 0
};

// Response and service are of answers: what failed has its responses in `failed`, and in no percentile of the others.
struct LatencyResult {
  Percentiles response, service, gen_late, failed;
};

struct ReadsResult {
  uint64_t fresh_hit = 0, stale_hit = 0, null_hit = 0, coalesced = 0, miss = 0, failed = 0;
};

// Writes, or erases, that were acknowledged, and those that were not.
struct WritesResult {
  uint64_t acknowledged = 0, failed = 0;
};

// Nothing of it is measured where a row has no origin.
struct OriginLoad {
  Maybe<uint64_t> loads, stores, failed;
  Maybe<uint64_t> peak_concurrent_loads, peak_concurrent_loads_per_key;
  Maybe<uint64_t> queued;
  Maybe<int64_t> queue_wait_mean_ns;
  Maybe<double> loads_per_expiry;  // overlapping loads of one key are one expiry
};

// Writes that were acknowledged before the origin had them; null where none is kept back.
struct WriteQueueResult {
  Maybe<uint64_t> queued, coalesced, peak, flushed, failed, dropped, rejected;
};

// Why reads missed; their sum is reads.miss.
struct MissesResult {
  Maybe<uint64_t> first, expired, evicted, invalidated, lost, early;
  Maybe<uint64_t> unavailable;  // the cache failed, and the origin answered in its stead
  Maybe<uint64_t> unknown;
};

// How the caches were filled before anything was measured; null where nothing was loaded. A cache in the process is
// loaded by every process.
struct LoadingResult {
  Maybe<uint64_t> keys, failed;  // loads that were tried, and those of them that failed
  Maybe<int64_t> duration_ns;
  Maybe<double> throughput_ops_s;
};

// How the row was warmed up; null where it was not. A row without a cache performs a part of its operations only.
struct WarmupResult {
  Maybe<uint64_t> operations;
  Maybe<int64_t> duration_ns;
  Maybe<bool> steady;  // null: nobody asked for that
};

// What the consistency checker found, whatever the strategy believed.
struct Consistency {
  Maybe<uint64_t> stale_reads, dirty_reads, non_monotonic_reads;
  Maybe<uint64_t> stuck_keys, stuck_keys_after_ttl;
  Maybe<uint64_t> lost_writes, lost_keys, lost_updates;
  Maybe<uint64_t> corrupt_values;
  Maybe<uint64_t> unchecked;  // reads and keys that could not be judged
  Maybe<int64_t> max_staleness_ns, p99_staleness_ns;
};

// Background work of the strategy: tasks that ran, and those for which there was no room.
struct BackgroundResult {
  Maybe<uint64_t> tasks, refused;
};

struct BackendResult {
  Maybe<std::string> version;  // "redis 7.0.15"
  Maybe<uint64_t> evictions, memory_bytes, entries, commands;
  Maybe<uint64_t> unfetched;      // evicted or expired without having been read, by the server's own account
  Maybe<double> never_read;       // share of the cached entries that were stored
  Maybe<uint64_t> failed_stores;  // values that the cache did not take
  Maybe<double> memory_bytes_per_entry;
  Maybe<double> cpu_ns_per_op;
  Maybe<uint64_t> rss_bytes;     // resident memory of the server's process
  Maybe<std::string> allocator;  // "jemalloc-5.2.1"
  // Of all threads of a server on this machine, while the row was measured: on a CPU, and ready but without one.
  Maybe<int64_t> cpu_ran_ns, cpu_wait_ns;
  // On a user's own server: what every key began with, for how long it was there at most, how many were not removed.
  Maybe<std::string> key_prefix;
  Maybe<int64_t> key_ttl_ns;
  Maybe<uint64_t> keys_left;
};

// What the cache's server, or the way to it, said when it refused: the first text of a kind, and how many came. Over
// all phases, loading and warm-up included.
struct ServerMessage {
  std::string text;  // printable ASCII; other bytes as \x1b
  uint64_t count = 0;
  std::string remedy;  // empty where none is known
};

struct ClientResult {
  Maybe<double> cpu_ns_per_op;           // user + system, without deliberate spinning
  Maybe<double> busy;                    // share of the cores that the clients can use
  Maybe<std::string> poll;               // how they wait for replies: "sleep"|"spin"
  Maybe<uint64_t> involuntary_switches;  // times that others took a client's core
  Maybe<uint64_t> shared_calls;          // cache calls behind another one on the same connection
};

// The parts of a hit and a miss that decide whether a cache pays (means over the timed reads).
struct Costs {
  Maybe<double> hit_ns, miss_ns, load_ns;
};

struct SecondResult {
  int64_t second = 0;
  uint64_t operations = 0, reads = 0, hits = 0, failed = 0, origin_loads = 0;
  Maybe<uint64_t> expired, evicted;  // reads that missed for this cause; null where causes are not known
  int64_t max_response_ns = 0;
  // Of responses; each up to 3 % too high, and only where count * (1 - q) >= 10.
  Maybe<int64_t> read_p50_ns, read_p99_ns, write_p50_ns, write_p99_ns;
};

// The response times of timed reads over the run: `reads[i][j]` took at most highest_ns[j] and more than the level
// below, in the seconds from begins_s[i] to the next. At most 60 x 40; empty where nothing was read.
struct LatencyMap {
  std::vector<int64_t> begins_s, highest_ns;
  std::vector<std::vector<uint64_t>> reads;
};

// How a figure got over the first fault. Nobody knows where there is no such state.
enum class RecoveryState { did_not_get_worse, recovered, not_recovered };
std::string word_of(RecoveryState state);
bool from_word(const std::string& word, RecoveryState& state);

// After the first fault, until what is named is back within 10 % of what it was before. 0 where it did not get worse,
// empty where it did not recover or is not known.
struct Recovery {
  Maybe<double> baseline_hit_ratio;
  Maybe<int64_t> outage_ns;  // from the fault until it was healed; empty: not while the row was measured
  Maybe<RecoveryState> hit_ratio_state, p99_state;            // p99: of read responses, second by second
  Maybe<int64_t> hit_ratio_after_heal_ns, p99_after_heal_ns;  // 0 also where it was back before the heal
  Maybe<int64_t> hit_ratio_ns, p99_ns;                        // the same from the fault's beginning
  Maybe<uint64_t> origin_loads_peak_s;                        // the most loads in one second from the fault on
  Maybe<double> baseline_origin_loads_s;
};

// One round's scalars: what intervals between rows are computed from.
struct RoundResult {
  int round = 0;
  uint64_t operations = 0;
  int64_t duration_ns = 0;
  double throughput_ops_s = 0;
  Maybe<double> hit_ratio;
  Maybe<uint64_t> origin_loads;
  // Keys are metric paths: "read.response.p50", "write.response.mean".
  std::map<std::string, double> latency_ns;
};

struct Validity {
  bool valid = true;
  std::vector<Doubt> reasons;   // why not
  std::vector<Doubt> warnings;  // valid, but read this; each names its remedy
  bool only_failures = false;   // failed operations are all that makes it invalid
  bool overloaded = false;
  bool client_bound = false;
  // "read.response.p99": our schedule lag is over half of it, or the server was kept waiting for a CPU.
  std::vector<std::string> machine_percentiles;
  Maybe<double> offered_ops_s;
  Maybe<double> achieved_concurrency;  // throughput times mean latency
  Maybe<double> little_ratio;          // closed loop: share of their time that clients waited for replies or thought
  Maybe<double> steal;                 // share of CPU time, /proc/stat
  Maybe<double> psi_cpu;               // share of time that some task waited for a CPU
  Maybe<double> server_kept_waiting;   // share of the time in which work of the server's waited for a CPU
  Maybe<int64_t> longest_gap_ns;       // the longest stall of our event loop
  Maybe<double> harness_ns_per_op;     // the same client loop over a cache that does nothing
  Maybe<double> key_choice_ns;         // of that, choosing the key
  int sampled_one_in = 1;              // operations timed: one in this many
};

struct RunResult {
  std::string name, strategy, cache, origin;  // as the scenario calls them
  std::string strategy_type, cache_type, origin_type;
  bool exact_evictions = false;           // what the cache evicts follows from the operations alone, not from chance
  bool modeled_origin = false;            // the origin took the times that the scenario says
  Maybe<std::string> sweep;               // "app.clients=10"
  Maybe<std::string> skipped;             // why it did not run, or broke off, and the remedy
  std::string clock, loop, client_model;  // "real"|"virtual", "closed"|"open"|"barrier", "fiber"|"thread"
  std::string arrivals;                   // "closed", "open, poisson 2000/s": the words alongside the percentiles
  uint64_t seed = 1;
  std::string stream_checksum;
  bool complete = true;
  uint64_t operations = 0;
  Maybe<uint64_t> failed_operations;  // reads, writes and deletes
  Maybe<double> failed_share;         // of the operations
  Maybe<uint64_t> failed_as_asked;    // of the failed, what the scenario asks for: by its faults, or by origin.errors
  Maybe<double> pace;                 // open loop: the share of the pace of its schedule at which operations began
  int64_t duration_ns = 0;
  double throughput_ops_s = 0;
  LatencyResult read, write, erase;  // JSON: latency.read, latency.write, latency.delete
  LatencyResult modify;              // from a read to the end of its write, which count among the others as well
  ReadsResult reads;
  MissesResult misses;
  WritesResult writes, deletes;
  Maybe<double> hit_ratio;  // (fresh + stale + null) / (all - failed)
  LoadingResult loading;
  WarmupResult warmup;
  OriginLoad origin_load;
  WriteQueueResult write_queue;
  Consistency consistency;
  BackendResult backend;
  std::vector<ServerMessage> server_messages;
  Maybe<uint64_t> retries;
  BackgroundResult background;
  ClientResult client;
  Percentiles observer;  // how late a do-nothing process woke, every millisecond of the measuring
  Costs costs;
  Percentiles loaded;  // responses of the reads that waited for the origin: missed, or coalesced
  Recovery recovery;
  std::vector<RoundResult> rounds;
  std::vector<SecondResult> series;
  LatencyMap latency_map;
  Validity validity;

  bool has_cache() const { return cache_type != kNoPart; }
  bool has_origin() const { return origin_type != kNoPart; }
  // The world said no: it could not begin, or broke off. A row that is skipped otherwise never could run here.
  bool failed() const { return skipped && !validity.valid; }
  // Whether a condition on this metric may be judged: the row is valid, or it is not for its failures only and they are
  // what the condition is about.
  bool can_judge(const std::string& metric_path) const;
};

// What became of a threshold ('[ROW:]read.response.p99<5ms') on one row that it applies to.
struct ThresholdVerdict {
  std::string text;  // as written
  std::string row;   // "no row" where it applies to none
  bool met = false;
  bool measured = true;  // false: the metric is null there, or the row is skipped or invalid
  std::string actual;    // with its unit
};

// Of LoadStep::unclear.
inline constexpr const char *kMachine = "machine", *kNoValue = "no value", *kInvalidRun = "invalid run";

// One measurement of a search for the highest load.
struct LoadStep {
  double offered_ops_s = 0, achieved_ops_s = 0;
  Maybe<double> value, p50_ns, p99_ns;  // the SLO's metric; response of the reads
  Maybe<double> headroom;               // share of the limit that the metric leaves; below zero it is beyond the limit
  bool kept = false;
  bool measured = true;  // false: nobody knows whether it was kept; the metric is null, the run invalid, the tail ours
  std::string unclear;   // why it was not measured, in a word (kMachine, ...); empty where it was, or in an older file
  bool overloaded = false;  // throughput does not follow the offered rate any more
  std::string why;          // it was not kept
};

// The highest rate of an open loop at which a row meets an SLO.
struct FindMaxResult {
  std::string promise;  // a threshold: "cache-aside/redis:read.response.p99<1ms"
  std::string row, metric;
  double limit = 0;
  Maybe<double> ops_s;                               // none: it met it at no rate, or that could not be determined
  std::string cannot_tell;                           // why, and what to do; else empty
  Maybe<double> first_breach_ops_s, rollover_ops_s;  // the lowest rate that broke it, and that overloaded the row
  std::vector<LoadStep> steps;                       // as they were measured
};

struct Result {
  std::string scenario_json;                                // as run, with every default
  std::string question, answer;                             // the templates, as in the scenario
  std::vector<std::pair<std::string, std::string>> claims;  // {says, holds_if}
  std::vector<std::string> thresholds;
  std::vector<ThresholdVerdict> threshold_verdicts;
  std::string environment_json;  // an object; metrics/environment.h makes it
  bool complete = true;
  std::vector<FindMaxResult> find_max;  // of each row that was searched
  std::vector<RunResult> runs;          // with find_max: the last measurement at the rate that was found
  std::vector<std::string> left_out;    // in words, what a page that had no room for all of it does not have
};

// No result file, or verdict, is larger, in bytes.
inline constexpr size_t kLargestResult = size_t{256} << 20;

// Throws Error{usage} for JSON that is not a result, or one of a newer schema; `where` names the file.
Result result_from_json(const std::string& text, const std::string& where);
std::string result_to_json(const Result& result);  // pretty-printed, ends in a newline

// One number of a run by its path without `latency.` and `_ns`: "read.response.p99", "hit_ratio", "origin_load.loads",
// "backend.cpu_per_op", "throughput". A bare "read.p50" means read.response.p50; p99.9 is p99_9. Any percentile may be
// asked for (p75, p99.99); those that are not fields come from the histogram, and rounds lack them. Times are in ns.
// Empty: not measured. Throws Error{usage} with the nearest name if there is no such metric; so does metric_is_time.
Maybe<double> metric(const RunResult& run, const std::string& path);
bool metric_is_time(const std::string& path);
// Whether it tells of failures or of the recovery from them: "failed_share", "reads.failed", "recovery.p99".
bool metric_is_of_failures(const std::string& path);

// Whether a percentile is the machine's rather than the server's. Noise of the machine, our schedule lag and a server's
// wait for a CPU included, can only lengthen a tail: what is below its limit for all that stays below, and everything
// else says nothing about the server.
bool is_machines(const RunResult& run, const std::string& path);

// Why nothing is told of a run: "SUBJECT failed: ...", "SUBJECT was skipped: ...", "SUBJECT is invalid: ..."; empty for
// a valid one.
std::string fault_of(const RunResult& run, const std::string& subject);

// Reads that were answered, whichever way.
uint64_t answered(const ReadsResult& reads);

// Of which values a percentile is, how many it needs to be told, and how many there were. Empty: the metric is none.
struct PercentileValues {
  const Percentiles* distribution = nullptr;  // of the run
  double quantile = 0;
  uint64_t needed = 0, there = 0;
};
Maybe<PercentileValues> percentile_values(const RunResult& run, const std::string& path);

std::vector<std::string> metric_names();         // in the order of the result
std::string full_metric_name(std::string path);  // "read.p99.9" is "read.response.p99_9"

// The same of one round, where rounds have it. Counts are scaled to the whole run, so that they compare with metric().
Maybe<double> metric_of_round(const RunResult& run, const RoundResult& round, const std::string& path);

}  // namespace hitbench
