#include "scenario/part_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "registry.h"
#include "scenario/planned.h"

namespace hitbench {
namespace {

template <class Type>
std::vector<const RowInfo*> rows_of(const std::vector<Type>& rows) {
  std::vector<const RowInfo*> infos;
  for (const Type& row : rows) infos.push_back(&row);
  return infos;
}

// Those that stand in `workload.trace`, or the others.
template <class Type>
std::vector<const RowInfo*> rows_of(const std::vector<Type>& rows, bool recorded) {
  std::vector<const RowInfo*> infos = rows_of(rows);
  std::erase_if(infos, [recorded](const RowInfo* row) { return row->traits.recorded != recorded; });
  return infos;
}

// Which cache an address belongs to; empty for a plain word.
std::string address_type(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSchemes = {
      {{"redis://", "redis"},
       {"redis+unix://", "redis"},
       {"memcached://", "memcached"},
       {"memcached+unix://", "memcached"},
       {"libmemcached://", "libmemcached"},
       {"libmemcached+unix://", "libmemcached"}}};
  for (const auto& [scheme, type] : kSchemes) {
    if (text.starts_with(scheme)) return std::string(type);
  }
  return {};
}

const RowInfo& row_named(const PartKind& kind, const std::string& type, const Location& location) {
  const RowInfo* row = find_info(kind, type);
  if (row == nullptr && is_planned_word(kind.name, type)) location.fail("\"" + type + "\" is " + std::string(kNotYet));
  if (row == nullptr) {
    const std::vector<std::string> names = usable_names(kind);
    location.fail(fmt::format("unknown {} \"{}\".{}", kind.name, type, did_you_mean(type, names)),
                  "known: " + one_of(names));
  }
  // What this build lacks is a skipped row, like a server that is not installed.
  const bool not_built = row->unavailable.starts_with("not built");
  if (!row->unavailable.empty() && !not_built) location.fail(fmt::format("\"{}\" is {}", type, row->unavailable));
  return *row;
}

// Every way of writing a part, as an object that names its row.
Json as_object(const PartKind& kind, const Json& json, const Location& location) {
  if (json.is_object()) return json;
  const RowInfo* fixed = fixed_row(kind);
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    const bool starts_with_digit = !text.empty() && is_digit(text[0]);
    if (fixed == nullptr || !starts_with_digit) return part_object(kind.type_key, text);
  }
  if (fixed == nullptr || json.is_array() || json.is_null() || json.is_boolean()) {
    location.fail(fmt::format("must be the name of a {} or an object, is {}", kind.name, kind_of(json)));
  }
  Json object = Json::object();
  object[std::string(kind.type_key)] = "fixed";
  object[std::string(fixed->fields.front().name)] = json;
  return object;
}

// "refresh": { "ahead": 0.2 } means the row that is called like its first field.
const RowInfo* row_of_first_field(const PartKind& kind, const Json& object) {
  for (const RowInfo* row : kind.rows) {
    const bool named_like_field = !row->fields.empty() && row->fields.front().name == row->name;
    if (named_like_field && object.contains(std::string(row->name))) return row;
  }
  return nullptr;
}

std::string type_of(const PartKind& kind, const Json& object, const Location& location) {
  const Location at = location / kind.type_key;
  const auto given = object.find(std::string(kind.type_key));
  if (given == object.end()) {
    if (const RowInfo* row = row_of_first_field(kind, object)) return std::string(row->name);
    if (kind.fallback.empty()) at.fail("is required", "known: " + one_of(usable_names(kind)));
    return std::string(kind.fallback);
  }
  if (!given->is_string()) at.fail(fmt::format("must be a string, is {}", kind_of(*given)));
  return given->get<std::string>();
}

// Names stand in rows ("strategy/cache?sweep"), thresholds ("ROW:...") and answers ("{row.metric}").
std::string checked_name(const Json& json, const Location& location) {
  static constexpr std::string_view kAllowed = "-_.+";
  if (!json.is_string()) location.fail(fmt::format("must be a string, is {}", kind_of(json)));
  const auto name = json.get<std::string>();
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kAllowed.find(c) != std::string_view::npos;
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), allowed)) {
    location.fail(fmt::format("\"{}\" must be letters, digits, '-', '_', '.' and '+'", name));
  }
  constexpr size_t kLongest = 100;
  if (name.size() > kLongest) {
    location.fail(fmt::format("a name must have at most {} characters, this one has {}", kLongest, name.size()));
  }
  return name;
}

// A member that another row of this kind takes is no typing mistake.
void refuse_misplaced(const PartKind& kind, const RowInfo& row, const Json& object, const Location& location) {
  for (const auto& [name, ignored] : object.items()) {
    if (has_field(row, name)) continue;
    for (const RowInfo* other : kind.rows) {
      if (has_field(*other, name)) {
        (location / name).fail(fmt::format("\"{}\" takes no {}; \"{}\" does", row.name, name, other->name));
      }
    }
    if (is_planned_field(kind.name, name)) (location / name).fail(std::string(kNotYet));
  }
}

