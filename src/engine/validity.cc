#include "engine/validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "base/text.h"
#include "base/units.h"
#include "engine/failures.h"
#include "engine/server_wait.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

// An open loop's client at this share of a core can no longer keep its schedule; a closed loop's is then half of what
// is measured (memtier_benchmark's own reports ran at 81 to 91 % and measured the client).
constexpr double kOpenBusyLimit = 0.95;
constexpr double kClosedBusyLimit = 0.80;
constexpr double kAchievedShare = 0.99;  // of the offered rate: below it a latency depends on the run's length
// An operation may begin when the next is due: only a backlog of several grows.
constexpr double kFewInBacklog = 2;
constexpr Duration kLateMedianLimit = std::chrono::microseconds(100);
constexpr Duration kGapLimit = std::chrono::milliseconds(50);

void refuse(Validity& validity, std::string reason) {
  validity.valid = false;
  validity.only_failures = false;
  validity.reasons.push_back(std::move(reason));
}

// Of such a row its failures can still be judged.
void refuse_for_failures(Validity& validity, std::string reason) {
  const bool only = validity.valid || validity.only_failures;
  refuse(validity, std::move(reason));
  validity.only_failures = only;
}

size_t cores_there() { return std::max(1u, std::thread::hardware_concurrency()); }

// All that the clients may run on.
size_t cores_for_clients(const AppSpec& app) {
  const std::set<int> pinned(app.pin.begin(), app.pin.end());
  return pinned.empty() ? cores_there() : pinned.size();
}

size_t threads_of(const AppSpec& app, const RunResult& result) {
  return static_cast<size_t>(app.processes) * static_cast<size_t>(result.client_model == "thread" ? app.clients : 1);
}

// The cores that the clients can use at once: one a thread, but no more than there are, or than they are pinned to.
double cores_of(const AppSpec& app, const RunResult& result) {
  return static_cast<double>(std::min(threads_of(app, result), cores_for_clients(app)));
}

double busy_share(const Evidence& evidence, const RunResult& result) {
  const double cpu = static_cast<double>((evidence.outcome.cpu - evidence.outcome.spun).count());
  const double cores = cores_of(evidence.row.scenario->app, result);
  return cpu / static_cast<double>(evidence.measured.count()) / cores;
}

// What to do where our clients are the limit: more processes help only where there are cores for them.
std::string less_load(const AppSpec& app, const RunResult& result) {
  const bool more_cores = threads_of(app, result) < cores_for_clients(app);
  return more_cores ? "lower workload.arrivals.rate or raise app.processes"
                    : "lower workload.arrivals.rate: no core is left for more app.processes";
}

// An open loop whose rate our own clients cannot keep: they have no time left, or would have none with a cache that
// costs nothing.
bool asks_too_much(const Evidence& evidence, const RunResult& result) {
  if (!evidence.row.open() || evidence.row.scenario->virtual_clock) return false;
  const double rate = evidence.row.scenario->workload.arrivals.params.real("rate");
  const double needed = rate * evidence.outcome.harness_ns_per_op * 1e-9;
  return needed >= cores_of(evidence.row.scenario->app, result) || busy_share(evidence, result) >= kOpenBusyLimit;
}

void judge_client(const Evidence& evidence, RunResult& result) {
  if (evidence.outcome.operations == 0) return;
  const double busy = busy_share(evidence, result);
  const double cpu = static_cast<double>((evidence.outcome.cpu - evidence.outcome.spun).count());
  result.client.busy = busy;
  result.client.cpu_ns_per_op = cpu / static_cast<double>(evidence.outcome.operations);
  if (!evidence.waits_on_socket) return;
  Validity& validity = result.validity;
  if (evidence.row.open() && busy >= kOpenBusyLimit) {
    refuse(validity, fmt::format("the client used {:.0f} % of its core: its own queueing is in the latencies; {}",
                                 100 * busy, less_load(evidence.row.scenario->app, result)));
  } else if (!evidence.row.open() && busy >= kClosedBusyLimit) {
    validity.client_bound = true;
    validity.warnings.push_back(
        fmt::format("client-bound ({:.0f} % of its core): throughput is the pair's, not the "
                    "server's; compare server CPU per operation",
                    100 * busy));
  }
}

