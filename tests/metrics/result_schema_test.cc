// docs/result.schema.json against the fields of a result: both have the same, of the same types.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "metrics/json_archive.h"
#include "metrics/result_fields.h"

namespace hitbench {
namespace {

// A line a field, as "runs[].latency.read.response.p50_ns: integer or null".
using Fields = std::vector<std::string>;

// An archive that notes the types of what it visits.
class FieldLister {
 public:
  FieldLister(Fields& out, std::string prefix) : out_(out), prefix_(std::move(prefix)) {}

  template <class T>
  void operator()(const char* name, const T&) {
    add<T>(prefix_ + name, "");
  }
  template <class Visitor>
  void group(const char* name, Visitor visitor) {
    out_.push_back(prefix_ + name + ": object");
    FieldLister inner(out_, prefix_ + name + ".");
    visitor(inner);
  }

 private:
  template <class T>
  void add(const std::string& path, const std::string& or_null) {
    const auto note = [&](const char* type) { out_.push_back(path + ": " + type + or_null); };
    if constexpr (kIsMaybe<T>) {
      add<typename T::value_type>(path, " or null");
    } else if constexpr (kIsVector<T>) {
      note("array");
      add<typename T::value_type>(path + "[]", "");
    } else if constexpr (std::same_as<T, bool>) {
      note("boolean");
    } else if constexpr (std::integral<T>) {
      note("integer");
    } else if constexpr (std::floating_point<T>) {
      note("number");
    } else if constexpr (std::is_enum_v<T> || std::same_as<T, std::string>) {
      note("string");
    } else if constexpr (PlainJson<T>) {
      note("object");
      out_.push_back(path + ".*: number");
    } else {
      note("object");
      FieldLister inner(out_, path + ".");
      const T value{};
      visit(inner, value);
    }
  }

  Fields& out_;
  const std::string prefix_;
};

Json read_schema() {
  std::ifstream file(HITBENCH_RESULT_SCHEMA);
  return Json::parse(file);
}

// What a "$ref", alone or in an "allOf", stands for.
const Json& resolved(const Json& schema, const Json& root) {
  const Json& one = schema.contains("allOf") ? schema["allOf"].at(0) : schema;
  if (!one.contains("$ref")) return one;
  return root.at(Json::json_pointer(one["$ref"].get<std::string>().substr(1)));
}

// "integer", "integer or null": what "type" says, or what the values of "enum" are.
std::string types_of(const Json& schema) {
  std::set<std::string> types;
  if (schema.contains("enum")) {
    for (const Json& value : schema["enum"]) types.insert(value.type_name());
  } else if (schema.at("type").is_array()) {
    types = schema["type"].get<std::set<std::string>>();
  } else {
    types.insert(schema["type"].get<std::string>());
  }
  const bool or_null = types.erase("null") > 0;
  std::string text;
  for (const std::string& type : types) text += (text.empty() ? "" : " or ") + type;
  return text + (or_null ? " or null" : "");
}

void list(const Json& reference, const Json& root, const std::string& path, Fields& out) {
  const Json& schema = resolved(reference, root);
  if (!path.empty()) out.push_back(path + ": " + types_of(schema));
  if (schema.contains("items")) list(schema["items"], root, path + "[]", out);
  const std::string prefix = path.empty() ? "" : path + ".";
  if (!schema.contains("properties")) {
    if (schema.contains("additionalProperties")) list(schema["additionalProperties"], root, prefix + "*", out);
    return;
  }
  for (const auto& [name, property] : schema["properties"].items()) list(property, root, prefix + name, out);
}

Fields sorted(Fields fields) {
  std::sort(fields.begin(), fields.end());
  return fields;
}

Fields fields_of_the_schema() {
  Json schema = read_schema();
  // These are not among the fields of a result: two documents, and the name of the schema.
  for (const char* name : {"schema", "scenario", "environment"}) schema["properties"].erase(name);
  Fields fields;
  list(schema, schema, "", fields);
  return sorted(fields);
}

Fields fields_of_the_result() {
  Fields fields;
  FieldLister lister(fields, "");
  const Result result;
  visit(lister, result);
  return sorted(fields);
}

// What the first has and the second has not.
Fields missing(const Fields& first, const Fields& second) {
  Fields left;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(left));
  return left;
}

TEST(ResultSchema, HasEveryFieldOfAResultWithItsType) {
  EXPECT_EQ(missing(fields_of_the_result(), fields_of_the_schema()), Fields{});
}

TEST(ResultSchema, HasNoFieldThatAResultLacks) {
  EXPECT_EQ(missing(fields_of_the_schema(), fields_of_the_result()), Fields{});
}

// Of every kind one: the lists above would agree if both were empty.
TEST(ResultSchema, IsReadToItsDepth) {
  const Fields fields = fields_of_the_schema();
  for (const char* field :
       {"runs[].latency.read.response.p50_ns: integer or null", "runs[].rounds[].latency_ns.*: number",
        "runs[].recovery.p99_state: string or null", "runs[].latency.read.response.p50_interval_ns[]: integer",
        "find_max[].steps[].kept: boolean", "claims[].holds_if: string"}) {
    EXPECT_TRUE(std::binary_search(fields.begin(), fields.end(), field)) << field;
  }
}

TEST(ResultSchema, WordsOfAStateAreThoseOfTheSchema) {
  const Json schema = read_schema();
  Json words = Json::array({nullptr});
  for (const RecoveryState state :
       {RecoveryState::did_not_get_worse, RecoveryState::recovered, RecoveryState::not_recovered}) {
    words.push_back(word_of(state));
  }
  const Json& told = schema["definitions"]["recovery_state"]["enum"];
  EXPECT_THAT(std::vector<Json>(told.begin(), told.end()),
              testing::UnorderedElementsAreArray(std::vector<Json>(words.begin(), words.end())));
}

}  // namespace
}  // namespace hitbench
