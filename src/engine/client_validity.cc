#include "engine/client_validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "base/text.h"
#include "base/time.h"
#include "base/units.h"
#include "engine/refusal.h"

namespace hitbench {
namespace {

// An open loop's client at this share of a core can no longer keep its schedule; a closed loop's is then half of what
// is measured (memtier_benchmark's own reports ran at 81 to 91 % and measured the client).
constexpr double kOpenBusyLimit = 0.95;
constexpr double kClosedBusyLimit = 0.80;
constexpr double kAchievedShare = 0.99;  // of the offered rate: below it a latency depends on the run's length
// An operation may begin when the next is due: only a backlog of several grows.
constexpr double kFewInBacklog = 2;
constexpr double kMostlyQueued = 0.5;  // of the origin's loads and stores: with more it is what the clients wait for
constexpr Duration kLateMedianLimit = std::chrono::microseconds(100);
constexpr Duration kGapLimit = std::chrono::milliseconds(50);

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

// What to do where the clients of an open loop wait: more of them only help what can serve more at once.
std::string less_waiting(const Evidence& evidence, const RunResult& result) {
  const OriginLoad& load = result.origin_load;
  const Params& origin = evidence.row.origin.params;
  const uint64_t calls = load.loads.value_or(0) + load.stores.value_or(0);
  const bool is_full = static_cast<double>(load.queued.value_or(0)) > kMostlyQueued * static_cast<double>(calls);
  if (evidence.row.has_origin && origin.has("concurrency") && is_full) {
    return fmt::format(
        "lower workload.arrivals.rate: the origin is full, {} at once (\"concurrency\"), and more "
        "app.clients would only queue for it",
        origin.integer("concurrency"));
  }
  return "lower workload.arrivals.rate, or raise app.clients if the server could handle more at once";
}

void judge_cpu(const Evidence& evidence, RunResult& result) {
  if (evidence.outcome.operations == 0) return;
  const double busy = busy_share(evidence, result);
  const double cpu = static_cast<double>((evidence.outcome.cpu - evidence.outcome.spun).count());
  result.client.busy = busy;
  result.client.cpu_ns_per_op = cpu / static_cast<double>(evidence.outcome.operations);
  if (!evidence.waits_on_socket) return;
  Validity& validity = result.validity;
  if (evidence.row.open() && busy >= kOpenBusyLimit) {
    refuse(validity, "clients-saturated",
           fmt::format("the client used {:.0f} % of its core: its own queueing delay is in the latencies; {}",
                       100 * busy, less_load(evidence.row.scenario->app, result)));
  } else if (!evidence.row.open() && busy >= kClosedBusyLimit) {
    validity.client_bound = true;
    validity.warnings.push_back(
        {"client-bound",
         fmt::format(
             "hitbench's own clients were {:.0f} % busy, so they limit ops/s as much as the server does; compare "
             "server CPU per operation",
             100 * busy)});
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
    result.validity.warnings.push_back(
        {"spinning-clients",
         fmt::format(
             "{} threads of the clients spin on {} and wait for each other; use \"poll\": \"sleep\" or fewer {}",
             spinning, counted(cores, "core"), result.client_model == "thread" ? "app.clients" : "app.processes")});
  } else if (own_server && spinning == cores_there()) {
    result.validity.warnings.push_back(
        {"server-without-core",
         "the clients spin on every core, and the server waits for them; use \"poll\": \"sleep\" or leave it a core"});
  }
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

// Who spins alongside others on one core makes all of them later.
std::string earlier(const AppSpec& app, const RunResult& result) {
  if (app.spin || threads_of(app, result) >= cores_there()) return "lower the rate, or use fewer app.processes";
  return "lower the rate or use \"poll\": \"spin\"";
}

void judge_lateness_of(const std::string& kind, const LatencyResult& latency, const std::string& remedy,
                       Validity& validity) {
  const Percentiles& late = latency.gen_late;
  if (late.p50_ns.value_or(0) > kLateMedianLimit.count()) {
    refuse(validity, "began-late",
           fmt::format("{}s began {} late at the median because of hitbench itself; {}", kind,
                       format_duration(Duration(*late.p50_ns)), remedy));
  }
  mark_machine_percentiles(kind, latency, validity);
}

// A call that blocks keeps the loop away, too: there the jitter probe tells how long nobody ran.
void judge_gap(const Evidence& evidence, const RunResult& result, Validity& validity) {
  const bool ours = !evidence.blocks_thread && !evidence.serialized_origin;
  const Duration gap = ours ? evidence.outcome.longest_gap : Duration(evidence.outcome.observer.max());
  const Duration asked_for =
      ours ? evidence.stopped : Duration{0};  // a fault stops an application, not the jitter probe
  if (gap - asked_for <= kGapLimit) return;
  if (ours && asks_too_much(evidence, result)) {
    refuse(validity, "rate-stalls-loop",
           fmt::format("our event loop stalled for {}: the rate is more than it can keep up with; {}",
                       format_duration(gap), less_load(evidence.row.scenario->app, result)));
  } else if (ours) {
    refuse(validity, "loop-stalled",
           fmt::format("our event loop stalled for {}: the machine was busy with something else; run again on a "
                       "quieter one",
                       format_duration(gap)));
  } else {
    refuse(validity, "machine-stalled",
           fmt::format("the jitter probe stalled for {}: the machine was busy with something else, or with more client "
                       "threads than it has cores; run again on a quieter one, or with fewer clients",
                       format_duration(gap)));
  }
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

}  // namespace

void judge_rate(const Evidence& evidence, RunResult& result) {
  if (!evidence.row.open()) return;
  Validity& validity = result.validity;
  validity.offered_ops_s = evidence.row.scenario->workload.arrivals.params.real("rate");
  // Against the schedule as it was drawn: the count of a short Poisson run has a scatter of its own.
  const double share = std::chrono::duration<double>(evidence.scheduled) / evidence.started;
  if (evidence.started > Duration{0}) result.pace = std::min(1.0, share);
  if (evidence.outcome.unserved == 0 && !(share < kAchievedShare)) return;
  const double behind = in_seconds(evidence.started - evidence.scheduled);
  if (evidence.outcome.unserved == 0 && behind * *validity.offered_ops_s < kFewInBacklog) {
    result.pace.reset();
    validity.warnings.push_back(
        {"too-few-operations", fmt::format("{} {} too few to tell whether it keeps the rate; measure for longer",
                                           counted(evidence.outcome.operations, "operation"),
                                           evidence.outcome.operations == 1 ? "is" : "are")});
    return;
  }
  validity.overloaded = true;
  // Clients that wait are too few, clients that do not have no core.
  const bool waiting = !asks_too_much(evidence, result);
  const std::string remedy = waiting ? less_waiting(evidence, result) : less_load(evidence.row.scenario->app, result);
  validity.warnings.push_back(
      {"overloaded", fmt::format("overloaded: operations began at {:.1f} % of the pace at which they were due, so "
                                 "latencies depend on how long the run lasts; {}",
                                 100 * share, remedy)});
}

void judge_client(const Evidence& evidence, RunResult& result) {
  judge_cpu(evidence, result);
  judge_spinning(evidence, result);
  judge_lateness(evidence, result);
}

}  // namespace hitbench
