#include "scenario/location.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/error.h"

namespace hitbench {
namespace {

// "caches[0].memory" as a command line may name it, which does not know what is a list: "caches.0.memory".
std::string without_brackets(const std::string& path) {
  std::string names;
  for (const char c : path) {
    if (c != ']') names += c == '[' ? '.' : c;
  }
  return names;
}

// Whether `path` is `inside` or leads there: "app" leads to "app.clients", "ap" does not.
bool leads_to(std::string_view path, std::string_view inside) {
  if (path.empty() || !inside.starts_with(path)) return false;
  return inside.size() == path.size() || inside[path.size()] == '.';
}

// The one that the value at `path` came from, the last of several; or else the first one inside of it.
const Override* override_of(const std::vector<Override>& overrides, const std::string& path) {
  const auto outer = std::find_if(overrides.rbegin(), overrides.rend(),
                                  [&](const Override& override) { return leads_to(override.path, path); });
  if (outer != overrides.rend()) return &*outer;
  const auto inner = std::find_if(overrides.begin(), overrides.end(),
                                  [&](const Override& override) { return leads_to(path, override.path); });
  return inner == overrides.end() ? nullptr : &*inner;
}

std::string absolute_path(const std::string& file) {
  std::error_code ignored;  // there is no working directory: the error comes when the file is opened
  const std::filesystem::path absolute = std::filesystem::absolute(file, ignored);
  return ignored ? file : absolute.string();
}

}  // namespace

Location Location::operator/(std::string_view name) const {
  Location inner = *this;
  if (!inner.path_.empty()) inner.path_ += '.';
  inner.path_ += name;
  return inner;
}

Location Location::at(size_t index) const {
  Location inner = *this;
  inner.path_ += '[' + std::to_string(index) + ']';
  return inner;
}

// Of several overrides the last one holds.
bool Location::on_command_line() const {
  const std::string path = without_brackets(path_);
  bool typed = false;
  for (const Override& override : source_->overrides) {
    if (leads_to(override.path, path)) typed = override.from_command_line;
  }
  return typed;
}

std::string Location::resolved_program(const std::string& program) const {
  if (program.find('/') == std::string::npos) return program;
  return absolute_path(resolved_file(program));
}

std::string Location::resolved_file(const std::string& file) const {
  if (on_command_line()) return file;
  const std::filesystem::path folder = std::filesystem::path(source_->where).parent_path();
  if (file.empty() || folder.empty() || std::filesystem::path(file).is_absolute()) return file;
  return (folder / file).string();
}

std::string Location::kept_file(const std::string& file) const {
  return source_->absolute_files ? absolute_path(resolved_file(file)) : file;
}

std::string Location::kept_program(const std::string& program) const {
  return source_->absolute_files ? resolved_program(program) : program;
}

void Location::fail(const std::string& fault, const std::string& remedy) const {
  std::string message = source_->where + ": ";
  if (!path_.empty()) message += path_;
  if (const Override* override = override_of(source_->overrides, without_brackets(path_))) {
    message += " (" + override->text + ")";
  }
  if (!path_.empty()) message += ": ";
  throw usage_error(message + fault, remedy);
}

}  // namespace hitbench
