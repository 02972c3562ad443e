#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/units.h"
#include "metrics/json_archive.h"
#include "metrics/result_fields.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

constexpr const char* kSchema = "hitbench.result/1";

// Whether a scenario asks for failures of this row: by a fault, or by errors of its origin.
bool asks_for_failures(const Json& scenario, const RunResult& run) {
  if (run.sweep && (run.sweep->find("faults") != std::string::npos || run.sweep->find("errors") != std::string::npos)) {
    return true;
  }
  if (scenario.contains("faults") && !scenario["faults"].empty()) return true;
  for (const char* name : {"origin", "origins"}) {
    if (!scenario.contains(name)) continue;
    for (const Json& origin : scenario[name].is_array() ? scenario[name] : Json::array({scenario[name]})) {
      const Json errors = origin.is_object() ? origin.value("errors", Json()) : Json();
      if (errors.is_number() && errors > 0) return true;
    }
  }
  return false;
}

// A row of a version that told neither how many failed nor which of them the scenario asked for: where it asked for
// none, they count as they do now.
void complete_older(RunResult& run, const Json& scenario) {
  set_failures(run);
  if (!run.validity.valid || run.failed_share.value_or(0) <= kMostFailures || asks_for_failures(scenario, run)) return;
  run.validity.valid = false;
  run.validity.only_failures = true;
  run.validity.reasons.push_back(
      {"too-many-failed",
       fmt::format("{} of {} operations failed: {}, and with more than {:g} % nothing of the others is judged (the "
                   "result is of an older hitbench, which did not count them)",
                   *run.failed_operations, run.operations, format_share(*run.failed_share), 100 * kMostFailures)});
}

// The type of the part that is called so, as the scenario has it. Where it has none, the name stands for the type.
std::string type_in(const Json& scenario, const char* one, const char* many, const std::string& name) {
  const auto text = [](const Json& part, const char* member) {
    const Json value = part.is_object() ? part.value(member, Json()) : Json();
    return value.is_string() ? value.get<std::string>() : "";
  };
  for (const char* member : {one, many}) {
    if (!scenario.contains(member)) continue;
    const Json& parts = scenario[member];
    for (const Json& part : parts.is_array() ? parts : Json::array({parts})) {
      if (text(part, "name") == name && !text(part, "type").empty()) return text(part, "type");
    }
  }
  return name;
}

// A row of a version that told only the names of its parts. A part may be called "none": whether there was one, the
// strategy says.
void complete_types(RunResult& run, const Json& scenario) {
  if (!run.cache_type.empty()) return;
  run.strategy_type = type_in(scenario, "strategy", "strategies", run.strategy);
  run.cache_type = run.strategy_type == "none" ? kNoPart : type_in(scenario, "cache", "caches", run.cache);
  run.origin_type = run.strategy_type == "direct" ? kNoPart : type_in(scenario, "origin", "origins", run.origin);
  run.exact_evictions = run.cache_type == "memory";
  run.modeled_origin = run.origin_type == "simulated";
}

// Older versions searched one row, or none.
void make_find_max_a_list(Json& json) {
  const auto found = json.find("find_max");
  if (found == json.end() || found->is_array()) return;
  *found = found->is_object() ? Json::array({*found}) : Json::array();
}

}  // namespace

std::string result_to_json(const Result& result) {
  Json json = Json::object();
  json["schema"] = kSchema;
  json["scenario"] = embedded_document(result.scenario_json);
  json["environment"] = embedded_document(result.environment_json);
  JsonWriter writer(json);
  visit(writer, result);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result result_from_json(const std::string& text, const std::string& where) {
  Json json = parse_document(text, where);
  check_schema(json, kSchema, where);
  make_find_max_a_list(json);
  Result result;
  for (const char* name : {"scenario", "environment", "runs"}) {
    if (!json.contains(name)) {
      throw usage_error(where + " lacks \"" + name + "\"", kOurFile);
    }
    const bool list = std::string_view(name) == "runs";
    if (!list && !json[name].is_object()) {
      throw usage_error(fmt::format("{}.{} should be an object", where, name), kOurFile);
    }
  }
  result.scenario_json = json["scenario"].dump(2);
  result.environment_json = json["environment"].dump(2);
  JsonReader reader(json, where);
  visit(reader, result);
  for (RunResult& run : result.runs) {
    complete_types(run, json["scenario"]);
    if (!run.skipped && !run.failed_operations) complete_older(run, json["scenario"]);
  }
  return result;
}

}  // namespace hitbench
