#include "cli/inputs.h"

#include <memory>
#include <set>
#include <string_view>

#include "registry.h"
#include "scenario/part_reader.h"

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
      if (field.name == "server" && has_slash(part.params.text(field.name))) names.insert(part.params.text(field.name));
    }
  }
}

void add_files_of(const Scenario& scenario, Names& names) {
  for (const Part& origin : scenario.origins) add_files_of(origin, "origin", names);
  for (const Part& cache : scenario.caches) add_files_of(cache, "cache", names);
  for (const Part& strategy : scenario.strategies) add_files_of(strategy, "strategy", names);
  add_files_of(scenario.workload.keys, "keys", names);
  if (scenario.workload.write_keys) add_files_of(*scenario.workload.write_keys, "keys", names);
  add_files_of(scenario.workload.values, "values", names);
}

}  // namespace

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
