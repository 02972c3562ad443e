#include "scenario/warmup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/defaults.h"
#include "scenario/sections.h"

namespace hitbench {
namespace {

// What servers take for an entry beside its key and value is 50 to 100 bytes (docs/method.md, "Memory").
constexpr double kEntryOverheadBytes = 100;

std::optional<double> read_preload(ObjectReader& reader, const Registry& registry, Json& normalised) {
  const Json* given = reader.take("preload");
  normalised["preload"] = given == nullptr ? Json(false) : *given;
  if (given == nullptr || given->is_boolean()) {
    return given != nullptr && given->get<bool>() ? std::optional<double>(1) : std::nullopt;
  }
  const Place place = reader.place() / "preload";
  if (!given->is_number()) {
    place.fail(fmt::format("must be true, false or a share such as 0.8, is {}", kind_of(*given)));
  }
  return std::get<double>(read_value(preload_share_field(), *given, place, registry).value);
}

// An open loop warms up at its own rate: 20000 operations would take hours at 2 a second.
uint64_t usual_operations(const Part& arrivals) {
  constexpr double kOperations = 20000, kLongestSeconds = 10;
  if (arrivals.type != "open") return static_cast<uint64_t>(kOperations);
  return static_cast<uint64_t>(std::min(kOperations, std::ceil(arrivals.params.real("rate") * kLongestSeconds)));
}

// Sizes that vary are not known here: they are taken for large ones.
double data_bytes(const WorkloadSpec& workload) {
  constexpr double kLarge = 4096;
  const Params& values = workload.values.params;
  const double value = workload.values.type == "fixed" ? static_cast<double>(values.integer("bytes")) : kLarge;
  return static_cast<double>(workload.key_count) * (workload.key_bytes + value + kEntryOverheadBytes);
}

// Whether the hit ratio of a read may still move when the workload has run for a while.
bool may_change(const Scenario& scenario) {
  const auto fills = [](const Part& strategy) { return strategy.type != "none" && strategy.type != "direct"; };
  const auto expires = [&](const Part& strategy) {
    return fills(strategy) && strategy.params.has("ttl") && strategy.params.duration("ttl") != kForever;
  };
  const auto evicts = [&](const Part& cache) { return may_evict(scenario, cache); };
  const std::vector<Part>&strategies = scenario.strategies, &caches = scenario.caches;
  return std::any_of(strategies.begin(), strategies.end(), expires) ||
         (std::any_of(strategies.begin(), strategies.end(), fills) &&
          std::any_of(caches.begin(), caches.end(), evicts));
}

}  // namespace

WarmupSpec read_warmup(const Json* given, const Place& place, const Registry& registry, Json& normalised) {
  const Json json = given == nullptr ? Json::object() : *given;
  ObjectReader reader(json, place, registry);
  Params params;
  reader.read(warmup_fields(), params, normalised);
  WarmupSpec warmup;
  warmup.preload = read_preload(reader, registry, normalised);
  reader.finish();
  warmup.steady = params.has("until");
  if (params.has("operations") && params.has("duration")) place.fail("takes a duration or operations, not both");
  if (warmup.steady && params.has("duration")) place.fail("takes a duration or \"until\", not both");
  if (params.has("limit") && params.has("duration")) {
    (place / "limit").fail("is for \"until\" and operations: a duration is its own");
  }
  if (params.has("duration")) warmup.duration = params.duration("duration");
  if (params.has("operations")) warmup.operations = static_cast<uint64_t>(params.integer("operations"));
  if (params.has("limit")) warmup.limit = params.duration("limit");
  warmup.chosen = !warmup.steady && !params.has("operations") && !params.has("duration") && !warmup.preload;
  return warmup;
}

void choose_warmup(Scenario& scenario, Json& normalised) {
  WarmupSpec& warmup = scenario.warmup;
  if (!warmup.chosen) return;
  const Part& arrivals = scenario.workload.arrivals;
  const Mix& mix = scenario.workload.mix;
  if (arrivals.type != "barrier" && mix.read + mix.modify > 0 && may_change(scenario)) {
    warmup.steady = true;
    normalised["until"] = "steady";
    return;
  }
  warmup.operations = usual_operations(arrivals);
  normalised["operations"] = warmup.operations;
  if (scenario.virtual_clock || arrivals.type != "closed" || warmup.limit > Duration{0}) return;
  warmup.limit = kUsualWarmupLimit;
  normalised["limit"] = "10s";
}

bool may_evict(const Scenario& scenario, const Part& cache) {
  const Params& params = cache.params;
  if (cache.type == "none" || params.has("address")) return false;
  if (scenario.workload.keys.type == "trace") return true;  // its keys are counted later
  if (cache.type != "memory") {
    return params.has("memory") && data_bytes(scenario.workload) > static_cast<double>(params.integer("memory"));
  }
  if (params.has("bytes") && data_bytes(scenario.workload) > static_cast<double>(params.integer("bytes"))) return true;
  const uint64_t entries = params.has("entries") ? static_cast<uint64_t>(params.integer("entries"))
                           : params.has("bytes") ? UINT64_MAX
                                                 : kDefaultMemoryEntries;
  return scenario.workload.key_count > entries;
}

}  // namespace hitbench
