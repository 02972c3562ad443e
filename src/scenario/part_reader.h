// Reads the parts that a scenario names against the registry's rows: a string ("memory", "redis://127.0.0.1:6379/0",
// and where a kind has a row "fixed" also its one value: "5ms") or an object ({"type": "memory", "entries": 100}).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "scenario/fields.h"

namespace hitbench {

// One of the registry's tables, as the scenario file sees it.
struct PartKind {
  std::string_view name;      // "cache"
  std::string_view type_key;  // the member that names the row: "type", "distribution", "loop"
  std::string_view fallback;  // the row of an object that names none; empty: it must
  bool renamed = false;       // takes a "name" for reports
  std::vector<const RowInfo*> rows = {};
};

// Kinds: cache, origin, strategy, guard, on_write, refresh, nulls, fail_safe, keys, values, latency, arrivals. CHECKs
// that there is one.
PartKind part_kind(const Registry& registry, std::string_view name);

const RowInfo* find_info(const PartKind& kind, std::string_view name);  // null: there is none
std::vector<std::string> usable_names(const PartKind& kind);            // those that this build has
bool has_field(const RowInfo& row, std::string_view name);

struct ReadPart {
  Part part;
  Json json;
};

// `others` are fields that stand in the same object but belong to no row (workload.keys.count).
ReadPart read_part(const PartKind& kind, const Json& json, const Location& location, const Registry& registry,
                   const std::vector<Field>& others = {});

// A list of parts with names that differ; fails for an empty one.
struct ReadParts {
  std::vector<Part> parts;
  Json json = Json::array();
};
ReadParts read_parts(const PartKind& kind, const Json& json, const Location& location, const Registry& registry);

// "redis" as {"type": "redis"}, an address as {"type": ..., "address": ...}.
Json part_object(std::string_view type_key, const std::string& text);

// The row "fixed" whose first field a bare value stands for, or null.
const RowInfo* fixed_row(const PartKind& kind);

}  // namespace hitbench