void refuse_misplaced_unless_known(const PartKind& kind, const RowInfo& row, const Json& object,
                                   const Location& location, const std::vector<Field>& others) {
  Json rest = object;
  rest.erase(std::string(kind.type_key));
  if (kind.renamed) rest.erase("name");
  for (const Field& field : others) rest.erase(std::string(field.name));
  refuse_misplaced(kind, row, rest, location);
}

}  // namespace

const RowInfo* find_info(const PartKind& kind, std::string_view name) {
  for (const RowInfo* row : kind.rows) {
    if (row->name == name) return row;
  }
  return nullptr;
}

std::vector<std::string> usable_names(const PartKind& kind) {
  std::vector<std::string> names;
  for (const RowInfo* row : kind.rows) {
    if (row->unavailable.empty()) names.emplace_back(row->name);
  }
  return names;
}

bool has_field(const RowInfo& row, std::string_view name) {
  return std::any_of(row.fields.begin(), row.fields.end(), [&](const Field& field) { return field.name == name; });
}

PartKind part_kind(const Registry& registry, std::string_view name) {
  if (name == "cache") return {name, "type", "", true, rows_of(registry.caches)};
  if (name == "origin") return {name, "type", "simulated", true, rows_of(registry.origins)};
  if (name == "strategy") return {name, "type", "", true, rows_of(registry.strategies)};
  if (name == "guard") return {name, "type", "", false, rows_of(registry.guards)};
  if (name == "on_write") return {name, "type", "", false, rows_of(registry.write_paths)};
  if (name == "refresh") return {name, "type", "", false, rows_of(registry.refreshes)};
  if (name == "nulls") return {name, "type", "marker", false, rows_of(registry.nulls)};
  if (name == "fail_safe") return {name, "type", "breaker", false, rows_of(registry.fail_safes)};
  if (name == "keys") return {name, "distribution", "zipf", false, rows_of(registry.keys, false)};
  if (name == "trace") return {name, "distribution", "recorded", false, rows_of(registry.keys, true)};
  if (name == "values") return {name, "distribution", "", false, rows_of(registry.values)};
  if (name == "latency") return {name, "distribution", "lognormal", false, rows_of(registry.latencies)};
  CHECK(name == "arrivals");
  return {name, "loop", "closed", false, rows_of(registry.arrivals, false)};
}

const RowInfo* fixed_row(const PartKind& kind) {
  const RowInfo* row = find_info(kind, "fixed");
  return row != nullptr && !row->fields.empty() ? row : nullptr;
}

Json part_object(std::string_view type_key, const std::string& text) {
  Json object = Json::object();
  const std::string type = address_type(text);
  object[std::string(type_key)] = type.empty() ? text : type;
  if (!type.empty()) object["address"] = text;
  return object;
}

ReadPart read_part(const PartKind& kind, const Json& json, const Location& location, const Registry& registry,
                   const std::vector<Field>& others) {
  const Json object = as_object(kind, json, location);
  ReadPart read;
  read.part.type = type_of(kind, object, location);
  read.json = Json::object();
  read.json[std::string(kind.type_key)] = read.part.type;
  const RowInfo& row = row_named(kind, read.part.type, location);
  read.part.name = read.part.type;
  read.part.traits = row.traits;
  ObjectReader members(object, location, registry);
  members.take(kind.type_key);
  if (kind.renamed) {
    if (const Json* name = members.take("name")) read.part.name = checked_name(*name, location / "name");
    read.json["name"] = read.part.name;
  }
  refuse_misplaced_unless_known(kind, row, object, location, others);
  members.read(others, read.part.params, read.json);
  members.read(row.fields, read.part.params, read.json);
  members.finish();
  return read;
}

ReadParts read_parts(const PartKind& kind, const Json& json, const Location& location, const Registry& registry) {
  if (!json.is_array()) location.fail(fmt::format("must be a list, is {}", kind_of(json)), "put it into [ ]");
  if (json.empty()) location.fail("must not be empty");
  constexpr size_t kMost = 100;
  if (json.size() > kMost) location.fail(fmt::format("must have at most {} entries, has {}", kMost, json.size()));
  ReadParts read;
  std::set<std::string> names;
  for (size_t i = 0; i < json.size(); ++i) {
    ReadPart one = read_part(kind, json[i], location.at(i), registry);
    if (!names.insert(one.part.name).second) {
      location.at(i).fail(fmt::format("a second {} is called \"{}\"", kind.name, one.part.name),
                          "give one of them a \"name\" of its own");
    }
    read.parts.push_back(std::move(one.part));
    read.json.push_back(std::move(one.json));
  }
  return read;
}

}  // namespace hitbench
