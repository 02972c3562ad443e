#include "scenario/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "scenario/part_reader.h"
#include "scenario/sections.h"

namespace hitbench {
namespace {

// More rows than anybody waits for; also what keeps a grid of a few long lists from filling the memory.
constexpr size_t kMostPoints = 1000;
constexpr size_t kLongestWord = 10'000;  // bytes: a point's words are part of its rows' names

bool is_index(const std::string& name) {
  return !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), is_digit);
}

std::string bracketed(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& name : path) {
    if (is_index(name)) {
      text += '[' + name + ']';
    } else {
      text += (text.empty() ? "" : ".") + name;
    }
  }
  return text;
}

Json value_of(const std::string& text) {
  try {
    return parse_json(text, "value");
  } catch (const Error&) {
    return text;  // a bare word: sqlite, 64MiB
  }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kExcluded = {
    {{"/measure/operations", "/measure/duration"},
     {"/measure/duration", "/measure/operations"},
     {"/warmup/operations", "/warmup/duration"},
     {"/warmup/duration", "/warmup/operations"},
     {"/warmup/duration", "/warmup/until"},
     {"/warmup/duration", "/warmup/limit"},
     {"/warmup/until", "/warmup/duration"},
     {"/origin", "/origins"},
     {"/origins", "/origin"}}};

void drop_excluded(Json& document, const std::string& path) {
  for (const auto& [assigned, other] : kExcluded) {
    if (path != assigned && !path.starts_with(std::string(assigned) + "/")) continue;
    const Json::json_pointer pointer{std::string(other)};
    const Json::json_pointer parent = pointer.parent_pointer();
    if (document.contains(parent) && document[parent].is_object()) document[parent].erase(pointer.back());
  }
}

[[noreturn]] void fail(const Source& source, const Assignment& assignment, const std::string& fault) {
  throw usage_error(fmt::format("{}: {}: {}", source.where, assignment.origin.text, fault));
}

// Parts stand in lists and under "origin": there a string may be opened into an object.
bool names_part(const std::vector<std::string>& path, size_t depth) {
  return (depth == 1 && path[0] == "origin") ||
         (depth == 2 && (path[0] == "caches" || path[0] == "origins" || path[0] == "strategies"));
}

Json& step(Json& node, const Assignment& assignment, size_t depth, const Source& source) {
  const std::string& name = assignment.path[depth];
  if (node.is_array()) {
    const size_t index = is_index(name) ? std::stoul(name) : node.size();
    if (index < node.size()) return node[index];
    fail(source, assignment, fmt::format("\"{}\" is not an index into a list of {}", name, node.size()));
  }
  if (node.is_string() && names_part(assignment.path, depth)) node = part_object("type", node.get<std::string>());
  if (node.is_null()) node = Json::object();
  if (!node.is_object()) {
    const std::vector<std::string> outer(assignment.path.begin(),
                                         assignment.path.begin() + static_cast<std::ptrdiff_t>(depth));
    fail(source, assignment, fmt::format("{} is {}, not an object", bracketed(outer), kind_of(node)));
  }
  return node[name];
}

Assignment sweep_assignment(const std::string& path, const Json& value, const Location& location) {
  Assignment assignment{.path = split_path(path), .value = value, .origin = {}};
  if (assignment.path.empty() || assignment.path[0] == "sweep") location.fail("is not the path of a field");
  const std::string word = value.is_string() ? value.get<std::string>() : print_compact(value);
  assignment.origin = {assignment.dotted(), "sweep " + path + "=" + word, location.on_command_line()};
  return assignment;
}

void check_sweep(const Json& sweep, const Location& location) {
  if (!sweep.is_object()) location.fail(fmt::format("must be an object of lists, is {}", kind_of(sweep)));
  size_t points = 1;
  for (const auto& [path, values] : sweep.items()) {
    if (!values.is_array()) (location / path).fail(fmt::format("must be a list of values, is {}", kind_of(values)));
    if (values.empty()) (location / path).fail("must not be empty");
    points *= values.size();
    if (points > kMostPoints) {
      location.fail(fmt::format("has more than {} points", kMostPoints), "sweep fewer values, or in several scenarios");
    }
    for (size_t i = 0; i < values.size(); ++i) {
      if (print_compact(values[i]).size() <= kLongestWord) continue;
      (location / path).at(i).fail(fmt::format("must have at most {} bytes", kLongestWord));
    }
  }
}

// Of a document with every default: parts of two types have no members in common, whatever their names.
bool are_of_one_type(const Json& a, const Json& b, const std::string& path, const std::set<std::string>& swept) {
  for (const char* key : {"type", "distribution", "loop"}) {
    if (a.contains(key) && !swept.contains(path + key) && (!b.contains(key) || a[key] != b[key])) return false;
  }
  return true;
}

bool can_share(const Json& a, const Json& b, const std::string& path, const std::set<std::string>& swept) {
  if (a.is_object() && b.is_object()) return are_of_one_type(a, b, path, swept);
  return a == b || (a.is_array() && b.is_array() && a.size() == b.size());
}

// `path` is that of `json`, with a dot behind it; empty at the top.
void keep_shared(Json& json, const Json& other, const std::string& path, const std::set<std::string>& swept) {
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) {
      const std::string inner = fmt::format("{}{}.", path, i);
      if (can_share(json[i], other[i], inner, swept)) keep_shared(json[i], other[i], inner, swept);
    }
  }
  if (!json.is_object()) return;
  for (auto member = json.begin(); member != json.end();) {
    const std::string inner = path + member.key();
    const auto found = other.find(member.key());
    if (swept.contains(inner)) {
      ++member;
    } else if (found == other.end() || !can_share(*member, *found, inner + ".", swept)) {
      member = json.erase(member);
    } else {
      keep_shared(*member++, *found, inner + ".", swept);
    }
  }
}

}  // namespace