// Who spins gives its core to nobody: what else needs one, another client or our own server, waits for milliseconds
// until the scheduler takes it away (on two cores gen_late's p90 was 2.7 ms, and 2.8 us asleep).
void judge_spinning(const Evidence& evidence, RunResult& result) {
  const AppSpec& app = evidence.row.scenario->app;
  if (!app.spin) return;
  const size_t spinning = threads_of(app, result);
  const bool own_server = evidence.waits_on_socket && !evidence.row.cache.params.has("address");
  const size_t cores = cores_for_clients(app);
  if (spinning > cores) {
    result.validity.warnings.push_back(fmt::format(
        "{} threads of the clients spin on {} and wait for each other; use \"poll\": \"sleep\" or fewer {}", spinning,
        counted(cores, "core"), result.client_model == "thread" ? "app.clients" : "app.processes"));
  } else if (own_server && spinning == cores_there()) {
    result.validity.warnings.push_back(
        "the clients spin on every core, and the server waits for them; use \"poll\": \"sleep\" or leave it a core");
  }
}

void judge_rate(const Evidence& evidence, RunResult& result) {
  if (!evidence.row.open()) return;
  Validity& validity = result.validity;
  validity.offered_ops_s = evidence.row.scenario->workload.arrivals.params.real("rate");
  // Against the schedule as it was drawn: the count of a short Poisson run has a scatter of its own.
  const double share = std::chrono::duration<double>(evidence.scheduled) / evidence.started;
  if (evidence.started > Duration{0}) result.pace = std::min(1.0, share);
  if (evidence.outcome.unserved == 0 && !(share < kAchievedShare)) return;
  const double behind = std::chrono::duration<double>(evidence.started - evidence.scheduled).count();
  if (evidence.outcome.unserved == 0 && behind * *validity.offered_ops_s < kFewInBacklog) {
    result.pace.reset();
    validity.warnings.push_back(fmt::format("{} {} too few to tell whether it keeps the rate; measure for longer",
                                            counted(evidence.outcome.operations, "operation"),
                                            evidence.outcome.operations == 1 ? "is" : "are"));
    return;
  }
  validity.overloaded = true;
  // Clients that wait are too few, clients that do not have no core.
  const bool waiting = !asks_too_much(evidence, result);
  validity.warnings.push_back(
      fmt::format("overloaded: operations began at {:.1f} % of the pace at which they were due, so latencies depend "
                  "on how long the run lasts; {}",
                  100 * share,
                  waiting ? "lower workload.arrivals.rate, or raise app.clients where the server could do more at once"
                          : less_load(evidence.row.scenario->app, result)));
}

void mark_machine_percentiles(const std::string& kind, const LatencyResult& latency, Validity& validity) {
  const Percentiles &late = latency.gen_late, &response = latency.response;
  const auto mark = [&](const char* name, Maybe<int64_t> own, Maybe<int64_t> whole) {
    if (own && whole && 2 * *own > *whole) validity.machine_percentiles.push_back(kind + ".response." + name);
  };
  mark("p50", late.p50_ns, response.p50_ns);
  mark("p90", late.p90_ns, response.p90_ns);
  mark("p95", late.p95_ns, response.p95_ns);
  mark("p99", late.p99_ns, response.p99_ns);
  mark("p99_9", late.p99_9_ns, response.p99_9_ns);
}

// Who spins beside others on one core makes all of them later.
std::string earlier(const AppSpec& app, const RunResult& result) {
  if (app.spin || threads_of(app, result) >= cores_there()) return "lower the rate, or use fewer app.processes";
  return "lower the rate or use \"poll\": \"spin\"";
}

