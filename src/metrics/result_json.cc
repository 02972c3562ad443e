#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "metrics/result_fields.h"

namespace hitbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "hitbench.result/1";
constexpr const char* kSchemaFamily = "hitbench.result/";

template <class T>
inline constexpr bool kIsMaybe = false;
template <class T>
inline constexpr bool kIsMaybe<Maybe<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
concept Plain =
    std::is_arithmetic_v<T> || std::same_as<T, std::string> || std::same_as<T, std::map<std::string, double>>;

class Writer {
 public:
  explicit Writer(Json& out) : out_(out) {}

  template <class T>
  void operator()(const char* name, const T& value) {
    out_[name] = json_of(value);
  }
  template <class Fields>
  void group(const char* name, Fields fields) {
    Json inner = Json::object();
    Writer writer(inner);
    fields(writer);
    out_[name] = std::move(inner);
  }

 private:
  template <class T>
  static Json json_of(const T& value) {
    if constexpr (kIsMaybe<T>) {
      return value ? json_of(*value) : Json(nullptr);
    } else if constexpr (kIsVector<T>) {
      Json list = Json::array();
      for (const auto& item : value) list.push_back(json_of(item));
      return list;
    } else if constexpr (Plain<T>) {
      return Json(value);
    } else {
      Json object = Json::object();
      Writer writer(object);
      visit(writer, value);
      return object;
    }
  }

  Json& out_;
};

// Reads what is there: an older file of this schema may lack fields that were added since. `path` names the place.
class Reader {
 public:
  Reader(const Json& in, std::string path) : in_(in), path_(std::move(path)) {
    if (!in_.is_object()) throw wrong(path_, "an object");
  }

  template <class T>
  void operator()(const char* name, T& value) {
    if (const auto found = in_.find(name); found != in_.end()) read(*found, value, path_ + "." + name);
  }
  template <class Fields>
  void group(const char* name, Fields fields) {
    const auto found = in_.find(name);
    if (found == in_.end()) return;
    Reader reader(*found, path_ + "." + name);
    fields(reader);
  }

 private:
  static Error wrong(const std::string& path, const char* expected) {
    return usage_error(path + " should be " + expected, "give a file as 'hitbench run --format json' wrote it");
  }

  template <class T>
  static void read(const Json& in, T& value, const std::string& path) {
    if constexpr (kIsMaybe<T>) {
      if (in.is_null()) return value.reset();
      read(in, value.emplace(), path);
    } else if constexpr (kIsVector<T>) {
      if (!in.is_array()) throw wrong(path, "a list");
      value.clear();
      for (const Json& item : in) {
        const std::string place = path + "[" + std::to_string(value.size()) + "]";
        read(item, value.emplace_back(), place);
      }
    } else if constexpr (Plain<T>) {
      read_plain(in, value, path);
    } else {
      Reader reader(in, path);
      visit(reader, value);
    }
  }

  template <class T>
  static void read_plain(const Json& in, T& value, const std::string& path) {
    if constexpr (std::same_as<T, std::string>) {
      if (!in.is_string()) throw wrong(path, "text");
    } else if constexpr (std::same_as<T, bool>) {
      if (!in.is_boolean()) throw wrong(path, "true or false");
    } else if constexpr (std::unsigned_integral<T>) {
      if (!in.is_number_unsigned()) throw wrong(path, "a whole number, not negative");
    } else if constexpr (std::integral<T>) {
      if (!in.is_number_integer()) throw wrong(path, "a whole number");
    } else if constexpr (std::floating_point<T>) {
      if (!in.is_number()) throw wrong(path, "a number");
    } else {
      if (!in.is_object()) throw wrong(path, "an object of numbers");
      for (const Json& item : in) {
        if (!item.is_number()) throw wrong(path, "an object of numbers");
      }
    }
    value = in.get<T>();
  }

  const Json& in_;
  const std::string path_;
};

// A document that another part made. It is ours, but an empty one must not spoil a result.
Json embedded(const std::string& text) {
  if (text.empty()) return Json::object();
  return Json::parse(text, nullptr, /*allow_exceptions=*/true, /*ignore_comments=*/true);
}

Json parse(const std::string& text, const std::string& where) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    throw usage_error(where + " is not JSON, or is cut off", "give a file as 'hitbench run --format json' wrote it");
  }
  return json;
}

void check_schema(const Json& json, const std::string& where) {
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  const bool named = json.is_object() && schema != json.end() && schema->is_string();
  const std::string name = named ? schema->get<std::string>() : "";
  if (name == kSchema) return;
  if (name.starts_with(kSchemaFamily)) {
    throw usage_error(where + " has the schema '" + name + "', and this hitbench reads '" + kSchema + "'",
                      "use the hitbench that wrote it, or a newer one");
  }
  throw usage_error(
      where + " is not a result of hitbench: " + (named ? "its schema is '" + name + "'" : "it has no \"schema\""),
      "give a file as 'hitbench run --format json' wrote it");
}

}  // namespace

std::string result_to_json(const Result& result) {
  Json json = Json::object();
  json["schema"] = kSchema;
  json["scenario"] = embedded(result.scenario_json);
  json["environment"] = embedded(result.environment_json);
  Writer writer(json);
  visit(writer, result);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result result_from_json(const std::string& text, const std::string& where) {
  const Json json = parse(text, where);
  check_schema(json, where);
  Result result;
  for (const char* name : {"scenario", "environment", "runs"}) {
    if (!json.contains(name)) {
      throw usage_error(where + " lacks \"" + name + "\"", "give a file as 'hitbench run --format json' wrote it");
    }
  }
  result.scenario_json = json["scenario"].dump(2);
  result.environment_json = json["environment"].dump(2);
  Reader reader(json, where);
  visit(reader, result);
  return result;
}

}  // namespace hitbench
