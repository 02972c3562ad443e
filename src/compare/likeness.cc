#include "compare/likeness.h"

#include <algorithm>

#include "metrics/json_archive.h"

namespace hitbench {
namespace {

constexpr size_t kLongestValue = 60;

std::string words_of(const Json& value) {
  if (value.is_null()) return "nothing";
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.size() > kLongestValue) text = text.substr(0, kLongestValue) + "...";
  return text;
}

const Json& member(const Json& object, const std::string& name) {
  static const Json nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

void add_differences(const Json& base, const Json& candidate, const std::string& path, std::vector<std::string>& out) {
  if (base.is_object() && candidate.is_object()) {
    for (const auto& [name, value] : base.items()) {
      add_differences(value, member(candidate, name), path + "." + name, out);
    }
    for (const auto& [name, value] : candidate.items()) {
      if (!base.contains(name)) add_differences(Json(), value, path + "." + name, out);
    }
  } else if (base.is_array() && candidate.is_array() && base.size() == candidate.size()) {
    for (size_t i = 0; i < base.size(); ++i) {
      add_differences(base[i], candidate[i], path + "[" + std::to_string(i) + "]", out);
    }
  } else if (base != candidate) {
    out.push_back(path + ": " + words_of(base) + " against " + words_of(candidate));
  }
}

void compare_text(const std::string& path, const std::string& base, const std::string& candidate,
                  std::vector<std::string>& out) {
  add_differences(base, candidate, path, out);
}

void compare_machines(const Json& base, const Json& candidate, std::vector<std::string>& out) {
  for (const char* name : {"cpu", "kernel", "architecture", "virtualisation", "clocksource"}) {
    add_differences(member(base, name), member(candidate, name), std::string("environment.") + name, out);
  }
  for (const char* pointer : {"/memory/total_bytes", "/hitbench/build_type", "/hitbench/sanitizers"}) {
    const Json::json_pointer at(pointer);
    std::string path = std::string("environment") + pointer;
    std::replace(path.begin(), path.end(), '/', '.');
    const auto value = [&](const Json& json) { return json.contains(at) ? json[at] : Json(); };
    add_differences(value(base), value(candidate), path, out);
  }
}

void compare_runs(const RunResult& base, const RunResult& candidate, std::vector<std::string>& out) {
  const std::string row = base.name + ": ";
  compare_text(row + "clock", base.clock, candidate.clock, out);
  compare_text(row + "loop", base.loop, candidate.loop, out);
  compare_text(row + "arrivals", base.arrivals, candidate.arrivals, out);
  compare_text(row + "client_model", base.client_model, candidate.client_model, out);
  compare_text(row + "backend.version", base.backend.version.value_or(""), candidate.backend.version.value_or(""), out);
}

Json scenario_of(const Result& result) {
  Json scenario = embedded_document(result.scenario_json);
  for (const char* name : {"question", "answer", "claims", "thresholds", "requires"}) scenario.erase(name);
  return scenario;
}

}  // namespace

const RunResult* run_named(const Result& result, const std::string& name) {
  const RunResult* found = nullptr;
  for (const RunResult& run : result.runs) {
    if (run.name == name && (found == nullptr || found->skipped)) found = &run;
  }
  return found;
}

std::vector<std::string> unlike_fields(const Result& base, const Result& candidate) {
  std::vector<std::string> fields;
  const auto is_virtual = [](const RunResult& run) { return run.skipped || run.clock == "virtual"; };
  const bool machine = !std::all_of(base.runs.begin(), base.runs.end(), is_virtual);
  if (machine) {
    compare_machines(embedded_document(base.environment_json), embedded_document(candidate.environment_json), fields);
  }
  add_differences(scenario_of(base), scenario_of(candidate), "scenario", fields);
  for (const RunResult& run : base.runs) {
    const RunResult* other = run_named(candidate, run.name);
    if (other == nullptr) {
      fields.push_back(run.name + ": a row of the base only");
    } else if (!run.skipped && !other->skipped) {
      compare_runs(run, *other, fields);
    }
  }
  for (const RunResult& run : candidate.runs) {
    if (run_named(base, run.name) == nullptr) fields.push_back(run.name + ": a row of the candidate only");
  }
  return fields;
}

}  // namespace hitbench
