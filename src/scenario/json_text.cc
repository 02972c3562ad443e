#include "scenario/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace hitbench {
namespace {

std::string line_and_column(const std::string& text, size_t offset) {
  offset = std::min(offset, text.size());
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto line = std::count(text.begin(), end, '\n') + 1;
  const size_t last = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  const size_t column = last == std::string::npos ? offset + 1 : offset - last;
  return fmt::format("line {}, column {}", line, column);
}

// nlohmann's own message without its prefix: "[json.exception.parse_error.101] parse error at line 1, column 2: ...".
std::string reason_of(const std::string& message) {
  const size_t colon = message.find(": ");
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

// Refuses what a DOM would hide or choke on.
class Shape {
 public:
  explicit Shape(const std::string& where) : where_(where) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > kDeepestJson) throw usage_error(fmt::format("{}: nested deeper than {} levels", where_, kDeepestJson));
    if (event == Json::parse_event_t::object_start) names_.emplace_back();
    if (event == Json::parse_event_t::object_end) names_.pop_back();
    if (event == Json::parse_event_t::key && !names_.back().insert(parsed.get<std::string>()).second) {
      throw usage_error(fmt::format("{}: \"{}\" is given twice in one object", where_, parsed.get<std::string>()));
    }
    return true;
  }

 private:
  const std::string& where_;
  std::vector<std::set<std::string>> names_;
};

}  // namespace

Json parse_json(const std::string& text, const std::string& where) {
  // Copied by value into the parser, hence the reference.
  Shape shape(where);
  const auto callback = [&shape](int depth, Json::parse_event_t event, Json& parsed) {
    return shape(depth, event, parsed);
  };
  try {
    return Json::parse(text, callback, true, true);
  } catch (const Json::parse_error& error) {
    const size_t offset = error.byte == 0 ? 0 : error.byte - 1;
    throw usage_error(
        fmt::format("{}: {}: not JSON: {}", where, line_and_column(text, offset), reason_of(error.what())));
  } catch (const Json::exception& error) {  // a number that no double holds
    const std::string message = error.what();
    const size_t quote = message.find('\'');
    const std::string number = quote == std::string::npos ? "" : message.substr(quote + 1, message.size() - quote - 2);
    const size_t offset = text.find(number);
    throw usage_error(fmt::format("{}: {}: number out of range: {}", where, line_and_column(text, offset), number));
  }
}

std::string print_json(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }
std::string print_compact(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string_view kind_of(const Json& json) {
  if (json.is_object()) return "an object";
  if (json.is_array()) return "a list";
  if (json.is_string()) return "a string";
  if (json.is_boolean()) return "true or false";
  return json.is_null() ? "null" : "a number";
}

std::string read_text_file(const std::string& path) {
  // Larger than any scenario.
  constexpr size_t kLargestFile = size_t{16} << 20;
  return read_file(path, kLargestFile);
}

}  // namespace hitbench
