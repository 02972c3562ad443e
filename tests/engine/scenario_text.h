// Scenarios for tests, from their JSON, through the real reader and the real registry.
#pragma once

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "engine/run.h"
#include "registry.h"
#include "scenario/scenario.h"

namespace hitbench {

inline std::vector<RowPlan> plan_of(const std::string& text) {
  return make_plan(read_scenario(text, "test", {}, registry()), registry());
}

// The scenario with other members in place of its own of the same names.
inline std::string changed(const std::string& scenario, const std::string& members) {
  nlohmann::json json = nlohmann::json::parse(scenario);
  json.update(nlohmann::json::parse("{" + members + "}"));
  return json.dump();
}

inline Result run_text(const std::string& text) {
  const std::atomic<bool> never{false};
  const std::vector<RowPlan> rows = plan_of(text);
  return run_plan(rows, registry(), never, {});
}

inline const RunResult& run_named(const Result& result, std::string_view name) {
  for (const RunResult& run : result.runs) {
    if (run.name == name) return run;
  }
  throw std::out_of_range("no run " + std::string(name));
}

}  // namespace hitbench
