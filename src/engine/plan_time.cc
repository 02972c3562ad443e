#include "engine/plan_time.h"

#include <algorithm>
#include <chrono>

#include "registry.h"

namespace hitbench {
namespace {

double seconds_of(const std::vector<RowPlan>& rows) {
  double sum = 0;
  for (const RowPlan& row : rows) sum += in_seconds(row.scenario->measure.duration + row.scenario->warmup.duration);
  return sum;
}

// What their warm-ups take at most that are cut off, and about what those take whose rate is known.
double warm_up_seconds_of(const std::vector<RowPlan>& rows) {
  double sum = 0;
  for (const RowPlan& row : rows) {
    const WarmupSpec& warmup = row.scenario->warmup;
    if (row.barrier() || (warmup.searches() && !row.has_cache)) continue;
    double longest = in_seconds(warmup.searches() ? warmup.steady_limit() : warmup.limit);
    if (row.open() && warmup.operations > 0) {
      const double all = static_cast<double>(warmup.operations) / row.scenario->workload.arrivals.params.real("rate");
      longest = longest > 0 ? std::min(longest, all) : all;
    }
    sum += longest;
  }
  return sum;
}

bool warms_up_unbounded(const RowPlan& row) {
  const WarmupSpec& warmup = row.scenario->warmup;
  return warmup.operations > 0 && warmup.limit == Duration{0} && !row.open() && !row.barrier();
}

double mean_seconds(const Part& latency, const Registry& registry) {
  return in_seconds(row_named(registry.latencies, latency.type).make(latency.params)->mean());
}

// What the origin takes for an operation in the mean, if nothing hits; 0 where nobody knows.
double origin_seconds(const RowPlan& row, const Registry& registry) {
  const Params& origin = row.origin.params;
  if (!row.has_origin || !origin.has("latency")) return 0;
  const double load = mean_seconds(origin.part("latency"), registry);
  const double store = origin.has("write_latency") ? mean_seconds(origin.part("write_latency"), registry) : load;
  const Mix& mix = row.scenario->workload.mix;
  const double writes = mix.write + mix.erase + mix.insert + mix.modify;  // to modify is to read and to write
  return (mix.read + mix.modify) * load + writes * store;
}

// What an operation takes in the mean over all clients; 0 where nobody knows. Of a closed loop each waits for the
// origin.
double seconds_an_operation(const RowPlan& row, const Registry& registry) {
  const Params &arrivals = row.scenario->workload.arrivals.params, &origin = row.origin.params;
  if (row.open()) return 1 / arrivals.real("rate");
  if (row.barrier()) return 0;
  const double load = origin_seconds(row, registry);
  const double think = arrivals.has("think") ? mean_seconds(arrivals.part("think"), registry) : 0;
  const AppSpec& app = row.scenario->app;
  const double servers =
      row.has_origin && origin.has("concurrency") ? static_cast<double>(origin.integer("concurrency")) : 0;
  const double waiting = (load + think) / static_cast<double>(app.all_clients());
  return servers > 0 ? std::max(waiting, load / servers) : waiting;
}

void add(const RowPlan& row, uint64_t operations, const Registry& registry, TimeEstimate& estimate) {
  if (operations == 0) return;
  const double each = seconds_an_operation(row, registry);
  estimate.seconds += static_cast<double>(operations) * each;
  estimate.uncounted = estimate.uncounted || each == 0;
  if (row.open() || !row.has_cache) return;
  estimate.at_most = true;
  estimate.exceeds = estimate.exceeds || origin_seconds(row, registry) == 0;
}

}  // namespace

PlanEstimate estimate_of(const std::vector<RowPlan>& rows, const Registry& registry) {
  PlanEstimate estimate{.measuring = {.seconds = seconds_of(rows)}, .warm_up = {.seconds = warm_up_seconds_of(rows)}};
  for (const RowPlan& row : rows) {
    add(row, row.scenario->measure.operations, registry, estimate.measuring);
    if (warms_up_unbounded(row)) add(row, row.scenario->warmup.operations, registry, estimate.warm_up);
  }
  return estimate;
}

// Loads and operations of a phase that has no time of its own: 1,000/s, which every server that we know exceeds.
Duration planned_time(const std::vector<RowPlan>& rows) {
  constexpr double kOperationsPerSecond = 1000;
  constexpr double kLongest = 1e9;  // 30 years: it must stay a Duration
  double sum = seconds_of(rows) + warm_up_seconds_of(rows);
  for (const RowPlan& row : rows) {
    const Scenario& scenario = *row.scenario;
    const Part& arrivals = scenario.workload.arrivals;
    const double rate = row.open() ? arrivals.params.real("rate") : kOperationsPerSecond;
    const uint64_t warm_up = row.barrier() || warms_up_unbounded(row) ? scenario.warmup.operations : 0;
    sum += static_cast<double>(scenario.measure.operations + warm_up) / rate;
    sum += row.preloaded() * static_cast<double>(scenario.workload.key_count) / kOperationsPerSecond;
    if (!row.barrier()) continue;
    sum += static_cast<double>(row.barriers()) * in_seconds(arrivals.params.duration("every"));
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::min(sum, kLongest)));
}

}  // namespace hitbench
