#include "scenario/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "registry.h"
#include "scenario/fault_rules.h"
#include "scenario/part_reader.h"
#include "scenario/server_rules.h"
#include "scenario/strategy_rules.h"

namespace hitbench {
namespace {

void check_mix(const Mix& mix, const Location& location) {
  const double sum = mix.read + mix.write + mix.erase + mix.insert + mix.modify;
  // What rounding of decimal shares amounts to; anything more is a mistake.
  constexpr double kTolerance = 1e-9;
  if (std::fabs(sum - 1) <= kTolerance) return;
  location.fail(fmt::format("the shares must add up to 1, but add up to {:.6g}", sum));
}

bool virtual_only_latency(const Part& cache, const Registry& registry) {
  if (!cache.params.has("latency")) return false;
  const Source nowhere{.where = "default"};
  const Json plain = {{"type", cache.type}};
  const ReadPart usual = read_part(part_kind(registry, "cache"), plain, Location(nowhere), registry);
  // The default is of the type that the field has, a duration or a distribution; only the first can be changed to
  // the same value by hand.
  const auto duration = [](const Params& params) { return params.duration("latency"); };
  return !usual.part.params.has("latency") || duration(cache.params) != duration(usual.part.params);
}

void check_virtual_clock(const Scenario& scenario, const Location& root) {
  for (size_t i = 0; i < scenario.caches.size(); ++i) {
    const Part& cache = scenario.caches[i];
    const Location location = (root / "caches").at(i);
    if (cache.params.has("rtt") && cache.params.text("transport") == "unix") {
      (location / "rtt").fail("there is no network before a Unix socket", "set \"transport\": \"tcp\"");
    }
    if (cache.traits.virtual_time) continue;
    location.fail(
        fmt::format("\"{}\" cannot run in virtual time", cache.type),
        "with \"clock\": \"virtual\" use redis or memcached, which are models of these servers there, or memory");
  }
  for (size_t i = 0; i < scenario.origins.size(); ++i) {
    const Part& origin = scenario.origins[i];
    if (origin.traits.virtual_time) continue;
    const Location location = scenario.origins.size() == 1 ? root / "origin" : (root / "origins").at(i);
    location.fail(fmt::format("\"{}\" cannot run in virtual time", origin.type),
                  "with \"clock\": \"virtual\" use simulated origins");
  }
  if (scenario.app.thread_model) (root / "app" / "model").fail("\"thread\" needs \"clock\": \"real\"");
  if (scenario.app.spin) (root / "app" / "poll").fail("\"spin\" needs \"clock\": \"real\"");
}

void check_real_clock(const Scenario& scenario, const Location& root, const Registry& registry) {
  for (size_t i = 0; i < scenario.caches.size(); ++i) {
    const Part& cache = scenario.caches[i];
    const Location location = (root / "caches").at(i);
    if (cache.params.has("rtt")) {
      (location / "rtt")
          .fail("is a network before a twin; in real time the network is real",
                "leave it out, and give the \"address\" of a server behind that network; or set "
                "\"clock\": \"virtual\"");
    }
    if (cache.params.has("version")) {
      (location / "version")
          .fail("is of the twin, which takes the server's place in virtual time",
                "leave it out, or set \"clock\": \"virtual\"; \"server\" names the program of a private server");
    }
    if (!cache.traits.in_process) continue;
    const std::string remedy = "set \"clock\": \"virtual\"";
    if (cache.params.has("shared") && cache.params.boolean("shared")) {
      (location / "shared").fail("stands for a remote cache, which needs the virtual clock", remedy);
    }
    if (virtual_only_latency(cache, registry)) {
      (location / "latency").fail("in real time a memory cache takes the time it takes", remedy);
    }
  }
}

// Writes and deletes choose among the keys of reads in a way of their own.
void check_write_keys(const WorkloadSpec& workload, const Location& location) {
  if (!workload.write_keys) return;
  if (workload.write_keys->traits.own_keys) {
    location.fail(fmt::format("\"{}\" brings its own keys along, and these must be those of workload.keys",
                              workload.write_keys->type),
                  "make workload.keys the trace, or choose another distribution");
  }
  const Params& params = workload.write_keys->params;
  if (!params.has("count") || static_cast<uint64_t>(params.integer("count")) == workload.key_count) return;
  (location / "count")
      .fail(fmt::format("is {}, but workload.keys has {}", params.integer("count"), workload.key_count),
            "leave it out");
}

void check_pin(const AppSpec& app, const Location& location) {
  if (app.pin.empty() || app.pin.size() == static_cast<size_t>(app.processes)) return;
  location.fail(counted(app.pin.size(), "core") + " for " + counted(app.processes, "process"),
                "name one core for each process");
}

// A round of no time, or of no operation, would last for ever.
void check_measure(const Scenario& scenario, const Location& location) {
  const auto& [duration, operations, ignored] = scenario.measure;
  if (duration != Duration{0} && duration / scenario.rounds < std::chrono::microseconds(1)) {
    (location / "duration").fail("too short for " + counted(scenario.rounds, "round"), "measure at least 1us a round");
  }
  if (operations != 0 && operations < static_cast<uint64_t>(scenario.rounds)) {
    (location / "operations")
        .fail("too few for " + counted(scenario.rounds, "round"), "measure one operation a round, or set rounds");
  }
}

}  // namespace

void check_write_keys_are_used(const std::vector<Scenario>& points, const Location& location) {
  const auto given = [](const Scenario& point) { return point.workload.write_keys.has_value(); };
  const auto used = [](const Scenario& point) {
    return point.workload.write_keys && point.workload.mix.write + point.workload.mix.erase > 0;
  };
  if (std::none_of(points.begin(), points.end(), given) || std::any_of(points.begin(), points.end(), used)) return;
  location.fail("is for writes and deletes, and workload.mix has neither",
                "give it a share of them (\"mix\": {\"read\": 0.9, \"write\": 0.1}), or leave write_keys out");
}

bool caches_nothing(const Scenario& scenario) {
  return std::all_of(scenario.strategies.begin(), scenario.strategies.end(),
                     [](const Part& strategy) { return strategy.traits.without_cache; });
}

void check_rules(const Scenario& scenario, const Location& root, const Registry& registry) {
  check_mix(scenario.workload.mix, root / "workload" / "mix");
  check_write_keys(scenario.workload, root / "workload" / "write_keys");
  check_pin(scenario.app, root / "app" / "pin");
  check_faults(scenario, root);
  check_server_arguments(scenario, root);
  check_measure(scenario, root / "measure");
  if (scenario.virtual_clock) {
    check_virtual_clock(scenario, root);
  } else {
    check_real_clock(scenario, root, registry);
  }
  check_strategy_rules(scenario, root);
}

}  // namespace hitbench
