#include "cli/listed.h"

#include <algorithm>

#include "registry.h"
#include "scenario/part_reader.h"
#include "scenario/sections.h"
#include "scenario/strategy_rules.h"

namespace hitbench {
namespace {

template <class Type>
ListedKind kind_of_rows(std::string_view name, const std::vector<Type>& rows) {
  ListedKind kind{.name = name, .rows = {}};
  for (const Type& row : rows) {
    if (!row.traits.recorded) kind.rows.push_back(&row);  // a scenario has no name for it
  }
  return kind;
}

const std::vector<RowInfo>& rule_rows() {
  static const std::vector<RowInfo> rows = [] {
    std::vector<RowInfo> all;
    for (const StrategyRule& rule : strategy_rules()) all.push_back({.name = rule.name, .summary = rule.words});
    return all;
  }();
  return rows;
}

// A scenario has a list of them.
Field pin_field() {
  Field field = pinned_core_field();
  field.fallback = "null";
  return field;
}

}  // namespace

const std::vector<ListedKind>& listed_kinds() {
  const Registry& all = registry();
  static const std::vector<ListedKind> kinds = {kind_of_rows("strategies", all.strategies),
                                                kind_of_rows("guards", all.guards),
                                                kind_of_rows("on_write", all.write_paths),
                                                kind_of_rows("refresh", all.refreshes),
                                                kind_of_rows("nulls", all.nulls),
                                                kind_of_rows("fail_safe", all.fail_safes),
                                                kind_of_rows("caches", all.caches),
                                                kind_of_rows("evictions", all.evictions),
                                                kind_of_rows("traces", all.traces),
                                                kind_of_rows("origins", all.origins),
                                                kind_of_rows("keys", all.keys),
                                                kind_of_rows("values", all.values),
                                                kind_of_rows("latencies", all.latencies),
                                                kind_of_rows("arrivals", all.arrivals),
                                                kind_of_rows("reports", all.reports),
                                                kind_of_rows("rules", rule_rows())};
  return kinds;
}

const std::vector<ListedSection>& listed_sections() {
  static const std::vector<ListedSection> sections = {
      {"scenario",
       "the outermost fields; also \"origin\" or \"origins\", \"caches\", \"strategies\", and \"sweep\": lists of "
       "values by the paths of fields",
       {{"", top_fields()}}},
      {"workload",
       "which operations arrive, on which keys, with which sizes, when",
       {{"", workload_fields()},
        {"keys.", keys_fields()},
        {"write_keys.", write_keys_fields()},
        {"mix.", mix_fields()},
        {"absent.", absent_fields()},
        {"absent.", {absent_keys_field()}},
        {"trace.", part_kind(registry(), "trace").rows.front()->fields}}},
      {"app", "the application: its processes, clients and connections", {{"", app_fields()}, {"", {pin_field()}}}},
      {"warmup", "what runs before measuring", {{"", warmup_fields()}, {"", {preload_share_field()}}}},
      {"measure", "how long each row is measured", {{"", measure_fields()}}},
      {"faults", "a list: what breaks, when, and for how long", {{"", fault_fields()}}},
      {"claims", "a list: what is said of caching, to be judged by the result", {{"", claim_fields()}}},
      {"requires", "what the machine must have", {{"", requires_fields()}}}};
  return sections;
}

std::vector<std::string> listed_names() {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  for (const ListedKind& kind : listed_kinds()) add(kind.name);
  for (const ListedSection& section : listed_sections()) add(section.name);
  for (const ListedKind& kind : listed_kinds()) {
    for (const RowInfo* row : kind.rows) add(row->name);
  }
  return names;
}

}  // namespace hitbench