void judge_lateness_of(const std::string& kind, const LatencyResult& latency, const std::string& remedy,
                       Validity& validity) {
  const Percentiles& late = latency.gen_late;
  if (late.p50_ns.value_or(0) > kLateMedianLimit.count()) {
    refuse(validity, fmt::format("{}s began {} late at the median through our own fault; {}", kind,
                                 format_duration(Duration(*late.p50_ns)), remedy));
  }
  mark_machine_percentiles(kind, latency, validity);
}

// A call that blocks keeps the loop away, too: there the observer tells how long nobody ran.
void judge_gap(const Evidence& evidence, const RunResult& result, Validity& validity) {
  const bool ours = !evidence.blocks_thread && !evidence.serialised_origin;
  const Duration gap = ours ? evidence.outcome.longest_gap : Duration(evidence.outcome.observer.max());
  const Duration asked_for = ours ? evidence.stopped : Duration{0};  // a fault stops an application, not the observer
  if (gap - asked_for <= kGapLimit) return;
  if (ours && asks_too_much(evidence, result)) {
    refuse(validity, fmt::format("our own loop was away for {}: the rate is more than it can keep; {}",
                                 format_duration(gap), less_load(evidence.row.scenario->app, result)));
    return;
  }
  refuse(validity,
         fmt::format("{} was away for {}: the machine was busy with something else{}",
                     ours ? "our own loop" : "the observer beside our clients", format_duration(gap),
                     ours ? "; run again on a quieter one"
                          : ", or with more threads of ours than it has cores for; run again on a quieter one, or with "
                            "fewer clients"));
}

void judge_lateness(const Evidence& evidence, RunResult& result) {
  Validity& validity = result.validity;
  validity.longest_gap_ns = evidence.outcome.longest_gap.count();
  judge_gap(evidence, result, validity);
  if (evidence.row.barrier()) return;  // its clients are meant to be due at once, and begin one after the other
  const std::string remedy = earlier(evidence.row.scenario->app, result);
  judge_lateness_of("read", result.read, remedy, validity);
  judge_lateness_of("write", result.write, remedy, validity);
  judge_lateness_of("delete", result.erase, remedy, validity);
  mark_machine_percentiles("modify", result.modify, validity);  // it began when its read did, which is judged
}

// Warns of operations of one kind that failed.
void judge_failures(const char* kind, uint64_t failed, uint64_t all, const char* meaning, Validity& validity) {
  if (failed == 0) return;
  validity.warnings.push_back(fmt::format("{} of {} {} failed{}; look at the origin, the server, app.timeout",
                                          format_count(static_cast<double>(failed)),
                                          format_count(static_cast<double>(all)), kind, meaning));
}

// Little's law, each kind by its own mean: writes of a cached row may take a hundred times as long as its reads, and
// what fails may fail at once or after a time-out. Not told where a time was longer than a histogram tells: the mean is
// too short then.
Maybe<double> achieved_concurrency(const RunResult& result, Duration measured) {
  Maybe<double> time_ns;
  uint64_t beyond = 0;
  const auto add = [&](uint64_t operations, const Percentiles& times) {
    beyond += times.out_of_range;
    if (!times.mean_ns) return;
    time_ns = time_ns.value_or(0) + static_cast<double>(operations) * *times.mean_ns;
  };
  add(answered(result.reads), result.read.response);
  add(result.reads.failed, result.read.failed);
  add(result.writes.acknowledged, result.write.response);
  add(result.writes.failed, result.write.failed);
  add(result.deletes.acknowledged, result.erase.response);
  add(result.deletes.failed, result.erase.failed);
  return time_ns && beyond == 0 ? Maybe<double>(*time_ns / static_cast<double>(measured.count())) : std::nullopt;
}

