#include "scenario/client_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace hitbench {
namespace {

constexpr const char* kNeedsFiber =
    "needs model fiber: in the thread model every client is a process of its own, which shares no {} with others";

bool uses_caches(const Scenario& scenario) {
  return std::any_of(scenario.strategies.begin(), scenario.strategies.end(),
                     [](const Part& strategy) { return strategy.type != "none"; });
}

// libmemcached blocks its thread: its rows run in the thread model whatever the scenario says.
bool has_thread_rows(const Scenario& scenario) {
  return scenario.app.thread_model || std::any_of(scenario.caches.begin(), scenario.caches.end(),
                                                  [](const Part& cache) { return cache.type == "libmemcached"; });
}

void check_sharing(const Scenario& scenario, const Place& root) {
  for (size_t i = 0; i < scenario.caches.size() && scenario.app.thread_model && uses_caches(scenario); ++i) {
    if (scenario.caches[i].type != "memory") continue;
    (root / "caches").at(i).fail("\"memory\" " + fmt::format(kNeedsFiber, "cache"), "set \"model\": \"fiber\" in app");
  }
  if (!has_thread_rows(scenario)) return;
  for (size_t i = 0; i < scenario.strategies.size(); ++i) {
    const Params& params = scenario.strategies[i].params;
    if (!params.has("guard") || params.part("guard").type != "single-flight") continue;
    const Place place = (root / "strategies").at(i) / "guard";
    place.fail("\"single-flight\" " + fmt::format(kNeedsFiber, "load"),
               "set \"model\": \"fiber\" in app, and take libmemcached out of caches; or use the guard \"lock\"");
  }
}

void check_batch(const Scenario& scenario, const Params& params, const Place& place) {
  if (!params.has("batch") || params.integer("batch") == 1) return;
  if (scenario.workload.arrivals.type != "closed") {
    place.fail("a client that groups its reads decides when they arrive: it needs the closed loop",
               "set workload.arrivals to { \"loop\": \"closed\" }, or batch to 1");
  }
  if (scenario.workload.mix.read < 1) {
    place.fail("only reads can be grouped: it needs a mix of reads alone", "set workload.mix to { \"read\": 1 }");
  }
  if (params.has("ttl_from") && params.text("ttl_from") == "access") {
    place.fail("the hits of a batch are not written back, as \"ttl_from\": \"access\" wants",
               "leave one of the two out");
  }
}

}  // namespace

void check_client_rules(const Scenario& scenario, const Place& root) {
  check_sharing(scenario, root);
  for (size_t i = 0; i < scenario.strategies.size(); ++i) {
    check_batch(scenario, scenario.strategies[i].params, (root / "strategies").at(i) / "batch");
  }
}

}  // namespace hitbench
