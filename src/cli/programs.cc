#include "cli/programs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace hitbench {
namespace {

// Caches of servers have the fields of cache/connection_backend.cc; "args" is an empty list where none are given.
bool starts_server(const RowPlan& row) {
  return row.has_cache && row.cache.params.has("args") && !row.cache.params.has("address");
}

bool names_program(const RowPlan& row) {
  return starts_server(row) && (row.cache.params.has("server") || !row.cache.params.texts("args").empty());
}

std::string program_of(const RowPlan& row) {
  if (row.cache.params.has("server")) return row.cache.params.text("server");
  return row.cache.type == "redis" ? "redis-server" : "memcached";
}

std::string line_of(const RowPlan& row) {
  const std::vector<std::string>& args = row.cache.params.texts("args");
  std::string line = fmt::format("starts    {} ({})", program_of(row), row.cache.name);
  if (!args.empty()) line += fmt::format(" with {}", fmt::join(args, " "));
  return line + (names_program(row) ? ", as the scenario says\n" : "\n");
}

}  // namespace

std::string programs_text(const std::vector<RowPlan>& rows) {
  std::vector<std::string> lines;
  for (const RowPlan& row : rows) {
    if (!starts_server(row)) continue;
    const std::string line = line_of(row);
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  return fmt::format("{}", fmt::join(lines, ""));
}

void refuse_programs(const std::vector<RowPlan>& rows) {
  for (const RowPlan& row : rows) {
    if (!names_program(row)) continue;
    const char* field = row.cache.params.has("server") ? "server" : "args";
    throw usage_error(
        fmt::format("{}: its \"{}\" would start {}, and --no-exec refuses it", row.name, field, program_of(row)),
        "read what `hitbench check` prints under \"starts\", and leave out --no-exec if you trust it");
  }
}

}  // namespace hitbench