// The other side of the same law: N clients have N times the wall time, and are in operations for the sum of their
// latencies. What is left of it they waited for us. A batch is one wait for many latencies, and a client that is
// killed has time that nobody counts.
Maybe<double> little_ratio(const Evidence& evidence, const RunResult& result) {
  const RowPlan& row = evidence.row;
  const Params& strategy = row.strategy.params;
  const bool batched = strategy.has("batch") && strategy.integer("batch") > 1;
  const bool closed = !row.open() && !row.barrier();
  if (!closed || batched || !row.scenario->faults.empty() || !result.validity.achieved_concurrency) return {};
  const AppSpec& app = row.scenario->app;
  const double thinking = std::chrono::duration<double>(evidence.outcome.thought) / evidence.measured;
  return (*result.validity.achieved_concurrency + thinking) / (app.processes * app.clients);
}

// What came of the operations.
void judge_success(RunResult& result) {
  const ReadsResult& r = result.reads;
  const uint64_t good = answered(r);
  const uint64_t writes = result.writes.acknowledged, deletes = result.deletes.acknowledged;
  const uint64_t failed = r.failed + result.writes.failed + result.deletes.failed;
  Validity& validity = result.validity;
  if (failed + good + writes + deletes == 0) return refuse(validity, "nothing was measured; raise measure");
  if (good + writes + deletes == 0) {
    refuse_for_failures(validity, "no operation succeeded");
  } else {
    const std::string why = why_too_many_failed(result);
    if (!why.empty()) refuse_for_failures(validity, why);
  }
  judge_failures("reads", r.failed, good + r.failed, ", and count as neither hits nor misses", validity);
  judge_failures("writes", result.writes.failed, writes + result.writes.failed, "", validity);
  judge_failures("deletes", result.deletes.failed, deletes + result.deletes.failed, "", validity);
  judge_failures("keys to be loaded before the measuring", result.loading.failed.value_or(0),
                 result.loading.keys.value_or(0), "", validity);
}

// A whole second in which every client failed is an outage of the server, not a property of the row: what was measured
// before and after it must not win. Where the scenario asked for failures they are what it measures.
void judge_outage(const RowPlan& row, RunResult& result) {
  const bool asked_for = row.has_origin && row.origin.params.has("errors") && row.origin.params.real("errors") > 0;
  if (!row.scenario->faults.empty()) return;
  const auto clients =
      static_cast<uint64_t>(row.scenario->app.processes) * static_cast<uint64_t>(row.scenario->app.clients);
  if (asked_for) return;
  for (const SecondResult& second : result.series) {
    if (second.failed < second.operations || second.operations < clients) continue;
    refuse_for_failures(result.validity,
                        fmt::format("no operation succeeded in second {}: a server was away; look at its log and at "
                                    "app.timeout",
                                    second.second));
    return;
  }
}

// Whether what the server refused is most of what went wrong: a single timeout explains nothing.
bool explained_by_server(const RunResult& result, uint64_t went_wrong) {
  uint64_t refused = 0;
  for (const ServerMessage& message : result.server_messages) refused += message.count;
  return 2 * refused > went_wrong;
}

// Why values were not taken, where the server said so.
std::string untaken_remedy(const RunResult& result) {
  if (explained_by_server(result, result.backend.failed_stores.value_or(0))) return "see what was refused, and why";
  return "give it more memory or smaller values";
}

// By why most of the reads missed. Where nobody kept account, all that it can be.
std::string few_hits_remedy(const RunResult& result) {
  if (explained_by_server(result, result.reads.miss)) return "see what was refused, and why";
  struct Cause {
    Maybe<uint64_t> count;
    const char* remedy;
  };
  const MissesResult& misses = result.misses;
  const Cause causes[] = {
      {misses.first,
       "most keys were asked for the first time; warm up or measure for longer, preload them, or make the "
       "key space smaller"},
      {misses.expired, "the copies' TTL had ended before they were asked for; make it longer"},
      {misses.evicted, "the copies had made room for others; make the cache larger or the key space smaller"},
      {misses.invalidated,
       "writes had deleted the copies before they were asked for; lower the share of the writes, or "
       "update copies instead (\"on_write\")"},
      {misses.lost, "the cache had lost its contents"},
      {misses.early,
       "the copies were there, but the guard loaded them early; lower its beta, or make the TTL longer "
       "beside the time that a load takes"},
  };
  const Cause* const most = std::max_element(std::begin(causes), std::end(causes), [](const Cause& a, const Cause& b) {
    return a.count.value_or(0) < b.count.value_or(0);
  });
  if (most->count.value_or(0) * 2 > result.reads.miss) return most->remedy;
  return "make the cache larger, the TTL longer or the key space smaller";
}

