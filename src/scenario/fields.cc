#include "scenario/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/check.h"
#include "base/text.h"
#include "base/units.h"
#include "scenario/part_reader.h"
#include "scenario/planned.h"
#include "scenario/server_config.h"

namespace hitbench {
namespace {

// Deadlines are sums of times and durations, and 64 bits hold 292 years: far enough from it.
constexpr Duration kLongestDuration = std::chrono::hours(87600);

std::string shown(const Json& json) {
  const std::string text = print_compact(json);
  constexpr size_t kLongest = 60;
  return text.size() <= kLongest ? text : std::string(kind_of(json));
}

[[noreturn]] void fail_type(const Location& location, std::string_view wanted, const Json& json) {
  location.fail(fmt::format("must be {}, is {}", wanted, shown(json)));
}

// A bound in the field's own unit, as one would type it.
std::string bound_text(const Field& field, double bound) {
  if (field.type == FieldType::duration) return spell_duration(Duration(static_cast<int64_t>(bound)));
  return fmt::format("{}", bound);
}

void check_range(const Field& field, double value, const Json& json, const Location& location) {
  const bool below = field.min_excluded ? !(value > field.min) : !(value >= field.min);
  if (!below && value <= field.max) return;
  const std::string low = bound_text(field, std::isinf(field.min) ? 0 : field.min);
  std::string range;
  if (std::isinf(field.max)) {
    range = fmt::format("{} {}", field.min_excluded ? "above" : "at least", low);
  } else if (std::isinf(field.min)) {
    range = "at most " + bound_text(field, field.max);
  } else {
    range = fmt::format("{} {} and at most {}", field.min_excluded ? "above" : "at least", low,
                        bound_text(field, field.max));
  }
  location.fail(fmt::format("must be {}, is {}", range, shown(json)));
}

// Whole numbers, also written 1e6 or "100k".
int64_t whole_number(const Json& json, const Location& location, std::string_view wanted, bool size) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<uint64_t>();
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) location.fail("too large: " + shown(json));
    return static_cast<int64_t>(value);
  }
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number_float()) {
    const auto value = json.get<double>();
    if (value != std::floor(value) || std::fabs(value) >= 0x1p63) fail_type(location, wanted, json);
    return static_cast<int64_t>(value);
  }
  if (json.is_string()) {
    const auto text = json.get<std::string>();
    if (const auto value = size ? parse_size(text) : parse_count(text)) return *value;
  }
  fail_type(location, wanted, json);
}

ReadValue read_whole(const Field& field, const Json& json, const Location& location) {
  const bool size = field.type == FieldType::size || field.type == FieldType::sizes;
  const std::string_view wanted =
      size ? "a number of bytes or a size such as \"64MiB\"" : "a whole number (or a count such as \"100k\")";
  const int64_t value = whole_number(json, location, wanted, size);
  check_range(field, static_cast<double>(value), json, location);
  return {value, value};
}

// Also a count with a unit: "8k".
std::optional<double> real_number(const Json& json) {
  if (json.is_number()) return json.get<double>();
  const auto count = json.is_string() ? parse_count(json.get_ref<const std::string&>()) : std::nullopt;
  return count ? std::optional<double>(static_cast<double>(*count)) : std::nullopt;
}

ReadValue read_real(const Field& field, const Json& json, const Location& location) {
  const std::optional<double> given = real_number(json);
  if (!given) fail_type(location, "a number (or a count such as \"8k\")", json);
  const double value = *given;
  check_range(field, value, json, location);
  return {value, value};
}

ReadValue read_duration(const Field& field, const Json& json, const Location& location) {
  std::string wanted = "a duration with a unit, such as \"250us\" or \"5ms\"";
  if (!field.word.empty()) wanted += fmt::format(", or \"{}\"", field.word);
  if (!json.is_string()) fail_type(location, wanted, json);
  const auto text = json.get<std::string>();
  if (!field.word.empty() && text == field.word) return {kForever, text};
  const auto value = parse_duration(text);
  if (!value) fail_type(location, wanted + " (not negative)", json);
  if (*value > kLongestDuration) {
    location.fail(fmt::format("must be at most {} (ten years), is {}", spell_duration(kLongestDuration), shown(json)));
  }
  check_range(field, static_cast<double>(value->count()), json, location);
  return {*value, spell_duration(*value)};
}

