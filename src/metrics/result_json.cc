#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "metrics/json_archive.h"
#include "metrics/result_fields.h"
#include "metrics/summary.h"

namespace hitbench {
namespace {

constexpr const char* kSchema = "hitbench.result/1";

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
  const Json json = parse_document(text, where);
  check_schema(json, kSchema, where);
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
    if (!run.skipped && !run.failed_operations) set_failures(run);  // an older file
  }
  return result;
}

}  // namespace hitbench
