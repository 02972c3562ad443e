#include "scenario/warmup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/defaults.h"
#include "base/text.h"
#include "base/units.h"
#include "scenario/sections.h"
#include "scenario/server_config.h"

namespace hitbench {
namespace {

// What servers take for an entry in addition to its key and value is 50 to 100 bytes (docs/method.md, "Memory").
constexpr double kEntryOverheadBytes = 100;

std::optional<double> read_preload(ObjectReader& reader, const Registry& registry, Json& normalized) {
  const Json* given = reader.take("preload");
  normalized["preload"] = given == nullptr ? Json(false) : *given;
  if (given == nullptr || given->is_boolean()) {
    return given != nullptr && given->get<bool>() ? std::optional<double>(1) : std::nullopt;
  }
  const Location location = reader.location() / "preload";
  if (!given->is_number()) {
    location.fail(fmt::format("must be true, false or a share such as 0.8, is {}", kind_of(*given)));
  }
  return std::get<double>(read_value(preload_share_field(), *given, location, registry).value);
}

// An open loop warms up at its own rate: 20000 operations would take hours at 2/s.
uint64_t usual_operations(const Part& arrivals) {
  constexpr double kOperations = 20000, kLongestSeconds = 10;
  if (!arrivals.traits.open_loop) return static_cast<uint64_t>(kOperations);
  return static_cast<uint64_t>(std::min(kOperations, std::ceil(arrivals.params.real("rate") * kLongestSeconds)));
}

// Sizes that vary are not known here: they are taken for large ones.
double data_bytes(const WorkloadSpec& workload) {
  constexpr double kLarge = 4096;
  const Params& values = workload.values.params;
  const double value = values.has("bytes") ? static_cast<double>(values.integer("bytes")) : kLarge;
  return static_cast<double>(workload.key_count) * (workload.key_bytes + value + kEntryOverheadBytes);
}

// As redis.conf writes it: a k is 1000, a kb 1024; 0 is no limit.
double redis_bytes(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, double>, 8> kUnits = {
      {{"", 1}, {"b", 1}, {"k", 1e3}, {"kb", 0x1p10}, {"m", 1e6}, {"mb", 0x1p20}, {"g", 1e9}, {"gb", 0x1p30}}};
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  for (const auto& [unit, factor] : kUnits) {
    if (unit == end && number > 0) return number * factor;
  }
  return std::numeric_limits<double>::infinity();
}

// Of a private server: what its configuration file says counts before the field.
double server_room(const Params& params) {
  double room = std::numeric_limits<double>::infinity();
  if (params.has("memory")) room = static_cast<double>(params.integer("memory"));
  if (!params.has("config")) return room;
  std::istringstream lines(params.text("config"));
  for (std::string line; std::getline(lines, line);) {
    if (directive_of(line) != "maxmemory") continue;
    std::istringstream words(lowered(line));
    std::string name, value;
    words >> name >> value;
    std::erase(value, '"');
    room = redis_bytes(value);
  }
  return room;
}

bool is_private(const Part& cache) { return !cache.traits.holds_nothing && !cache.params.has("address"); }

// Whether the hit ratio of a read may still move when the workload has run for a while.
bool may_change(const Scenario& scenario) {
  const auto fills = [](const Part& strategy) {
    return !strategy.traits.without_cache && !strategy.traits.without_origin;
  };
  const auto expires = [&](const Part& strategy) {
    return fills(strategy) && strategy.params.has("ttl") && strategy.params.duration("ttl") != kForever;
  };
  const bool uncounted = scenario.workload.keys.traits.own_keys;  // a plan counts its keys
  const auto evicts = [&](const Part& cache) { return is_private(cache) && (uncounted || may_evict(scenario, cache)); };
  const std::vector<Part>&strategies = scenario.strategies, &caches = scenario.caches;
  return std::any_of(strategies.begin(), strategies.end(), expires) ||
         (std::any_of(strategies.begin(), strategies.end(), fills) &&
          std::any_of(caches.begin(), caches.end(), evicts));
}

}  // namespace

WarmupSpec read_warmup(const Json* given, const Location& location, const Registry& registry, Json& normalized) {
  const Json json = given == nullptr ? Json::object() : *given;
  ObjectReader reader(json, location, registry);
  Params params;
  reader.read(warmup_fields(), params, normalized);
  WarmupSpec warmup;
  warmup.preload = read_preload(reader, registry, normalized);
  reader.finish();
  warmup.steady = params.has("until");
  if (params.has("operations") && params.has("duration")) location.fail("takes a duration or operations, not both");
  if (warmup.steady && params.has("duration")) location.fail("takes a duration or \"until\", not both");
  if (params.has("limit") && params.has("duration")) {
    (location / "limit").fail("is for \"until\" and operations: a duration is its own");
  }
  if (params.has("duration")) warmup.duration = params.duration("duration");
  if (params.has("operations")) warmup.operations = static_cast<uint64_t>(params.integer("operations"));
  if (params.has("limit")) warmup.limit = params.duration("limit");
  warmup.chosen = !warmup.steady && !params.has("operations") && !params.has("duration") && !warmup.preload;
  return warmup;
}

void choose_warmup(Scenario& scenario, Json& normalized) {
  WarmupSpec& warmup = scenario.warmup;
  if (!warmup.chosen) return;
  if (scenario.workload.keys.traits.recorded) {  // what it skips would be a part of the trace
    normalized["operations"] = 0;
    return;
  }
  const Part& arrivals = scenario.workload.arrivals;
  const Mix& mix = scenario.workload.mix;
  if (!arrivals.traits.barrier && mix.read + mix.modify > 0 && may_change(scenario)) {
    warmup.steady = true;
    normalized["until"] = "steady";
    return;
  }
  warmup.operations = usual_operations(arrivals);
  normalized["operations"] = warmup.operations;
  if (scenario.virtual_clock || !arrivals.traits.closed_loop() || warmup.limit > Duration{0}) return;
  warmup.limit = kUsualWarmupLimit;
  normalized["limit"] = spell_duration(kUsualWarmupLimit);
}

bool may_evict(const Scenario& scenario, const Part& cache) {
  const Params& params = cache.params;
  if (!is_private(cache)) return false;
  if (!cache.traits.in_process) return data_bytes(scenario.workload) > server_room(params);
  if (params.has("bytes") && data_bytes(scenario.workload) > static_cast<double>(params.integer("bytes"))) return true;
  const uint64_t entries = params.has("entries") ? static_cast<uint64_t>(params.integer("entries"))
                           : params.has("bytes") ? UINT64_MAX
                                                 : kDefaultMemoryEntries;
  return scenario.workload.key_count > entries;
}

}  // namespace hitbench