// Redis counts what it buffers for its connections to maxmemory and evicts data for it (redis.io/docs, "Eviction").
void judge_buffers(const Evidence& evidence, RunResult& result) {
  const bool full = result.backend.evictions.value_or(0) > 0 || !result.server_messages.empty();
  if (!evidence.buffers || *evidence.buffers < kManyBuffers || !full) return;
  result.validity.warnings.push_back(fmt::format(
      "the buffers of its connections take {:.0f} % of the server's maxmemory, which holds so much less data; lower "
      "app.connections or raise \"memory\"",
      100 * *evidence.buffers));
}

void judge_values(const Evidence& evidence, RunResult& result) {
  Validity& validity = result.validity;
  if (const uint64_t corrupt = result.consistency.corrupt_values.value_or(0); corrupt > 0) {
    refuse(validity, counted(corrupt, "value") + " not as stored");
  }
  if (!evidence.intrusion.empty()) refuse(validity, evidence.intrusion);
  if (evidence.outcome.stuck) {
    refuse_for_failures(validity, "given up: for five time-outs and 5 s no operation succeeded");
  }
  const uint64_t reads = result.read.response.count;
  count_asked_failures(*evidence.row.scenario, evidence.outcome.recorder, result);
  judge_success(result);
  if (const uint64_t failed = result.backend.failed_stores.value_or(0);
      failed > 0 && evidence.row.scenario->faults.empty()) {
    validity.warnings.push_back(
        fmt::format("the cache did not take {}; {}", counted(failed, "value"), untaken_remedy(result)));
  }
  if (result.validity.valid) judge_outage(evidence.row, result);
  const std::string& doubt = evidence.row.keys_doubt;  // where keys do not repeat, no other remedy helps
  if (!doubt.empty()) validity.warnings.push_back(doubt);
  const bool few = evidence.row.has_cache && !evidence.row.barrier() && reads > 0;
  if (doubt.empty() && few && result.hit_ratio.value_or(1) < kFewHits) {
    validity.warnings.push_back("almost nothing hit: " + few_hits_remedy(result));
  }
  if (evidence.serialised_origin) {
    validity.warnings.push_back("origin loads of one process never overlap: serialised by the application");
  }
}

}  // namespace

void judge(const Evidence& evidence, RunResult& result) {
  Validity& validity = result.validity;
  validity.sampled_one_in = evidence.timed_one_in;
  validity.achieved_concurrency = achieved_concurrency(result, evidence.measured);
  validity.little_ratio = little_ratio(evidence, result);
  judge_values(evidence, result);
  judge_buffers(evidence, result);
  judge_rate(evidence, result);
  if (evidence.row.scenario->virtual_clock) return;  // nothing of the machine is in the figures
  result.observer = summarise(evidence.outcome.observer);
  result.client.poll = evidence.row.scenario->app.spin ? "spin" : "sleep";
  result.client.involuntary_switches = evidence.outcome.involuntary_switches;
  if (!evidence.clock_warning.empty()) validity.warnings.push_back(evidence.clock_warning);
  validity.steal = evidence.steal;
  validity.psi_cpu = evidence.psi;
  if (evidence.outcome.harness_ns_per_op > 0) {
    validity.harness_ns_per_op = evidence.outcome.harness_ns_per_op;
    validity.key_choice_ns = evidence.outcome.key_choice_ns;
  }
  judge_client(evidence, result);
  judge_spinning(evidence, result);
  judge_lateness(evidence, result);
  judge_server(evidence, result);
}

}  // namespace hitbench
