#include "engine/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cache/cache.h"
#include "engine/limits.h"
#include "metrics/result.h"
#include "registry.h"
#include "scenario/json_text.h"
#include "strategy/value.h"
#include "workload/workload.h"

namespace hitbench {
namespace {

RowPlan row_of(std::shared_ptr<const Scenario> point, const Part& strategy, const Part& cache, const Part& origin) {
  RowPlan row{.scenario = std::move(point), .strategy = strategy, .cache = cache, .origin = origin};
  row.has_cache = !strategy.traits.without_cache;
  row.has_origin = !strategy.traits.without_origin;
  row.name = strategy.name + "/" + cache.name;
  if (row.has_origin && row.scenario->origins.size() > 1) row.name += "/" + origin.name;
  if (!row.scenario->sweep.empty()) row.name += "?" + row.scenario->sweep;
  return row;
}

void add_point(const std::shared_ptr<const Scenario>& point, std::vector<RowPlan>& rows) {
  const std::vector<Part> nothing = {{.type = kNoPart, .name = kNoPart, .params = {}}};
  for (const Part& strategy : point->strategies) {
    const std::vector<Part>& caches = strategy.traits.without_cache ? nothing : point->caches;
    const std::vector<Part>& origins = strategy.traits.without_origin ? nothing : point->origins;
    for (const Part& cache : caches) {
      if (cache.traits.holds_nothing) continue;
      for (const Part& origin : origins) rows.push_back(row_of(point, strategy, cache, origin));
    }
  }
}

void check_names(const std::vector<RowPlan>& rows) {
  std::set<std::string> seen;
  for (const RowPlan& row : rows) {
    if (!seen.insert(row.name).second) {
      throw usage_error("two rows are called '" + row.name + "'", "give one of the parts a \"name\" of its own");
    }
  }
}

// A trace brings its own keys along: what is planned, and what the result says, is as many as its file holds. `doubt`:
// why it is probably not what was meant.
Scenario with_own_keys(const Scenario& point, const Registry& registry, std::string& doubt) {
  Scenario scenario = point;
  const WorkloadSpec& workload = scenario.workload;
  if (!workload.keys.traits.own_keys) return scenario;
  const auto trace = make_keys(workload.keys, workload.key_count, registry);
  doubt = trace->doubt();
  scenario.workload.key_count = trace->own_keys();
  Json document = parse_json(scenario.json, "scenario");
  Json& keys = document["workload"]["keys"];
  const bool told = keys.is_object() && keys.value("distribution", "") == workload.keys.type;
  if (told) keys["count"] = workload.key_count;
  scenario.json = print_json(document);
  return scenario;
}

void check_barrier(const RowPlan& row) {
  if (!row.barrier()) return;
  const Scenario& scenario = *row.scenario;
  const uint64_t needed = row.barriers();
  if (const uint64_t keys = scenario.workload.key_count; needed > keys) {
    const bool trace = scenario.workload.keys.traits.own_keys;
    throw usage_error(
        fmt::format("workload.keys{}: {} {} for {} {}, each of which needs a fresh one", trace ? "" : ".count", keys,
                    plural(static_cast<double>(keys), "key"), needed, plural(static_cast<double>(needed), "barrier")),
        trace ? "measure for a shorter time, or use a trace with more keys"
              : fmt::format("set workload.keys.count to {} or more", needed));
  }
  if (!row.has_cache || !scenario.workload.arrivals.params.boolean("warm")) return;
  const Duration every = scenario.workload.arrivals.params.duration("every");
  const Duration ttl = row.strategy.params.has("ttl") ? row.strategy.params.duration("ttl") : kForever;
  const double longest = static_cast<double>(ttl.count()) * (1 + row.strategy.params.real("ttl_jitter"));
  if (ttl == kForever || longest >= static_cast<double>(every.count())) {
    throw usage_error("workload.arrivals.every: a warm barrier waits until the key's TTL ends, and the TTL of " +
                          row.name + " is not shorter than 'every'",
                      "set strategies' ttl below workload.arrivals.every");
  }
}

// A file of measured times that cannot be read would end the run when its first row begins.
void check_latencies(const RowInfo& info, const Params& params, const Registry& registry) {
  for (const Field& field : info.fields) {
    if (field.kind != "latency" || !params.has(field.name)) continue;
    const Part& latency = params.part(field.name);
    row_named(registry.latencies, latency.type).make(latency.params);
  }
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double seconds_of(const std::vector<RowPlan>& rows) {
  double sum = 0;
  for (const RowPlan& row : rows) sum += seconds(row.scenario->measure.duration + row.scenario->warmup.duration);
  return sum;
}

// What their warm-ups take at most that are cut off, and about what those take whose rate is known.
double warm_up_seconds_of(const std::vector<RowPlan>& rows) {
  double sum = 0;
  for (const RowPlan& row : rows) {
    const WarmupSpec& warmup = row.scenario->warmup;
    const bool searches = warmup.steady && warmup.operations == 0;
    if (row.barrier() || (searches && !row.has_cache)) continue;
    double longest = seconds(searches ? warmup.steady_limit() : warmup.limit);
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

std::string data_set_text(const Scenario& scenario, const Registry& registry) {
  const WorkloadSpec& workload = scenario.workload;
  const double value_bytes = row_named(registry.values, workload.values.type).make(workload.values.params)->mean();
  static_cast<void>(make_workload(workload, 0, 1, registry));  // throws what its parts refuse
  const auto keys = static_cast<double>(workload.key_count);
  return fmt::format("data set  {} of {}, values of {:.0f} {} in the mean: {}\n", counted(keys, "key"),
                     counted(workload.key_bytes, "byte"), value_bytes, plural(std::round(value_bytes), "byte"),
                     format_size(keys * (workload.key_bytes + value_bytes)));
}

std::string fault_text(const Fault& fault) {
  static constexpr const char* kTargets[] = {"the cache", "the origin", "process"};
  static constexpr const char* kActions[] = {"kill", "stop", "slow", "fail"};
  std::string target = kTargets[static_cast<int>(fault.target)];
  if (fault.target == Fault::Target::process) target += fmt::format(" {}", fault.index);
  std::string until = fault.lasts == Duration{0} ? "back at once" : "for " + spell_duration(fault.lasts);
  if (fault.lasts == kForever) until = "to the end";
  const std::string by = fault.by > Duration{0} ? " by " + spell_duration(fault.by) : "";
  return fmt::format("{} {}{} at {}, {}", kActions[static_cast<int>(fault.action)], target, by,
                     spell_duration(fault.at), until);
}

// Once where all rows have the same, else once for each point of the sweep.
std::string faults_text(const std::vector<RowPlan>& rows) {
  std::vector<std::pair<std::string, std::string>> points;  // its name, its faults a line each
  for (const RowPlan& row : rows) {
    if (!points.empty() && points.back().first == row.scenario->sweep) continue;
    std::string lines;
    for (const Fault& fault : row.scenario->faults) lines += fmt::format("fault     {}\n", fault_text(fault));
    points.emplace_back(row.scenario->sweep, lines);
  }
  const std::string& first = points.front().second;
  const bool same = std::all_of(points.begin(), points.end(), [&](const auto& point) { return point.second == first; });
  if (same) return first;
  std::string text;
  for (const auto& [name, lines] : points) text += fmt::format("with      {}\n{}", name, lines);
  return text;
}

// What the origin takes for an operation in the mean, if nothing hits; 0 where nobody knows.
double origin_seconds(const RowPlan& row, const Registry& registry) {
  const Params& origin = row.origin.params;
  if (!row.has_origin || !origin.has("latency")) return 0;
  const auto mean_of = [&](const Part& latency) {
    return seconds(row_named(registry.latencies, latency.type).make(latency.params)->mean());
  };
  const double load = mean_of(origin.part("latency"));
  const double store = origin.has("write_latency") ? mean_of(origin.part("write_latency")) : load;
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
  double think = 0;
  if (arrivals.has("think")) {
    const Part& latency = arrivals.part("think");
    think = seconds(row_named(registry.latencies, latency.type).make(latency.params)->mean());
  }
  const AppSpec& app = row.scenario->app;
  const double servers =
      row.has_origin && origin.has("concurrency") ? static_cast<double>(origin.integer("concurrency")) : 0;
  const double waiting = (load + think) / (static_cast<double>(app.processes) * app.clients);
  return servers > 0 ? std::max(waiting, load / servers) : waiting;
}

struct Estimate {
  double seconds = 0;
  bool at_most = false;    // that much only if nothing hits
  bool exceeds = false;    // or more: what else an operation waits for is not counted
  bool uncounted = false;  // of some nobody knows

  void add(const RowPlan& row, uint64_t operations, const Registry& registry) {
    if (operations == 0) return;
    const double each = seconds_an_operation(row, registry);
    seconds += static_cast<double>(operations) * each;
    uncounted = uncounted || each == 0;
    if (row.open() || !row.has_cache) return;
    at_most = true;
    exceeds = exceeds || origin_seconds(row, registry) == 0;
  }

  const char* word() const { return at_most && !exceeds ? "up to" : "about"; }
};

double whole(double seconds) { return std::ceil(seconds - 1e-6); }  // what sums of fractions are off is no second

std::string time_text(const std::vector<RowPlan>& rows, const Registry& registry) {
  if (rows.front().scenario->virtual_clock) return "time      virtual: as long as simulating the operations takes\n";
  Estimate measuring{.seconds = seconds_of(rows)}, warm_up{.seconds = warm_up_seconds_of(rows)};
  for (const RowPlan& row : rows) {
    measuring.add(row, row.scenario->measure.operations, registry);
    if (warms_up_unbounded(row)) warm_up.add(row, row.scenario->warmup.operations, registry);
  }
  std::string text = measuring.uncounted || measuring.seconds == 0 ? "decided by the operations" : "";
  if (measuring.seconds > 0) {
    text += fmt::format("{}{} {:.0f} s", text.empty() ? "" : ", beside ", measuring.word(), whole(measuring.seconds));
  }
  if (warm_up.seconds > 0) {
    text += fmt::format(", and {} {:.0f} s of warm-up", warm_up.exceeds ? "about" : "up to", whole(warm_up.seconds));
  }
  return fmt::format("time      {}, set-up{} not counted\n", text,
                     warm_up.uncounted ? " and warm-up by operations" : "");
}

std::string measured_text(const RowPlan& row) {
  const MeasureSpec& measure = row.scenario->measure;
  const std::string much =
      measure.operations != 0 ? counted(measure.operations, "operation") : spell_duration(measure.duration);
  std::string text = fmt::format("{} in {}", much, counted(row.scenario->rounds, "round"));
  const bool told = row.has_cache && row.scenario->warmup.preload.has_value();
  return told ? text + fmt::format(", {:.6g} % of the keys loaded first", 100 * row.preloaded()) : text;
}

}  // namespace

// Loads and operations of a phase that has no time of its own: 1,000 a second, which every server that we know exceeds.
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
    const std::chrono::duration<double> every = arrivals.params.duration("every");
    sum += static_cast<double>(row.barriers()) * every.count();
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::min(sum, kLongest)));
}

DataSet data_set(const RowPlan& row, const Registry& registry) {
  const WorkloadSpec& workload = row.scenario->workload;
  const double mean = row_named(registry.values, workload.values.type).make(workload.values.params)->mean();
  const uint32_t envelope = size_of(envelope_of(row.strategy.params, row.scenario->verify));
  uint64_t entries = workload.key_count;
  entries += static_cast<uint64_t>(workload.mix.insert * static_cast<double>(row.scenario->measure.operations));
  if (workload.absent.share > 0 && !workload.absent.unique) entries += workload.absent.keys;
  const double bytes = std::max<double>(mean, envelope) + workload.key_bytes;
  const AppSpec& app = row.scenario->app;
  const int usual = app.thread_model ? app.clients : app.connections;
  const int connections = app.pool_per_operation ? std::max(app.clients, app.connections) : usual;
  return {.entries = entries,
          .bytes = static_cast<uint64_t>(bytes * static_cast<double>(entries)),
          .connections = static_cast<uint64_t>(app.processes) * static_cast<uint64_t>(connections),
          .expires = row.strategy.params.has("ttl") && row.strategy.params.duration("ttl") != kForever};
}

std::vector<RowPlan> make_plan(const std::vector<Scenario>& points, const Registry& registry) {
  std::vector<RowPlan> rows;
  for (const Scenario& point : points) {
    const size_t first = rows.size();
    std::string doubt;
    add_point(std::make_shared<const Scenario>(with_own_keys(point, registry, doubt)), rows);
    for (size_t i = first; i < rows.size(); ++i) rows[i].keys_doubt = doubt;
    const Part& arrivals = point.workload.arrivals;
    check_latencies(row_named(registry.arrivals, arrivals.type), arrivals.params, registry);
  }
  if (rows.empty()) {
    throw usage_error("the scenario has no row: strategies other than none need a cache other than none",
                      "add \"memory\" to caches, or \"none\" to strategies");
  }
  check_names(rows);
  for (const RowPlan& row : rows) {
    check_barrier(row);
    if (!row.has_origin) continue;
    check_latencies(row_named(registry.origins, row.origin.type), row.origin.params, registry);
  }
  check_limits(rows, registry);
  return rows;
}

std::string describe_plan(const std::vector<RowPlan>& rows, const Registry& registry) {
  std::string text = counted(rows.size(), "run") + "\n";
  size_t widest = 0;
  for (const RowPlan& row : rows) widest = std::max(widest, row.name.size());
  for (const RowPlan& row : rows) {
    const AppSpec& app = row.scenario->app;
    text += fmt::format("  {:<{}}  {} x {}, {}\n", row.name, widest, counted(app.processes, "process"),
                        counted(app.clients, "client"), measured_text(row));
  }
  text += data_set_text(*rows.front().scenario, registry);
  if (!rows.front().keys_doubt.empty()) text += "warning   " + rows.front().keys_doubt + "\n";
  return text + faults_text(rows) + time_text(rows, registry);
}

}  // namespace hitbench