std::vector<std::string> strings_of(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

// A planned word, alone or as the type of an object: "guard": { "type": "lock" }.
void refuse_planned(const Field& field, const Json& json, const Location& location) {
  const Json* word = &json;
  if (json.is_object() && json.contains("type")) word = &json.at("type");
  if (word->is_string() && is_planned_word(field.name, word->get_ref<const std::string&>())) {
    location.fail(shown(*word) + " is " + std::string(kNotYet));
  }
}

void check_length(const std::string& text, const Location& location) {
  constexpr size_t kLongest = 10'000;  // bytes; the longest answer of the shipped scenarios has a tenth
  if (text.size() <= kLongest) return;
  location.fail(fmt::format("must have at most {} bytes, has {}", kLongest, text.size()));
}

ReadValue read_text(const Field& field, const Json& json, const Location& location) {
  if (field.name == "config") return read_server_config(json, location);
  if (!field.choices.empty()) refuse_planned(field, json, location);
  const std::vector<std::string> choices = strings_of(field.choices);
  if (json.is_number() && std::find(choices.begin(), choices.end(), json.dump()) != choices.end()) {
    location.fail(fmt::format("must be a string, is the number {}", json.dump()),
                  fmt::format("write it in quotes: \"{}\"", json.dump()));
  }
  if (!json.is_string()) fail_type(location, choices.empty() ? "a string" : one_of(choices), json);
  const auto text = json.get<std::string>();
  check_length(text, location);
  // The fields that name files, in whatever part they stand.
  if (field.name == "file" || field.name == "password_file") {
    return {location.resolved_file(text), location.kept_file(text)};
  }
  if (field.name == "server") return {location.resolved_program(text), location.kept_program(text)};
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return {text, text};
  location.fail(fmt::format("must be {}, is \"{}\".{}", one_of(choices), text, did_you_mean(text, choices)));
}

ReadValue read_texts(const Json& json, const Location& location) {
  if (!json.is_array()) fail_type(location, "a list of strings", json);
  constexpr size_t kMost = 1000;
  if (json.size() > kMost) location.fail(fmt::format("must have at most {} texts, has {}", kMost, json.size()));
  std::vector<std::string> texts;
  for (size_t i = 0; i < json.size(); ++i) {
    if (!json[i].is_string()) fail_type(location.at(i), "a string", json[i]);
    texts.push_back(json[i].get<std::string>());
    check_length(texts.back(), location.at(i));
  }
  return {texts, json};
}

// {"100": 90, "2KiB": 10}, from the smallest on: another order is no other question.
ReadValue read_sizes(const Field& field, const Json& json, const Location& location) {
  const std::string wanted = R"(an object of sizes and their weights, such as {"100": 90, "2KiB": 10})";
  if (!json.is_object() || json.empty()) fail_type(location, wanted, json);
  constexpr double kLargestWeight = 1e9;  // so that sums stay finite
  const Field weight_field{.name = {},
                           .type = FieldType::real,
                           .fallback = "",
                           .doc = {},
                           .min = 0,
                           .max = kLargestWeight,
                           .min_excluded = true};
  constexpr size_t kMost = 10'000;
  if (json.size() > kMost) location.fail(fmt::format("must have at most {} sizes, has {}", kMost, json.size()));
  std::map<int64_t, double> weights;
  for (const auto& [name, weight] : json.items()) {
    const int64_t bytes = std::get<int64_t>(read_whole(field, name, location / name).value);
    if (weights.contains(bytes)) (location / name).fail("is the same size as another one");
    weights[bytes] = std::get<double>(read_real(weight_field, weight, location / name).value);
  }
  std::vector<WeightedSize> sizes;
  Json canonical = Json::object();
  for (const auto& [bytes, weight] : weights) {
    sizes.push_back({bytes, weight});
    canonical[std::to_string(bytes)] = weight;
  }
  return {std::move(sizes), std::move(canonical)};
}

ReadValue read_nested_part(const Field& field, const Json& json, const Location& location, const Registry& registry) {
  ReadPart read = read_part(part_kind(registry, field.kind), json, location, registry);
  return {std::make_shared<const Part>(std::move(read.part)), std::move(read.json)};
}

}  // namespace

std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

Json default_json(const Field& field) { return parse_json(std::string(field.fallback), "default"); }

ReadValue read_value(const Field& field, const Json& json, const Location& location, const Registry& registry) {
  if (json.is_null()) {
    if (field.fallback == "null") return {std::monostate{}, nullptr};
    location.fail("must not be null");
  }
  switch (field.type) {
    case FieldType::boolean:
      if (!json.is_boolean()) fail_type(location, "true or false", json);
      return {json.get<bool>(), json};
    case FieldType::integer:
    case FieldType::size:
      return read_whole(field, json, location);
    case FieldType::real:
      return read_real(field, json, location);
    case FieldType::duration:
      return read_duration(field, json, location);
    case FieldType::text:
      return read_text(field, json, location);
    case FieldType::texts:
      return read_texts(json, location);
    case FieldType::sizes:
      return read_sizes(field, json, location);
    case FieldType::part:
      return read_nested_part(field, json, location, registry);
  }
  CHECK(false);
}

ObjectReader::ObjectReader(const Json& json, const Location& location, const Registry& registry)
    : json_(json), location_(location), registry_(registry) {
  if (!json.is_object()) fail_type(location, "an object", json);
}

bool ObjectReader::has(std::string_view name) const {
  const auto at = json_.find(std::string(name));
  return at != json_.end() && !at->is_null();
}

const Json* ObjectReader::take(std::string_view name) {
  known_.emplace_back(name);
  return has(name) ? &json_.at(std::string(name)) : nullptr;
}

void ObjectReader::read(const std::vector<Field>& fields, Params& params, Json& normalized) {
  for (const Field& field : fields) read(field, params, normalized);
}

void ObjectReader::read(const Field& field, Params& params, Json& normalized) {
  const std::string name(field.name);
  known_.push_back(name);
  const Location location = location_ / name;
  const auto given = json_.find(name);
  if (given == json_.end() && field.fallback.empty()) location.fail("is required: " + field.doc);
  const Json fallback = field.fallback.empty() ? Json() : default_json(field);
  const Json& json = given == json_.end() ? fallback : *given;
  if (!field.unavailable.empty() && !json.is_null() && json != fallback) location.fail(std::string(field.unavailable));
  ReadValue read = read_value(field, json, location, registry_);
  params.put(name, std::move(read.value));
  if (field.unavailable.empty()) normalized[name] = std::move(read.json);
}

void ObjectReader::finish() const {
  for (const auto& [name, ignored] : json_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    (location_ / name).fail("unknown name." + did_you_mean(name, known_), "known here: " + one_of(known_));
  }
}

}  // namespace hitbench
