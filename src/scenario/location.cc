#include "scenario/location.h"

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
  std::error_code ignored;  // there is no working directory: the error comes when the program is started
  const std::string file = resolved_file(program);
  const std::filesystem::path absolute = std::filesystem::absolute(file, ignored);
  return ignored ? file : absolute.string();
}

std::string Location::resolved_file(const std::string& file) const {
  if (on_command_line()) return file;
  const std::filesystem::path folder = std::filesystem::path(source_->where).parent_path();
  if (file.empty() || folder.empty() || std::filesystem::path(file).is_absolute()) return file;
  return (folder / file).string();
}

void Location::fail(const std::string& fault, const std::string& remedy) const {
  std::string message = source_->where + ": ";
  if (!path_.empty()) message += path_;
  const std::string path = without_brackets(path_);
  for (const Override& override : source_->overrides) {
    if (!leads_to(path, override.path) && !leads_to(override.path, path)) continue;
    message += " (" + override.text + ")";
    break;
  }
  if (!path_.empty()) message += ": ";
  throw usage_error(message + fault, remedy);
}

}  // namespace hitbench
