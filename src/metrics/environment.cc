#include "metrics/environment.h"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "hitbench_version.h"

namespace hitbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kClockSources = "/sys/devices/system/clocksource/clocksource0/";

// Null where there is nothing to say.
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream in(path);
  std::getline(in, line);
  line.erase(line.find_last_not_of(" \t\r") + 1);
  return line;
}

// The value after "name :" or "name:" in files like /proc/cpuinfo.
std::string value_of(const std::string& path, const std::string& name) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    const size_t colon = line.find(':');
    const size_t value = colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
    if (value != std::string::npos) return line.substr(value);
  }
  return "";
}

std::optional<double> number_in(const std::string& text) {
  std::istringstream in(text);
  double number = 0;
  if (in >> number) return number;
  return {};
}

// "always [madvise] never" is "madvise".
std::string chosen(const std::string& line) {
  const size_t open = line.find('['), close = line.find(']');
  return open == std::string::npos || close == std::string::npos ? line : line.substr(open + 1, close - open - 1);
}

// The smallest limit that this process' cgroup (version 2) or any of those above it sets in `file`.
std::optional<double> smallest_limit(const std::string& root, const std::string& file,
                                     const std::function<std::optional<double>(const std::string&)>& limit_of) {
  std::string group = first_line(root + "/proc/self/cgroup");
  group = group.starts_with("0::") ? group.substr(3) : "";
  if (group == "/") group.clear();
  std::optional<double> smallest;
  while (true) {
    const auto limit = limit_of(first_line(root + "/sys/fs/cgroup" + group + "/" + file));
    if (limit && (!smallest || *limit < *smallest)) smallest = limit;
    if (group.empty()) return smallest;
    const size_t slash = group.find_last_of('/');
    group.erase(slash == std::string::npos ? 0 : slash);
  }
}

// "200000 100000": two cores' time in each period; "max 100000": no limit.
std::optional<double> cores_of_quota(const std::string& line) {
  std::istringstream in(line);
  double quota = 0, period = 0;
  if (in >> quota >> period && period > 0) return quota / period;
  return {};
}

Json number_or_null(std::optional<double> number) { return number ? Json(*number) : Json(nullptr); }
Json whole_or_null(std::optional<double> number) {
  return number ? Json(static_cast<uint64_t>(*number)) : Json(nullptr);
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                     : static_cast<int>(std::thread::hardware_concurrency());
}

Json program() {
  return {{"version", HITBENCH_VERSION},       {"git", HITBENCH_GIT},
          {"compiler", HITBENCH_COMPILER},     {"flags", HITBENCH_FLAGS},
          {"build_type", HITBENCH_BUILD_TYPE}, {"sanitizers", text_or_null(HITBENCH_SANITIZERS)}};
}

