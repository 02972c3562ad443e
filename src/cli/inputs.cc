#include "cli/inputs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include "registry.h"
#include "scenario/part_reader.h"
#include "scenario/server_config.h"

namespace hitbench {
namespace {

using Names = std::set<std::string>;

// Else it is looked for on the PATH.
bool has_slash(const std::string& program) { return program.find('/') != std::string::npos; }

void add_files_of(const Part& part, std::string_view kind, Names& names) {
  for (const RowInfo* row : part_kind(registry(), kind).rows) {
    if (row->name != part.type) continue;
    for (const Field& field : row->fields) {
      if (!part.params.has(field.name)) continue;
      if (field.type == FieldType::part) add_files_of(part.params.part(field.name), field.kind, names);
      // As the scenario reader knows them (scenario/fields.cc).
      if (field.name == "file" || field.name == "password_file") names.insert(part.params.text(field.name));
      if (field.name == "config") names.insert(config_path_of(part.params.text(field.name)));
      if (field.name == "server" && has_slash(part.params.text(field.name))) names.insert(part.params.text(field.name));
    }
  }
}

// Those in which the workload or the origin is.
void add_data_of(const Scenario& scenario, Names& names) {
  for (const Part& origin : scenario.origins) add_files_of(origin, "origin", names);
  for (const Part& strategy : scenario.strategies) add_files_of(strategy, "strategy", names);
  add_files_of(scenario.workload.keys, "keys", names);
  if (scenario.workload.write_keys) add_files_of(*scenario.workload.write_keys, "keys", names);
  add_files_of(scenario.workload.values, "values", names);
}

void add_files_of(const Scenario& scenario, Names& names) {
  add_data_of(scenario, names);
  for (const Part& cache : scenario.caches) add_files_of(cache, "cache", names);
}

// By their names relative to the scenario's folder.
std::map<std::string, std::string> data_files(const SideFiles& side) {
  const std::filesystem::path folder = std::filesystem::path(side.scenario).parent_path();
  std::map<std::string, std::string> files;
  Names names;
  for (const RowPlan& row : side.rows) add_data_of(*row.scenario, names);
  for (const std::string& name : names) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(name, ignored)) continue;
    files[std::filesystem::path(name).lexically_relative(folder).string()] = name;
  }
  return files;
}

bool are_equal(const std::string& a, const std::string& b) {
  std::ifstream one(a, std::ios::binary), other(b, std::ios::binary);
  const std::istreambuf_iterator<char> end;
  return std::equal(std::istreambuf_iterator<char>(one), end, std::istreambuf_iterator<char>(other), end);
}

}  // namespace

std::vector<std::string> files_that_differ(const SideFiles& base, const SideFiles& candidate) {
  std::vector<std::string> words;
  const std::map<std::string, std::string> others = data_files(candidate);
  for (const auto& [name, path] : data_files(base)) {
    const auto other = others.find(name);
    if (other != others.end() && path != other->second && !are_equal(path, other->second)) {
      words.push_back("file " + name + ": changed");
    }
  }
  return words;
}

std::vector<std::string> files_named(const std::vector<Scenario>& points) {
  Names names;
  for (const Scenario& point : points) add_files_of(point, names);
  return {names.begin(), names.end()};
}

std::vector<std::string> files_read(std::vector<std::string> files, const std::vector<RowPlan>& rows) {
  Names names;
  std::set<const Scenario*> points;
  for (const RowPlan& row : rows) {
    if (points.insert(row.scenario.get()).second) add_files_of(*row.scenario, names);
  }
  files.insert(files.end(), names.begin(), names.end());
  return files;
}

}  // namespace hitbench
