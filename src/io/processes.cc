#include "io/processes.h"

#include <dirent.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>

namespace hitbench {
namespace {

std::string folder_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

}  // namespace

// Where a process ends meanwhile the read fails: getline() takes that for the end, an iterator over the stream's buffer
// would throw.
std::string proc_text(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text, '\0');
  return text;
}

std::vector<pid_t> numbered_entries(const std::string& folder) {
  struct Close {
    void operator()(DIR* directory) const { closedir(directory); }
  };
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, Close> open(opendir(folder.c_str()));
  if (!open) return numbers;
  while (const dirent* const entry = readdir(open.get())) {
    const std::string_view name = entry->d_name;
    pid_t number = 0;
    const std::from_chars_result end = std::from_chars(name.data(), name.data() + name.size(), number);
    if (end.ec == std::errc() && end.ptr == name.data() + name.size()) numbers.push_back(number);
  }
  return numbers;
}

// State, parent and group stand behind the last bracket of the name, which may hold anything.
std::optional<Relation> relation_of(pid_t pid) {
  const std::string stat = proc_text(folder_of(pid) + "/stat");
  const size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::istringstream fields(stat.substr(bracket + 1));
  std::string state;
  Relation relation;
  if (!(fields >> state >> relation.parent >> relation.group)) return std::nullopt;
  return relation;
}

std::map<pid_t, Relation> all_processes() {
  std::map<pid_t, Relation> found;
  for (const pid_t pid : numbered_entries("/proc")) {
    if (const std::optional<Relation> relation = relation_of(pid)) found.emplace(pid, *relation);
  }
  return found;
}

std::vector<pid_t> members_of(pid_t group) {
  std::vector<pid_t> members;
  for (const auto& [pid, relation] : all_processes()) {
    if (relation.group == group) members.push_back(pid);
  }
  return members;
}

// The second field of statm is the resident set, in pages.
std::optional<uint64_t> rss_bytes(pid_t pid) {
  std::istringstream statm(proc_text(folder_of(pid) + "/statm"));
  uint64_t size = 0, resident = 0;
  if (!(statm >> size >> resident)) return std::nullopt;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace hitbench
