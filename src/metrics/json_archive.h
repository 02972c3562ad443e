// Writing and reading plain structs as JSON through their list of fields, visit(archive, struct): see
// metrics/result_fields.h. An enumeration is a word: word_of(value) and from_word(text, value) alongside its
// declaration.
#pragma once

#include <concepts>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "metrics/result.h"

namespace hitbench {

using Json = nlohmann::ordered_json;

inline constexpr const char* kOurFile = "give a file as 'hitbench ... --format json' wrote it";

template <class T>
inline constexpr bool kIsMaybe = false;
template <class T>
inline constexpr bool kIsMaybe<Maybe<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
concept PlainJson =
    std::is_arithmetic_v<T> || std::same_as<T, std::string> || std::same_as<T, std::map<std::string, double>>;

class JsonWriter {
 public:
  explicit JsonWriter(Json& out) : out_(out) {}

  template <class T>
  void operator()(const char* name, const T& value) {
    out_[name] = json_of(value);
  }
  template <class Fields>
  void group(const char* name, Fields fields) {
    Json inner = Json::object();
    JsonWriter writer(inner);
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
    } else if constexpr (std::is_enum_v<T>) {
      return Json(word_of(value));
    } else if constexpr (PlainJson<T>) {
      return Json(value);
    } else {
      Json object = Json::object();
      JsonWriter writer(object);
      visit(writer, value);
      return object;
    }
  }

  Json& out_;
};

// Reads what is there: an older file of this schema may lack fields that were added since. `path` names the place.
class JsonReader {
 public:
  JsonReader(const Json& in, std::string path) : in_(in), path_(std::move(path)) {
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
    JsonReader reader(*found, path_ + "." + name);
    fields(reader);
  }

 private:
  static Error wrong(const std::string& path, const char* expected) {
    return usage_error(path + " should be " + expected, kOurFile);
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
    } else if constexpr (std::is_enum_v<T>) {
      const bool known = in.is_string() && from_word(in.get<std::string>(), value);
      if (!known) throw wrong(path, "one of the words of its field");
    } else if constexpr (PlainJson<T>) {
      read_plain(in, value, path);
    } else {
      JsonReader reader(in, path);
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

// The document of a file. Throws Error{usage} for what is no JSON.
Json parse_document(const std::string& text, const std::string& where);

// Whether its "schema" is `schema` ("hitbench.result/1"), of which the part before the slash names the family. Throws
// Error{usage} for another family, and for another version, which only another hitbench can read.
void check_schema(const Json& json, const std::string& schema, const std::string& where);

// A document that another part made. It is ours, but an empty one must not spoil the whole.
Json embedded_document(const std::string& text);

}  // namespace hitbench
