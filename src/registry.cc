// The only file that names concrete parts. A new part is one row here, in the table of its kind.
#include "registry.h"

#include <fmt/core.h>
#include <sqlite3.h>
#include <zlib.h>

#include <boost/version.hpp>

#include "cache/cache.h"
#include "cache/memory/lru.h"
#include "cache/memory/policies.h"
#include "cache/parts.h"
#include "cache/twin/models.h"
#include "origin/origin.h"
#include "origin/parts.h"
#include "report/report.h"
#include "strategy/parts.h"
#include "workload/parts.h"
#include "workload/trace/csv_presets.h"
#include "workload/trace/parts.h"
#include "workload/trace/presets.h"
#ifdef HITBENCH_HAVE_HIREDIS
#include <hiredis/hiredis.h>
#endif
#ifdef HITBENCH_HAVE_LIBMEMCACHED
#include <libmemcached/memcached.h>
#endif

namespace hitbench {
namespace {

constexpr Traits kRedis{.write_queue = true,
                        .redis_options = true,
                        .takes_password = true,
                        .program = "redis-server",
                        .has_twin = true,
                        .virtual_time = true};
constexpr Traits kMemcached{.exact_twin = true, .program = "memcached", .has_twin = true, .virtual_time = true};
constexpr Traits kLibmemcached{.blocks_thread = true, .program = "memcached"};

std::vector<EvictionRow> evictions() {
  return {
      {{"lru", "the least recently used goes first"}, make_lru, make_memory<Lru>},
      {{"fifo", "the oldest goes first, whatever was used"}, make_fifo},
      {{"clock", "FIFO that spares what was used since its last turn"}, make_clock},
      {{"sieve", "FIFO with a hand: what was used is spared and stays in its place"}, make_sieve},
      {{"s3-fifo", "a small FIFO, a main FIFO, and the keys that left the small one"}, make_s3_fifo},
      {{"2q", "a FIFO for what comes, an LRU queue for what comes again"}, make_two_q},
      {{"arc", "two LRU queues, once and more often, whose sizes adapt"}, make_arc},
      {{"lirs", "the longest time between two uses goes first"}, make_lirs},
      {{"w-tinylfu", "a window whose size adapts; behind it only what is used more often than what it replaces"},
       make_w_tinylfu},
      {{"slru", "four LRU queues: each use takes an entry up by one"}, make_slru},
      {{"lfu", "the least often used goes first, then the one used longest ago"}, make_lfu},
      {{"gdsf", "the least often used per byte goes first, with aging: small entries stay"}, make_gdsf},
      {{"random", "any entry goes, by chance"}, make_random},
  };
}

std::vector<std::string_view> eviction_names() {
  std::vector<std::string_view> names;
  for (const EvictionRow& row : evictions()) names.push_back(row.name);
  return names;
}

std::unique_ptr<Backend> make_memory_of_policy(const Params& params, const BackendContext& context) {
  const EvictionRow& row = row_named(registry().evictions, params.text("policy"));
  return row.make != nullptr ? row.make(params, context) : make_numbered_memory(params, context, row.policy);
}

std::vector<CacheRow> caches() {
  std::vector<CacheRow> rows = {
      {{"none",
        "holds nothing: every lookup misses",
        {},
        {.holds_nothing = true, .in_process = true, .virtual_time = true}},
       make_no_cache_backend},
      {{"memory",
        "in the application process, with TTL: strict LRU unless \"policy\" says otherwise",
        memory_fields(eviction_names()),
        {.in_process = true, .exact_evictions = true, .virtual_time = true}},
       make_memory_of_policy},
      {{"memcached", "Memcached over its meta protocol: a private server, or yours; in virtual time a twin",
        memcached_fields(), kMemcached},
       make_memcached},
  };
#ifdef HITBENCH_HAVE_HIREDIS
  rows.push_back(
      {{"redis", "Redis: a private server, or yours at an address; in virtual time a twin", redis_fields(), kRedis},
       make_redis});
#else
  rows.push_back({{"redis", "Redis", {}, kRedis, "not built: needs libhiredis-dev"}, nullptr});
#endif
  constexpr std::string_view kSummary = "Memcached through the library that applications use; needs threads";
#ifdef HITBENCH_HAVE_LIBMEMCACHED
  rows.push_back({{"libmemcached", kSummary, libmemcached_fields(), kLibmemcached}, make_libmemcached});
#else
  rows.push_back({{"libmemcached", kSummary, {}, kLibmemcached, "not built: needs libmemcached-dev"}, nullptr});
#endif
  return rows;
}

std::vector<TwinRow> twins() {
  return {
      {"redis", redis_model_policies(), make_redis_model_of},
      {"memcached", memcached_model_policies(), make_memcached_model_of},
  };
}

std::vector<OriginRow> origins() {
  return {
      {{"simulated",
        "a database with a FIFO queue and a chosen service time",
        simulated_fields(),
        {.virtual_time = true, .modeled = true}},
       make_simulated},
      {{"sqlite", "SQLite: a real file in a temporary directory, inline in the application", sqlite_fields()},
       make_sqlite},
  };
}

std::vector<StrategyRow> strategies() {
  return {
      {{"none", "always the origin: the baseline of measuring before caching", {}, {.without_cache = true}},
       make_no_cache},
      {{"direct",
        "the cache alone, no origin: what a load generator measures",
        direct_fields(),
        {.without_origin = true}},
       make_direct},
      {{"cache-aside", "look up; on a miss load and fill; on a write delete the cached entry", cached_fields({})},
       make_cached},
      {{"write-through", "cache-aside; on a write set the new value after the origin has it",
        cached_fields({.on_write = "\"update\""})},
       make_cached},
      {{"write-around", "cache-aside; a write goes to the origin only", cached_fields({.on_write = "\"around\""})},
       make_cached},
      {{"write-behind", "cache-aside; a write is acknowledged at once and reaches the origin later",
        cached_fields({.on_write = "\"behind\""})},
       make_cached},
      {{"read-through", "the same inside the cache layer: one load of a key at a time in each process",
        cached_fields({.guard = "\"single-flight\""})},
       make_cached},
      {{"refresh-ahead", "cache-aside whose hits near a cached entry's end reload it in the background",
        cached_fields({.refresh = R"({"ahead": 0.2})"})},
       make_cached},
      {{"stale-while-revalidate", "cache-aside that serves a cached entry past its TTL while it is reloaded",
        cached_fields({.refresh = R"({"stale_while": "30s"})"})},
       make_cached},
      {{"precompute", "a background job fills the cache every so often; what it lacks is loaded as in cache-aside",
        precompute_fields()},
       make_precompute},
  };
}

std::vector<GuardRow> guards() {
  return {
      {{"none", "nothing: every client that misses loads"}, make_unguarded},
      {{"single-flight", "one load of a key at a time in each process"}, make_single_flight},
      {{"lock", "one load of a key at a time over all processes: a lock in the cache", lock_guard_fields()}, make_lock},
      {{"xfetch",
        "some reader reloads before the cached entry expires, by chance",
        xfetch_fields(),
        {.uses_load_times = true}},
       make_xfetch},
  };
}

std::vector<WritePathRow> write_paths() {
  return {
      {{"around", "the origin only: cached entries stay as they are"}, make_around},
      {{"invalidate", "origin, then delete the cached entry"}, make_invalidate},
      {{"delete-first", "delete the cached entry, then origin"}, make_delete_first},
      {{"double-delete", "delete the cached entry, origin, and after a delay delete again", double_delete_fields()},
       make_double_delete},
      {{"update", "origin, then set the new value"}, make_update},
      {{"update-first", "set the new value, then origin"}, make_update_first},
      {{"lock", "the key's lock, origin, delete the cached entry, unlock; fills take the same lock"},
       make_locked_write},
      {{"behind",
        "queue the write, set the new value, acknowledge; the origin gets it later",
        behind_fields(),
        {.acknowledges_early = true}},
       make_behind},
  };
}

std::vector<RefreshRow> refreshes() {
  return {
      {{"none", "a cached entry lives until its TTL ends"}, make_no_refresh},
      {{"ahead",
        "a hit near the cached entry's end starts a load in the background",
        ahead_fields(),
        {.reloads = true}},
       make_ahead},
      {{"stale_while",
        "a cached entry past its TTL is served while one load is under way",
        stale_while_fields(),
        {.reloads = true}},
       make_stale_while},
  };
}

std::vector<TraceRow> binary_traces() {
  return {
      {{"oracle-general", "libCacheSim's oracleGeneral: binary, 24 bytes"},
       make_oracle_general_reader,
       "",
       false,
       true},
      {{"oracle-general-op-ns", "libCacheSim's oracleGeneralOpNS: 27 bytes"},
       make_oracle_general_op_ns_reader,
       "",
       false,
       true,
       false,
       true},
      {{"twr", "libCacheSim's twr, of Twitter's caches: binary, 20 bytes"},
       make_twr_reader,
       "",
       false,
       true,
       false,
       true},
      {{"cache2k", "keys as big-endian integers of 32 bits"}, make_cache2k_reader, "", false, true, false},
      {{"corda", "keys as big-endian integers of 64 bits"}, make_corda_reader, "", false, true, false},
  };
}

// The order in which `auto` tries those that their first bytes can tell: keys last, for any text is keys.
std::vector<TraceRow> traces() {
  std::vector<TraceRow> all{
      {{"hbt", "hitbench's compact form"}, make_compact_reader, "", false, true, false},
  };
  for (const TracePreset& it : kWebLogPresets) all.push_back({{it.name, it.summary}, make_web_log_reader, it.layout});
  for (const TracePreset& it : kJsonPresets) all.push_back({{it.name, it.summary}, make_json_reader, it.layout});
  const std::vector<TraceRow> binary = binary_traces();
  const std::vector<TraceRow> others{
      {{"postgres-csv", "PostgreSQL's log with log_destination = csvlog"}, make_postgres_csv_reader},
      {{"postgres-json", "PostgreSQL's log with log_destination = jsonlog"}, make_postgres_json_reader},
      {{"postgres-text", "PostgreSQL's log with log_destination = stderr"}, make_postgres_text_reader},
      {{"redis-monitor", "what Redis' MONITOR prints"}, make_redis_monitor_reader, "", false, false, true, true},
      {{"memcached-watch", "what memcached's watch fetchers mutations prints"},
       make_memcached_watch_reader,
       "",
       false,
       false,
       true,
       true},
      {{"klog", "the command log of Pelikan and Twemcache"}, make_klog_reader, "", false, false, true, true},
      {{"twitter", "Twitter's caches of 2020: 7 columns"}, make_csv_reader, kTwitterCsv, false, false, true, true},
      {{"meta-202206", "Meta's kvcache of 2022"}, make_csv_reader, kMeta202206Csv, false, false, true, true},
      {{"meta-202401", "Meta's kvcache of 2024"}, make_csv_reader, kMeta202401Csv, false, false, true, true},
      {{"arc", "the ARC authors' .lis: start count ignored number"}, make_arc_reader},
      {{"lirs", "the LIRS authors' traces: a number a line"}, make_lirs_reader},
      {{"web-log", "a log format string with $ or %, as nginx, Apache and goaccess have it"},
       make_web_log_reader,
       "",
       true,
       false,
       false},
      {{"json", "a JSON object a line; names that you give: json:time=ts,key=request.uri"},
       make_json_reader,
       "",
       true,
       false,
       false},
      {{"csv", "columns that you name: csv:time=timestamp,key=id,op=op"}, make_csv_reader, "", true, false, false},
      {{"keys", "text, one key a line"}, make_keys_reader},
  };
  all.insert(all.end(), binary.begin(), binary.end());
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

std::vector<KeysRow> keys() {
  return {
      {{"uniform", "every key equally often", uniform_keys_fields()}, make_uniform_keys},
      {{"zipf", "key k as often as 1 / (k + 1)^theta, exactly", zipf_keys_fields()}, make_zipf_keys},
      {{"hotspot", "hot_keys keys take hot_share of the operations", hotspot_keys_fields()}, make_hotspot_keys},
      {{"normal", "a bell curve over the key space", normal_keys_fields()}, make_normal_keys},
      {{"sequential", "one key after the other, again and again", sequential_keys_fields()}, make_sequential_keys},
      {{"latest", "zipf over the newest keys first: follows inserts", latest_keys_fields()}, make_latest_keys},
      {{"trace", "keys from a text file, one a line", trace_keys_fields(traces()), {.own_keys = true}},
       make_trace_keys},
      {{"recorded",
        "a trace with its operations, sizes and times: what workload.trace makes",
        recorded_fields(traces()),
        {.own_keys = true, .recorded = true}},
       make_recorded_keys},
  };
}

std::vector<ValuesRow> values() {
  return {
      {{"fixed", "all of one size", fixed_values_fields()}, make_fixed_values},
      {{"uniform", "min to max bytes", uniform_values_fields()}, make_uniform_values},
      {{"lognormal", "median and sigma", lognormal_values_fields()}, make_lognormal_values},
      {{"etc", "Facebook's ETC pool (Atikoglu et al. 2012)", etc_values_fields()}, make_etc_values},
      {{"list", "a few sizes, each with a weight", list_values_fields()}, make_list_values},
  };
}

std::vector<LatencyRow> latencies() {
  return {
      {{"fixed", "always the same", fixed_latency_fields()}, make_fixed_latency},
      {{"exponential", "exponential with a mean", exponential_latency_fields()}, make_exponential_latency},
      {{"lognormal", "median and sigma", lognormal_latency_fields()}, make_lognormal_latency},
      {{"empirical", "drawn from a file of measured times", empirical_latency_fields()}, make_empirical_latency},
  };
}

std::vector<ArrivalsRow> arrivals() {
  return {
      {{"closed", "each client waits for its reply, thinks, goes on", closed_arrivals_fields()}, make_closed_arrivals},
      {{"open",
        "operations arrive at a rate, whether or not earlier ones are done",
        open_arrivals_fields(),
        {.open_loop = true}},
       make_open_arrivals},
      {{"barrier", "all clients at once on one fresh key", barrier_arrivals_fields(), {.barrier = true}},
       make_barrier_arrivals},
      {{"recorded",
        "when a trace's requests were due: what workload.trace makes",
        {},
        {.recorded = true, .open_loop = true}},
       make_recorded_arrivals},
  };
}

std::vector<ReportRow> reports() {
  return {
      {{"table", "for reading in a terminal"}, report_table, report_verdict_table},
      {{"json", "everything, schema hitbench.result/1, or hitbench.verdict/1"}, report_json, report_verdict_json},
      {{"csv", "one line a row and kind of operation, or metric of a verdict"}, report_csv, report_verdict_csv},
      {{"html", "one page with charts, for a browser; it holds the JSON, too"},
       report_html,
       report_verdict_html,
       report_html_overlay},
      {{"markdown", "a table for issues and step summaries"}, report_markdown, report_verdict_markdown},
      {{"junit", "JUnit XML: rows, thresholds and verdicts as the test cases of a build"},
       report_junit,
       report_verdict_junit},
      {{"github", "annotations: what a step of GitHub Actions prints"}, report_github, report_verdict_github},
      {{"google-benchmark", "Google Benchmark's JSON: an entry a row, metric and round or slot"},
       report_google_benchmark,
       report_verdict_google_benchmark},
      {{"benchmark-action", "for github-action-benchmark, tool customSmallerIsBetter"}, report_benchmark_action},
      {{"hgrm", "percentile spectra for HdrHistogram's plotter, in ms"}, report_hgrm},
      {{"hlog", "histograms as an HdrHistogram interval log"}, report_hlog},
  };
}

}  // namespace

const Registry& registry() {
  static const Registry all{
      .caches = caches(),
      .evictions = evictions(),
      .twins = twins(),
      .origins = origins(),
      .strategies = strategies(),
      .guards = guards(),
      .write_paths = write_paths(),
      .refreshes = refreshes(),
      .nulls = {{"marker", "a negative entry in the cache, with a TTL of its own", null_fields()}},
      .fail_safes = {{"breaker", "a circuit breaker, and a limit on the origin", fail_safe_fields()}},
      .keys = keys(),
      .traces = traces(),
      .values = values(),
      .latencies = latencies(),
      .arrivals = arrivals(),
      .reports = reports(),
  };
  return all;
}

std::map<std::string, std::string> library_versions() {
  std::map<std::string, std::string> versions = {
      {"boost.context", BOOST_LIB_VERSION},
      {"fmt", std::to_string(FMT_VERSION)},
      {"sqlite", sqlite3_libversion()},
      {"zlib", zlibVersion()},
  };
#ifdef HITBENCH_HAVE_HIREDIS
  versions["hiredis"] =
      std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) + "." + std::to_string(HIREDIS_PATCH);
#endif
#ifdef HITBENCH_HAVE_LIBMEMCACHED
  versions["libmemcached"] = memcached_lib_version();
#endif
  return versions;
}

}  // namespace hitbench
