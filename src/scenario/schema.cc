// The JSON schema (draft-07) of scenario files. What it cannot say, such as that shares add up to 1, only the reader
// checks.
#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "registry.h"
#include "scenario/fields.h"
#include "scenario/part_reader.h"
#include "scenario/planned.h"
#include "scenario/scenario.h"
#include "scenario/sections.h"

namespace hitbench {
namespace {

// The units of base/units.cc.
constexpr std::string_view kDurationPattern = "^[0-9]+(\\.[0-9]+)? *(ns|us|[µμ]s|ms|s|m|min|h)$";
constexpr std::string_view kSizePattern = "^[0-9]+(\\.[0-9]+)? *([kKMGT]?B?|[kKMGT]iB)$";
constexpr std::string_view kCountPattern = "^[0-9]+(\\.[0-9]+)? *([kKMG]|e[3-9])?$";
constexpr std::string_view kAddressPattern =
    "^(redis|redis\\+unix|memcached|memcached\\+unix|libmemcached|libmemcached\\+unix)://.+$";
constexpr std::string_view kNamePattern = "^[A-Za-z0-9._+-]+$";

Json text_matching(std::string_view pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

Json any_of(const std::vector<Json>& schemas) { return schemas.size() == 1 ? schemas[0] : Json{{"anyOf", schemas}}; }

// Whole where it is whole, so that the schema says 1 and not 1.0.
Json bound(double value) {
  if (value == std::floor(value) && std::fabs(value) < 0x1p53) return static_cast<int64_t>(value);
  return value;
}

Json number_schema(const Field& field, std::string_view type) {
  Json schema = {{"type", type}};
  if (!std::isinf(field.min)) schema[field.min_excluded ? "exclusiveMinimum" : "minimum"] = bound(field.min);
  if (!std::isinf(field.max)) schema["maximum"] = bound(field.max);
  return schema;
}

// The schema is about the language, not about this build: what merely was not built stays in it.
bool described_here(const RowInfo& row) { return row.unavailable != kNotYet; }

class SchemaWriter {
 public:
  explicit SchemaWriter(const Registry& registry) : registry_(registry) {}

  Json write() {
    Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                   {"title", "hitbench scenario"},
                   {"type", "object"},
                   {"additionalProperties", false}};
    schema["properties"] = properties(top_fields());
    Json& top = schema["properties"];
    top["claims"] = {{"type", "array"}, {"items", object(claim_fields())}};
    top["requires"] = object(requires_fields());
    top["faults"] = {{"description", "what breaks, and when"}, {"type", "array"}, {"items", object(fault_fields())}};
    top["faults"]["maxItems"] = kMostFaults;
    top["workload"] = workload();
    top["app"] = object(app_fields());
    top["app"]["properties"]["pin"] = pin();
    top["warmup"] = object(warmup_fields());
    top["warmup"]["properties"]["preload"] = preload();
    top["measure"] = object(measure_fields());
    top["warmup"]["not"] = duration_with({"operations", "until", "limit"});
    top["measure"]["not"] = duration_with({"operations"});
    top["origin"] = part(part_kind(registry_, "origin"));
    top["origins"] = list("origin");
    top["caches"] = list("cache");
    top["strategies"] = list("strategy");
    top["sweep"] = {{"description", "paths of fields, each with the values to run; several make a grid"},
                    {"type", "object"},
                    {"additionalProperties", {{"type", "array"}, {"minItems", 1}}}};
    schema["not"] = {{"required", {"origin", "origins"}}};
    return schema;
  }

 private:
  Json workload() {
    Json schema = object(workload_fields());
    Json& members = schema["properties"];
    members["keys"] = part(part_kind(registry_, "keys"), keys_fields());
    members["write_keys"] = part(part_kind(registry_, "keys"), write_keys_fields());
    members["write_keys"]["description"] = "which of the keys writes and deletes use; reads and modifies use keys";
    members["mix"] = object(mix_fields());
    for (const RowInfo* row : part_kind(registry_, "trace").rows) {
      members["trace"] = object(row->fields);
      members["trace"]["description"] = row->summary;
      Json& pace = members["trace"]["properties"]["pace"];
      pace = any_of({pace, {{"const", "closed"}}});
    }
    Json absent = object(absent_fields());
    absent["properties"]["keys"] =
        any_of({number_schema(absent_keys_field(), "integer"), text_matching(kCountPattern), {{"const", "unique"}}});
    members["absent"] = any_of({number_schema(absent_fields().front(), "number"), absent});
    return schema;
  }

  static Json preload() {
    const Field& share = preload_share_field();
    return {{"description", share.doc},
            {"default", default_json(share)},
            {"anyOf", {{{"type", "boolean"}}, number_schema(share, "number")}}};
  }

  static Json duration_with(const std::vector<std::string>& others) {
    std::vector<Json> given;
    for (const std::string& name : others) {
      const Json value = {{"type", Json::array({"integer", "string"})}};
      given.push_back(
          {{"properties", {{"duration", {{"type", "string"}}}, {name, value}}}, {"required", {"duration", name}}});
    }
    return any_of(given);
  }

  static Json pin() {
    const Json core = number_schema(pinned_core_field(), "integer");
    return {{"description", pinned_core_field().doc},
            {"anyOf", {{{"type", "null"}}, {{"type", "array"}, {"items", core}}}}};
  }

  Json list(std::string_view kind) {
    Json list = {{"type", "array"}, {"minItems", 1}, {"items", part(part_kind(registry_, kind))}};
    if (kind == "cache") list.erase("minItems");  // strategy none needs none
    return list;
  }

  Json object(const std::vector<Field>& fields) {
    Json schema = {{"type", "object"}, {"additionalProperties", false}, {"properties", properties(fields)}};
    Json required = Json::array();
    for (const Field& field : fields) {
      if (field.fallback.empty()) required.push_back(field.name);
    }
    if (!required.empty()) schema["required"] = required;
    return schema;
  }

  Json properties(const std::vector<Field>& fields) {
    Json all = Json::object();
    for (const Field& field : fields) {
      if (field.unavailable.empty()) all[std::string(field.name)] = described(field);
    }
    return all;
  }

  Json described(const Field& field) {
    Json schema = {{"description", field.doc}};
    if (!field.fallback.empty()) schema["default"] = default_json(field);
    schema.update(value(field));
    return schema;
  }

  Json value(const Field& field) {
    std::vector<Json> forms = value_forms(field);
    if (!field.word.empty()) forms.push_back({{"const", field.word}});
    if (field.fallback == "null") forms.push_back({{"type", "null"}});
    return any_of(forms);
  }

  std::vector<Json> value_forms(const Field& field) {
    switch (field.type) {
      case FieldType::boolean:
        return {{{"type", "boolean"}}};
      case FieldType::integer:
        return {number_schema(field, "integer"), text_matching(kCountPattern)};
      case FieldType::size:
        return {number_schema(field, "integer"), text_matching(kSizePattern)};
      case FieldType::real:
        return {number_schema(field, "number"), text_matching(kCountPattern)};
      case FieldType::duration:
        return {text_matching(kDurationPattern)};
      case FieldType::text:
        if (!field.choices.empty()) return {{{"type", "string"}, {"enum", field.choices}}};
        return {{{"type", "string"}}};
      case FieldType::texts:
        return {{{"type", "array"}, {"items", {{"type", "string"}}}}};
      case FieldType::sizes:
        return {{{"type", "object"},
                 {"minProperties", 1},
                 {"propertyNames", {{"pattern", kSizePattern}}},
                 {"additionalProperties", {{"type", "number"}, {"exclusiveMinimum", 0}}}}};
      case FieldType::part:
        return {part(part_kind(registry_, field.kind))};
    }
    CHECK(false);
  }

  Json part(const PartKind& kind, const std::vector<Field>& others = {}) {
    std::vector<Json> forms = {{{"type", "string"}, {"enum", usable_words(kind)}}};
    if (kind.name == "cache") forms.push_back(text_matching(kAddressPattern));
    if (const RowInfo* fixed = fixed_row(kind)) forms.push_back(value(fixed->fields.front()));
    for (const RowInfo* row : kind.rows) {
      if (described_here(*row)) forms.push_back(row_object(kind, *row, others));
    }
    return any_of(forms);
  }

  Json row_object(const PartKind& kind, const RowInfo& row, const std::vector<Field>& others) {
    std::vector<Field> fields = others;
    fields.insert(fields.end(), row.fields.begin(), row.fields.end());
    Json schema = object(fields);
    schema["description"] = row.summary;
    Json members = {{std::string(kind.type_key), {{"const", row.name}}}};
    if (kind.renamed) members["name"] = text_matching(kNamePattern);
    members.update(schema["properties"]);
    schema["properties"] = members;
    const bool named_like_field = !row.fields.empty() && row.fields.front().name == row.name;
    if (named_like_field) {
      schema["required"].push_back(row.name);
    } else if (kind.fallback != row.name) {
      schema["required"].push_back(kind.type_key);
    }
    return schema;
  }

  // A word leaves every field to its default.
  static std::vector<std::string> usable_words(const PartKind& kind) {
    const auto is_required = [](const Field& field) { return field.fallback.empty(); };
    std::vector<std::string> words;
    for (const RowInfo* row : kind.rows) {
      const bool needs_more = std::any_of(row->fields.begin(), row->fields.end(), is_required);
      if (described_here(*row) && !needs_more) words.emplace_back(row->name);
    }
    return words;
  }

  const Registry& registry_;
};

}  // namespace

std::string scenario_schema(const Registry& registry) { return print_json(SchemaWriter(registry).write()) + "\n"; }

}  // namespace hitbench
