#include "cli/programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "scenario/server_config.h"
#include "server/address.h"

namespace hitbench {
namespace {

// Caches of servers have the fields of cache/connection_backend.cc; "args" is an empty list where none are given.
// In virtual time there are no servers.
bool starts_server(const RowPlan& row) {
  if (row.scenario->virtual_clock) return false;
  return row.has_cache && row.cache.params.has("args") && !row.cache.params.has("address");
}

// It may load modules.
bool has_config(const RowPlan& row) { return row.cache.params.has("config"); }

bool names_program(const RowPlan& row) {
  const Params& params = row.cache.params;
  return starts_server(row) && (params.has("server") || !params.texts("args").empty() || has_config(row));
}

std::string program_of(const RowPlan& row) {
  if (row.cache.params.has("server")) return row.cache.params.text("server");
  return std::string(row.cache.traits.program);
}

std::string line_of(const RowPlan& row) {
  const std::vector<std::string>& args = row.cache.params.texts("args");
  std::string line = fmt::format("starts    {} ({})", program_of(row), row.cache.name);
  if (!args.empty()) line += fmt::format(" with {}", fmt::join(args, " "));
  if (row.cache.params.has("pin")) line += fmt::format(" on CPU {}", row.cache.params.text("pin"));
  if (has_config(row)) line += fmt::format(", configured by {}", config_path_of(row.cache.params.text("config")));
  return line + (names_program(row) ? ", as the scenario says\n" : "\n");
}

// Whose password this row's server is sent (cache/redis/redis.cc); empty: none.
std::string password_of(const RowPlan& row) {
  if (!row.has_cache || !row.cache.traits.takes_password || !row.cache.params.has("address")) return "";
  if (row.cache.params.has("password_file")) return row.cache.params.text("password_file");
  return std::getenv("REDISCLI_AUTH") != nullptr ? "REDISCLI_AUTH" : "";
}

// The server of a password, as `check` lists it.
std::string password_line(const RowPlan& row) {
  const std::string password = password_of(row);
  if (password.empty()) return "";
  return fmt::format("sends     the password in {} to {} ({})\n", password, row.cache.params.text("address"),
                     row.cache.name);
}

// Whether the password of the environment is meant for that server: it is this machine's, or its address was typed.
bool is_meant(const std::string& address, const std::vector<std::string>& typed) {
  const Address parsed = parse_server_address(address, "redis", 6379).address;
  const std::string& host = parsed.host_or_path;
  if (parsed.unix || host == "localhost" || host == "127.0.0.1" || host == "::1") return true;
  const auto names_it = [&](const std::string& set) { return set.find(address) != std::string::npos; };
  return std::any_of(typed.begin(), typed.end(), names_it);
}

void refuse_password(const RowPlan& row, const std::vector<std::string>& typed) {
  const std::string password = password_of(row);
  if (password.empty()) return;
  const std::string& address = row.cache.params.text("address");
  if (!row.cache.params.has("password_file") && is_meant(address, typed)) return;
  throw usage_error(
      fmt::format("{}: {} would be sent the password in {}, and --no-exec refuses it", row.name, address, password),
      "leave out --no-exec if you trust the scenario, or unset REDISCLI_AUTH and \"password_file\"");
}

}  // namespace

std::string programs_text(const std::vector<RowPlan>& rows) {
  std::vector<std::string> lines;
  for (const RowPlan& row : rows) {
    const std::string line = starts_server(row) ? line_of(row) : password_line(row);
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  return fmt::format("{}", fmt::join(lines, ""));
}

void refuse_programs(const std::vector<RowPlan>& rows, const std::vector<std::string>& typed) {
  for (const RowPlan& row : rows) {
    refuse_password(row, typed);
    if (!names_program(row)) continue;
    const bool has_args = !row.cache.params.texts("args").empty();
    const char* field = row.cache.params.has("server") ? "server" : has_args ? "args" : "config";
    throw usage_error(
        fmt::format("{}: its \"{}\" would start {}, and --no-exec refuses it", row.name, field, program_of(row)),
        "read what `hitbench check` prints under \"starts\", and leave out --no-exec if you trust it");
  }
}

}  // namespace hitbench
