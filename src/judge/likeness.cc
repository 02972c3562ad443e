#include "judge/likeness.h"

#include <algorithm>
#include <array>

#include "base/text.h"
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

// Fields that are sizes in bytes, which the scenario has as numbers. The registry knows more, and is not seen here.
bool is_size(const std::string& path) {
  const std::string name = path.substr(path.rfind('.') + 1);
  return (path.find("caches.") != std::string::npos && (name == "memory" || name == "bytes")) || name == "value_bytes";
}

// Exact, so that two that differ look different: "64 MiB", "1500 B".
std::string size_words(uint64_t bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB"};
  size_t unit = 0;
  while (unit + 1 < kUnits.size() && bytes > 0 && bytes % 1024 == 0) bytes /= 1024, ++unit;
  return std::to_string(bytes) + " " + kUnits[unit];
}

std::string words_at(const std::string& path, const Json& value) {
  return value.is_number_unsigned() && is_size(path) ? size_words(value.get<uint64_t>()) : words_of(value);
}

using Changes = std::vector<FieldChange>;

void add_changes(const Json& base, const Json& candidate, const std::string& path, Changes& out) {
  const std::string inside = path.empty() ? "" : path + ".";
  if (base.is_object() && candidate.is_object()) {
    for (const auto& [name, value] : base.items()) add_changes(value, member(candidate, name), inside + name, out);
    for (const auto& [name, value] : candidate.items()) {
      if (!base.contains(name)) add_changes(Json(), value, inside + name, out);
    }
  } else if (base.is_array() && candidate.is_array() && base.size() == candidate.size()) {
    for (size_t i = 0; i < base.size(); ++i) add_changes(base[i], candidate[i], inside + std::to_string(i), out);
  } else if (base != candidate) {
    out.push_back({path, words_at(path, base), words_at(path, candidate)});
  }
}

void add_differences(const Json& base, const Json& candidate, const std::string& path, std::vector<std::string>& out) {
  Changes changes;
  add_changes(base, candidate, path, changes);
  for (const FieldChange& change : changes) {
    out.push_back(change.path + ": " + change.base + " against " + change.candidate);
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

// {"save": "3600 1; 300 10", "--threads": "2"}, so that a change is that of an option and not of a place. What is given
// several times adds up.
void add_option(const std::string& name, const std::string& value, Json& options) {
  if (!options.contains(name)) {
    options[name] = value;
  } else {
    options[name] = options[name].get<std::string>() + "; " + value;
  }
}

// "-1" is a value.
bool is_option(const std::string& word) { return word.starts_with('-') && (word.size() < 2 || !is_digit(word[1])); }

// Where the name ends in "-m64" and in "--memory-limit=64".
size_t end_of_name(const std::string& word) {
  if (word.starts_with("--")) return std::min(word.find('='), word.size());
  return word.size() > 2 && is_digit(word[2]) ? 2 : word.size();
}

Json options_of_arguments(const Json& arguments) {
  Json options = Json::object();
  std::string name, value;
  const auto done = [&] {
    if (!name.empty() || !value.empty()) add_option(name.empty() ? "0" : name, value, options);
    value.clear();
  };
  for (const Json& argument : arguments) {
    const std::string word = argument.is_string() ? argument.get<std::string>() : argument.dump();
    if (is_option(word)) {
      done();
      const size_t end = end_of_name(word);
      name = word.substr(0, end);
      value = word.substr(std::min(end + (word.substr(end).starts_with('=') ? 1 : 0), word.size()));
    } else {
      value += (value.empty() ? "" : " ") + word;
    }
  }
  done();
  return options;
}

Json options_of_lines(const Json& lines) {
  Json options = Json::object();
  for (const Json& line : lines) {
    const std::string text = line.is_string() ? line.get<std::string>() : line.dump();
    const size_t end = text.find_first_of(" \t");
    const std::string name = lowered(text.substr(0, end));
    const size_t value = end == std::string::npos ? end : text.find_first_not_of(" \t", end);
    add_option(name, value == std::string::npos ? "" : text.substr(value), options);
  }
  return options;
}

// The name of a configuration file changes nothing, what is in it does.
void spread_options(Json& cache) {
  if (!cache.is_object()) return;
  if (cache.contains("args") && cache["args"].is_array()) cache["args"] = options_of_arguments(cache["args"]);
  if (cache.contains("config")) {
    Json& config = cache["config"];
    config = options_of_lines(config.is_object() ? member(config, "lines") : Json::array());
  }
}

// Without what only the report reads, and without "requires", which says where the scenario may run.
Json scenario_of(const Result& result) {
  Json scenario = embedded_document(result.scenario_json);
  if (!scenario.is_object()) return Json::object();
  for (const char* name : {"question", "answer", "claims", "thresholds", "requires"}) scenario.erase(name);
  if (scenario.contains("caches") && scenario["caches"].is_array()) {
    for (Json& cache : scenario["caches"]) spread_options(cache);
  }
  return scenario;
}

}  // namespace

std::vector<FieldChange> scenario_changes(const Result& base, const Result& candidate) {
  Changes changes;
  add_changes(scenario_of(base), scenario_of(candidate), "", changes);
  return changes;
}

bool sweeps_trace(const Json& scenario) {
  if (!scenario.contains("sweep")) return false;
  for (const auto& [path, points] : scenario["sweep"].items()) {
    if (path.starts_with("workload.trace") && path != "workload.trace.pace") return true;
  }
  return false;
}

bool are_left_out(const RunResult& base, const RunResult& candidate) {
  return base.skipped && candidate.skipped && !base.failed() && !candidate.failed();
}

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
