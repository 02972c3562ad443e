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
#include "scenario/fault_rules.h"
#include "scenario/json_text.h"
#include "workload/recorded.h"
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

// How much of the trace the warm-up takes, as far as that is known beforehand.
Duration warm_up_of(const WarmupSpec& warmup, const CompactTrace& trace, double pace) {
  if (warmup.steady || warmup.operations == 0) return warmup.steady ? Duration{0} : warmup.duration;
  const CompactRequest& last = trace.requests()[warmup.operations - 1];
  return Duration(static_cast<int64_t>(static_cast<double>(trace.time_of(last).count()) / pace));
}

// What a plan knows of a scenario's trace that its reader does not: operations, rate, and how long it lasts.
Scenario with_recorded(Scenario scenario, uint64_t ttl_keys, const Registry& registry) {
  WorkloadSpec& workload = scenario.workload;
  const Params& params = workload.keys.params;
  const auto trace = recorded_trace(params, registry);
  workload.mix = recorded_mix(*trace);
  const bool open = workload.arrivals.traits.open_loop;
  if (open && !trace->has_times()) {
    throw usage_error("workload.trace: " + params.text("file") + " has no times",
                      "set \"pace\" to \"closed\": as fast as the clients answer");
  }
  const auto most = static_cast<uint64_t>(trace->requests().size());
  const uint64_t asked = scenario.warmup.operations + scenario.measure.operations;
  if (open && asked > most) {
    throw usage_error(fmt::format("workload.trace: it has {}, and {} are asked for", counted(most, "request"), asked),
                      "set measure.operations to fewer");
  }
  Json document = parse_json(scenario.json, "scenario");
  Json& told = document["workload"]["trace"];
  told["requests"] = most;
  told["keys"] = trace->keys();
  told["sized_keys"] = trace->sized_keys();
  told["ttl_keys"] = ttl_keys;
  told["read_as"] = trace->format();
  if (open) {
    // The last second's requests are spread over it.
    const Duration span = trace->span() + (trace->has_whole_seconds() ? std::chrono::seconds(1) : Duration{0});
    const double seconds = std::max(in_seconds(span) / params.real("pace"), 1e-9);
    workload.arrivals.params.put("rate", std::clamp(static_cast<double>(most) / seconds, 1e-6, 1e9));
    // A nanosecond more, for the last request is due at the end.
    const Duration whole(static_cast<int64_t>(std::ceil(seconds * 1e9)) + 1);
    const Duration left = whole - warm_up_of(scenario.warmup, *trace, params.real("pace"));
    if (left <= Duration{0}) {
      throw usage_error(fmt::format("warmup: takes all of the trace, {}", format_duration(whole)),
                        "warm up for a part of it, or leave \"warmup\" out");
    }
    MeasureSpec& measure = scenario.measure;
    if ((measure.whole_trace && scenario.virtual_clock) || (measure.operations == 0 && measure.duration > left)) {
      measure.duration = left;
      document["measure"]["duration"] = spell_duration(left);
    }
  } else if (scenario.measure.whole_trace) {
    scenario.measure = {.duration = Duration{0}, .operations = most};
    document["measure"] = Json{{"operations", most}};
  }
  const Source source{.where = "scenario"};
  check_fault_times(scenario, Location(source));
  scenario.json = print_json(document);
  return scenario;
}

// A trace brings its own keys along: what is planned, and what the result says, is as many as its file holds. `doubt`:
// why it is probably not what was meant. `ttls`: those that it knows.
Scenario with_own_keys(const Scenario& point, const Registry& registry, std::string& doubt,
                       std::shared_ptr<const KeyTtls>& ttls) {
  Scenario scenario = point;
  const WorkloadSpec& workload = scenario.workload;
  if (!workload.keys.traits.own_keys) return scenario;
  const auto trace = make_keys(workload.keys, workload.key_count, registry);
  doubt = trace->doubt();
  scenario.workload.key_count = trace->own_keys();
  if (workload.keys.traits.recorded) {
    ttls = recorded_ttls(workload.keys.params, registry);
    return with_recorded(std::move(scenario), ttls ? ttls->known() : 0, registry);
  }
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

}  // namespace

DataSet data_set(const RowPlan& row, const Registry& registry) {
  const WorkloadSpec& workload = row.scenario->workload;
  const double mean = row.mean_value_bytes(registry);
  const uint32_t envelope = size_of(row.envelope());
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
          .expires = row.longest_ttl() != kForever};
}

std::vector<RowPlan> make_plan(const std::vector<Scenario>& points, const Registry& registry) {
  std::vector<RowPlan> rows;
  for (const Scenario& point : points) {
    const size_t first = rows.size();
    std::string doubt;
    std::shared_ptr<const KeyTtls> ttls;
    add_point(std::make_shared<const Scenario>(with_own_keys(point, registry, doubt, ttls)), rows);
    for (size_t i = first; i < rows.size(); ++i) {
      rows[i].keys_doubt = doubt;
      rows[i].key_ttls = ttls;
    }
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

}  // namespace hitbench
