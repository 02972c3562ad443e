#include <fmt/format.h>

#include <functional>

#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/output_file.h"
#include "registry.h"
#include "scenario/scenario.h"
#include "scenario/strategy_rules.h"

namespace hitbench {
namespace {

std::string describe_field(const Field& field) {
  std::string line = fmt::format("      {:<14} {}", field.name, field.doc);
  if (field.fallback.empty()) line += " (required)";
  if (!field.fallback.empty() && field.fallback != "null") line += fmt::format(" (default {})", field.fallback);
  if (!field.unavailable.empty()) line += fmt::format(" [{}]", field.unavailable);
  return line + "\n";
}

std::string describe_row(const RowInfo& row) {
  std::string text = fmt::format("  {:<14} {}", row.name, row.summary);
  if (!row.unavailable.empty()) text += fmt::format(" [{}]", row.unavailable);
  text += "\n";
  for (const Field& field : row.fields) text += describe_field(field);
  return text;
}

std::string rules() {
  std::string text;
  for (const StrategyRule& rule : strategy_rules()) text += fmt::format("  {:<30} {}\n", rule.name, rule.words);
  return text;
}

template <class Type>
std::function<std::string()> table(const std::vector<Type>& rows) {
  return [&rows] {
    std::string text;
    for (const RowInfo& row : rows) text += describe_row(row);
    return text;
  };
}

}  // namespace

int list_command(const Options& options) {
  const Registry& all = registry();
  if (options.schema) return write_output("", scenario_schema(all)), 0;
  const std::vector<std::pair<std::string, std::function<std::string()>>> kinds = {
      {"strategies", table(all.strategies)},
      {"guards", table(all.guards)},
      {"on_write", table(all.write_paths)},
      {"refresh", table(all.refreshes)},
      {"nulls", table(all.nulls)},
      {"fail_safe", table(all.fail_safes)},
      {"caches", table(all.caches)},
      {"evictions", table(all.evictions)},
      {"traces", table(all.traces)},
      {"origins", table(all.origins)},
      {"keys", table(all.keys)},
      {"values", table(all.values)},
      {"latencies", table(all.latencies)},
      {"arrivals", table(all.arrivals)},
      {"reports", table(all.reports)},
      {"rules", rules}};
  std::string text;
  std::vector<std::string> names;
  for (const auto& [name, print] : kinds) {
    names.push_back(name);
    if (options.kind.empty() || options.kind == name) text += name + "\n" + print();
  }
  if (text.empty()) {
    throw usage_error("there is no kind of part called '" + options.kind + "'." + did_you_mean(options.kind, names),
                      "`hitbench list` prints them all");
  }
  write_output("", text);
  return 0;
}

}  // namespace hitbench