std::vector<std::string> split_path(const std::string& text) {
  std::vector<std::string> names(1);
  for (const char c : text) {
    if (c == '.' || c == '[') {
      names.emplace_back();
    } else if (c != ']') {
      names.back() += c;
    }
  }
  const bool malformed = names.size() > kDeepestJson ||
                         std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); });
  return malformed ? std::vector<std::string>{} : names;
}

void fill_default(Json& document, const std::string& name) {
  if (document.contains(name)) return;
  if (name == "caches") document[name] = parse_json(std::string(kDefaultCaches), name);
  if (name == "strategies") document[name] = parse_json(std::string(kDefaultStrategies), name);
}

std::string Assignment::dotted() const { return fmt::format("{}", fmt::join(path, ".")); }

Assignment parse_set(const std::string& text) {
  const size_t equals = text.find('=');
  const std::vector<std::string> path = split_path(text.substr(0, equals));
  if (equals == std::string::npos || path.empty()) {
    throw usage_error("--set " + text + ": must be path=value", "for example --set workload.keys.count=1000000");
  }
  Assignment assignment{.path = path, .value = value_of(text.substr(equals + 1)), .origin = {}};
  assignment.origin = {assignment.dotted(), "--set " + text, true};
  return assignment;
}

void assign(Json& document, const Assignment& assignment, const Source& source) {
  fill_default(document, assignment.path[0]);
  // null takes a field away, and nothing else.
  if (!assignment.value.is_null()) drop_excluded(document, fmt::format("/{}", fmt::join(assignment.path, "/")));
  Json* node = &document;
  for (size_t depth = 0; depth < assignment.path.size(); ++depth) node = &step(*node, assignment, depth, source);
  *node = assignment.value;
}

std::vector<SweepPoint> sweep_points(const Json& sweep, const Location& location) {
  std::vector<SweepPoint> points(1);
  if (sweep.is_null()) return points;
  check_sweep(sweep, location);
  for (const auto& [path, values] : sweep.items()) {
    std::vector<SweepPoint> longer;
    for (const SweepPoint& point : points) {
      for (const Json& value : values) {
        SweepPoint next = point;
        next.assignments.push_back(sweep_assignment(path, value, location / path));
        const std::string word = value.is_string() ? value.get<std::string>() : print_compact(value);
        next.text += (next.text.empty() ? "" : ",") + path + "=" + word;
        longer.push_back(std::move(next));
      }
    }
    points = std::move(longer);
  }
  return points;
}

namespace {

// A swept field that is null at some points has there what it excludes at the others.
void keep_excluded(Json& shared, const std::vector<Json>& documents, const std::set<std::string>& swept) {
  for (const auto& [assigned, other] : kExcluded) {
    std::string dotted(assigned.substr(1));
    std::replace(dotted.begin(), dotted.end(), '/', '.');
    const Json::json_pointer pointer{std::string(other)};
    if (!swept.contains(dotted) || pointer.parent_pointer().empty()) continue;
    for (const Json& document : documents) {
      if (document.contains(pointer) && !document[pointer].is_null()) shared[pointer] = document[pointer];
    }
  }
}

}  // namespace

Json document_of_sweep(const std::vector<Json>& documents, const std::vector<SweepPoint>& points) {
  std::set<std::string> swept;
  for (const Assignment& assignment : points.front().assignments) swept.insert(assignment.dotted());
  Json shared = documents.front();
  for (const Json& document : documents) keep_shared(shared, document, "", swept);
  keep_excluded(shared, documents, swept);
  return shared;
}

}  // namespace hitbench
