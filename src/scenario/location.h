// Where in a scenario something stands, so that every error says: file, path, what is wrong, what to type.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

// A value that did not come from the file: "--set app.clients=0", "sweep app.clients=0".
struct Override {
  std::string path;  // "caches.0.memory"
  std::string text;
  bool from_command_line = false;
};

struct Source {
  std::string where;  // the file
  std::vector<Override> overrides = {};
  bool absolute_files = false;  // whether the canonical JSON says where files are, and not what the file calls them
};

// Refers to its Source, which must outlive it.
class Location {
 public:
  explicit Location(const Source& source) : source_(&source) {}

  Location operator/(std::string_view name) const;
  Location at(size_t index) const;
  const std::string& path() const { return path_; }

  // Whether what stands here was given on the command line.
  bool on_command_line() const;

  // A file's name: in a scenario it is relative to the scenario's folder, on the command line to the working directory.
  std::string resolved_file(const std::string& file) const;
  // A program's: the same where it has a slash, and then absolute, since servers have a working directory of their own;
  // else it is looked for on the PATH.
  std::string resolved_program(const std::string& program) const;

  // Their names in the canonical JSON.
  std::string kept_file(const std::string& file) const;
  std::string kept_program(const std::string& program) const;

  // Throws Error{usage}: "file: path: fault", and names the override that the path came from.
  [[noreturn]] void fail(const std::string& fault, const std::string& remedy = "") const;

 private:
  const Source* source_;
  std::string path_;
};

}  // namespace hitbench
