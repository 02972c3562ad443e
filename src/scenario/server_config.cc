#include "scenario/server_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace hitbench {
namespace {

constexpr size_t kMostLines = 10'000;
constexpr std::string_view kComment = "# ";

// What hitbench sets itself: where a private server listens, who may talk to it, that it stays in the foreground, and
// where its files are.
constexpr std::array<std::string_view, 14> kOurs = {
    "port", "bind",      "bind-source-addr", "protected-mode", "unixsocket", "unixsocketperm", "requirepass",
    "dir",  "daemonize", "supervised",       "pidfile",        "logfile",    "syslog-enabled", "tls-port"};

struct Refusal {
  std::string_view name, why, remedy;
};
constexpr std::array kRefused = {
    Refusal{"include", "names another file, whose lines would not be compared", "put its lines into this file"},
    Refusal{"aclfile", "names users that hitbench cannot log in as", "leave it out"},
    Refusal{"user", "names users that hitbench cannot log in as", "leave it out"},
    Refusal{"rename-command", "renames commands that hitbench needs", "leave it out"},
    Refusal{"cluster-enabled", "makes a node of a cluster, which a private server is not", "leave it out"},
    Refusal{"replicaof", "makes a replica, which does not take writes", "leave it out"},
    Refusal{"slaveof", "makes a replica, which does not take writes", "leave it out"},
};

bool says_no(const std::string& line) { return line.ends_with(" no") || line.ends_with("\tno"); }

void add_line(const std::string& text, const Location& location, Json& lines) {
  const std::string line = trimmed(text);
  if (line.empty() || line.front() == '#') return;
  const std::string name = directive_of(line);
  if (std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end()) return;
  for (const Refusal& refusal : kRefused) {
    if (name != refusal.name || says_no(line)) continue;
    location.fail(fmt::format("\"{}\" {}", line, refusal.why), std::string(refusal.remedy));
  }
  if (lines.size() == kMostLines) location.fail(fmt::format("must have at most {} lines", kMostLines));
  lines.push_back(line);
}

std::string text_of_file(const std::string& path, const Location& location) {
  try {
    return read_text_file(path);
  } catch (const Error& error) {
    location.fail(error.what(), "name a redis.conf, relative to the scenario's folder");
  }
}

}  // namespace

ReadValue read_server_config(const Json& json, const Location& location) {
  Json lines = Json::array();
  std::string file, path;
  const bool stored = json.is_object() && json.contains("file") && json.at("file").is_string() &&
                      json.contains("lines") && json.at("lines").is_array();
  if (stored) {
    file = path = json.at("file").get<std::string>();
    for (const Json& line : json.at("lines")) {
      if (!line.is_string() || line.get_ref<const std::string&>().find('\n') != std::string::npos) {
        (location / "lines").fail("must be a list of lines");
      }
      add_line(line.get<std::string>(), location, lines);
    }
  } else if (json.is_string()) {
    file = json.get<std::string>();
    path = location.resolved_file(file);
    std::istringstream in(text_of_file(path, location));
    for (std::string line; std::getline(in, line);) add_line(line, location, lines);
  } else {
    location.fail("must be the name of a file, such as \"redis.conf\"");
  }
  if (path.find('\n') != std::string::npos) location.fail("names no file");
  std::string value = std::string(kComment) + path + "\n";
  for (const Json& line : lines) value += line.get<std::string>() + "\n";
  return {std::move(value), Json{{"file", file}, {"lines", std::move(lines)}}};
}

std::string directive_of(const std::string& line) {
  std::string name = lowered(line.substr(0, line.find_first_of(" \t")));
  std::erase(name, '"');
  return name;
}

std::string config_path_of(const std::string& value) {
  return value.substr(kComment.size(), value.find('\n') - kComment.size());
}

}  // namespace hitbench