Json cpu(const std::string& root) {
  return {{"model", text_or_null(value_of(root + "/proc/cpuinfo", "model name"))},
          {"cores", std::max(1u, std::thread::hardware_concurrency())},
          {"usable_cores", usable_cores()},
          {"cgroup_cores", number_or_null(smallest_limit(root, "cpu.max", cores_of_quota))},
          {"governor", text_or_null(first_line(root + "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))}};
}

Json memory(const std::string& root) {
  const auto total_kib = number_in(value_of(root + "/proc/meminfo", "MemTotal"));
  const std::string thp = chosen(first_line(root + "/sys/kernel/mm/transparent_hugepage/enabled"));
  return {{"total_bytes", whole_or_null(total_kib ? std::optional(*total_kib * 1024) : std::nullopt)},
          {"cgroup_bytes", whole_or_null(smallest_limit(root, "memory.max", number_in))},
          {"transparent_hugepages", text_or_null(thp)}};
}

// A hint: who made the machine if its CPU says that it is a guest, and whether we are in a container.
Json virtualisation(const std::string& root) {
  const bool guest = value_of(root + "/proc/cpuinfo", "flags").find("hypervisor") != std::string::npos;
  const std::string vendor = first_line(root + "/sys/class/dmi/id/sys_vendor");
  std::string hint = guest ? "virtual machine" + (vendor.empty() ? "" : " (" + vendor + ")") : "";
  for (const char* mark : {"/.dockerenv", "/run/.containerenv"}) {
    if (std::ifstream(root + mark)) return hint.empty() ? "container" : hint + ", container";
  }
  return text_or_null(hint);
}

Json load_average(const std::string& root) {
  std::istringstream in(first_line(root + "/proc/loadavg"));
  Json averages = Json::array();
  for (double average = 0; averages.size() < 3 && in >> average;) averages.push_back(average);
  return averages;
}

}  // namespace

std::string version_text() { return std::string("hitbench ") + HITBENCH_VERSION + " (git " + HITBENCH_GIT + ")"; }

std::string environment_json(const std::map<std::string, std::string>& libraries,
                             std::chrono::system_clock::time_point started, const std::string& root) {
  utsname system{};
  const bool known = uname(&system) == 0;
  Json environment = Json::object();
  environment["hitbench"] = program();
  environment["cpu"] = cpu(root);
  environment["memory"] = memory(root);
  environment["kernel"] = text_or_null(known ? std::string(system.sysname) + " " + system.release : "");
  environment["architecture"] = text_or_null(known ? system.machine : "");
  environment["clocksource"] = text_or_null(first_line(root + kClockSources + "current_clocksource"));
  environment["virtualisation"] = virtualisation(root);
  environment["load_average"] = load_average(root);
  environment["libraries"] = libraries;
  using Milliseconds = std::chrono::duration<int64_t, std::milli>;
  const auto date = std::chrono::duration_cast<Milliseconds>(started.time_since_epoch());
  environment["started_unix_s"] = static_cast<double>(date.count()) / 1e3;
  return environment.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string with_command(const std::string& environment_json, const std::string& command) {
  Json environment = Json::parse(environment_json, nullptr, /*allow_exceptions=*/false);
  if (!environment.is_object()) environment = Json::object();
  environment["command"] = command;
  return environment.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string clock_warning(const std::string& root) {
  const std::string source = first_line(root + kClockSources + "current_clocksource");
  // Other architectures have one counter that all programs may read; on x86 there is a choice, and most of it is slow.
  const bool is_x86 = !value_of(root + "/proc/cpuinfo", "vendor_id").empty();
  if (!is_x86 || source.empty() || source == "tsc") return "";
  return "the clock source is " + source + ", not tsc: reading it may cost a system call and step coarsely, so that " +
         "short times are uncertain; choose tsc if it is among " + kClockSources + "available_clocksource";
}

MachineSample sample_machine(const std::string& root) {
  MachineSample sample;
  // cpu user nice system idle iowait irq softirq steal ...: guest time, which follows, is within user (proc(5)).
  std::istringstream stat(first_line(root + "/proc/stat"));
  std::string word;
  stat >> word;
  std::array<double, 8> ticks{};
  for (double& tick : ticks) stat >> tick;
  if (word == "cpu" && stat) {
    sample.steal_ticks = ticks.back();
    sample.total_ticks = 0;
    for (const double tick : ticks) *sample.total_ticks += tick;
  }
  const std::string pressure = first_line(root + "/proc/pressure/cpu");  // "some avg10=0.00 ... total=123"
  const size_t total = pressure.find("total=");
  if (pressure.starts_with("some") && total != std::string::npos)
    sample.psi_cpu_us = number_in(pressure.substr(total + 6));
  return sample;
}

std::optional<double> steal_between(const MachineSample& before, const MachineSample& after) {
  if (!before.total_ticks || !after.total_ticks) return {};
  const double total = *after.total_ticks - *before.total_ticks;
  if (total <= 0) return {};  // less than a tick: nothing can be said
  return std::clamp((*after.steal_ticks - *before.steal_ticks) / total, 0.0, 1.0);
}

std::optional<double> psi_between(const MachineSample& before, const MachineSample& after, Duration wall) {
  if (!before.psi_cpu_us || !after.psi_cpu_us || wall <= Duration{0}) return {};
  const double wall_us = std::chrono::duration<double, std::micro>(wall).count();
  return std::clamp((*after.psi_cpu_us - *before.psi_cpu_us) / wall_us, 0.0, 1.0);
}

}  // namespace hitbench
