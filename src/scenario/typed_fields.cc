#include "scenario/typed_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "registry.h"
#include "scenario/changes.h"
#include "scenario/part_reader.h"

namespace hitbench {
namespace {

// "redis", or an object that leaves the type to its default, as an object that has it.
Json with_type(const PartKind& kind, const Json& part) {
  const std::string key(kind.type_key);
  Json object = part.is_string() ? part_object(key, part.get<std::string>()) : part;
  if (object.is_object() && !object.contains(key) && !kind.fallback.empty()) object[key] = kind.fallback;
  return object;
}

Json merged(const PartKind& kind, const Json& old, const Json& value) {
  const std::string key(kind.type_key);
  Json object = with_type(kind, old);
  if (!object.is_object() || !value.is_object()) return value;
  if (value.contains(key) && object[key] != value[key]) return value;
  object.update(value);
  return object;
}

// Also of a part that nobody knows: the reader has better words for that.
bool takes(const PartKind& kind, const Json& part, const std::string& name) {
  const Json object = with_type(kind, part);
  const Json type = object.is_object() ? object.value(std::string(kind.type_key), Json()) : Json();
  const RowInfo* row = type.is_string() ? find_info(kind, type.get<std::string>()) : nullptr;
  return row == nullptr || has_field(*row, name);
}

[[noreturn]] void fail_untaken(const PartKind& kind, const TypedField& field, const std::string& name,
                               const Source& source) {
  std::vector<std::string> names;
  for (const RowInfo* row : kind.rows) {
    if (has_field(*row, name)) names.emplace_back(row->name);
  }
  throw usage_error(fmt::format("{}: {}: no {} here has the field {}", source.where, field.words, kind.name, name),
                    fmt::format("leave it out, or name a {} that has it: {}", kind.name, one_of(names)));
}

void assign_one(Json& document, const TypedField& field, const std::vector<std::string>& path, const Json& value,
                Source& source) {
  Assignment assignment{.path = path, .value = value, .origin = {}};
  assignment.origin = {assignment.dotted(), field.words, true};
  source.overrides.push_back(assignment.origin);
  assign(document, assignment, source);
}

// {"strategies", "*", "ttl"}.
void assign_to_parts(Json& document, const TypedField& field, const std::vector<std::string>& path,
                     const PartKind& kind, const Json& value, Source& source) {
  const std::string &list = path.front(), &name = path.back();
  fill_default(document, list);
  if (!document[list].is_array()) return;  // which the reader refuses
  bool taken = false;
  for (size_t i = 0; i < document[list].size(); ++i) {
    if (!takes(kind, document[list][i], name)) continue;
    assign_one(document, field, {list, std::to_string(i), name}, value, source);
    taken = true;
  }
  if (!taken) fail_untaken(kind, field, name, source);
}

}  // namespace

void assign(Json& document, const TypedField& field, Source& source, const Registry& registry) {
  const std::vector<std::string> path = split_path(field.path);
  Json value = parse_json(field.value, field.words);
  if (field.kind.empty()) return assign_one(document, field, path, value, source);
  const PartKind kind = part_kind(registry, field.kind);
  if (path.size() == 3 && path[1] == "*") return assign_to_parts(document, field, path, kind, value, source);
  const Json::json_pointer pointer{fmt::format("/{}", fmt::join(path, "/"))};
  if (document.contains(pointer)) value = merged(kind, document[pointer], value);
  assign_one(document, field, path, value, source);
}

}  // namespace hitbench
