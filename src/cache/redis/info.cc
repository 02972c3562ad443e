#include "cache/redis/info.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "cache/redis/coarse_uses.h"
#include "cache/server_figures.h"

namespace hitbench {
namespace {

// The rest of the line "name:value"; empty where there is none.
std::string text_of(std::string_view info, std::string_view name) {
  for (size_t at = info.find(name); at != std::string_view::npos; at = info.find(name, at + 1)) {
    const size_t value = at + name.size() + 1;
    const bool whole = (at == 0 || info[at - 1] == '\n') && value <= info.size() && info[value - 1] == ':';
    if (whole) return std::string(info.substr(value, info.find_first_of("\r\n", value) - value));
  }
  return "";
}

// "redis_version" of a relative is the Redis that it is compatible with. Valkey gives its own name and version (INFO's
// "server_name"), Dragonfly also has "df-v1.40.1", and KeyDB has the version of its own there and a section "# KeyDB".
std::string version_of(std::string_view info) {
  const std::string name = text_of(info, "server_name");
  const std::string own = name.empty() ? "" : text_of(info, name + "_version");
  if (!own.empty()) return name + " " + own;
  std::string dragonfly = text_of(info, "dragonfly_version");
  if (dragonfly.starts_with("df-v")) dragonfly.erase(0, 4);
  if (!dragonfly.empty()) return "dragonfly " + dragonfly;
  const std::string redis = text_of(info, "redis_version");
  if (redis.empty()) return "";
  return (info.find("\n# KeyDB") == std::string_view::npos ? "redis " : "keydb ") + redis;
}

// What it counts to maxmemory for its data: dictionaries, keys, values and what the allocator adds to each; not what an
// empty server has, nor the buffers of connections, replicas and the append-only file.
std::optional<uint64_t> data_bytes(std::string_view info) {
  const std::optional<uint64_t> used = find_count(info, "used_memory");
  const std::optional<uint64_t> empty = find_count(info, "used_memory_startup");
  if (!used || !empty) return std::nullopt;
  uint64_t besides = *empty;
  for (const std::string_view name : {"mem_clients_normal", "mem_not_counted_for_evict"}) {
    besides += find_count(info, name).value_or(0);
  }
  return *used - std::min(*used, besides);
}

// "db0:keys=5,expires=0,avg_ttl=0", one line a database.
uint64_t count_keys(std::string_view info) {
  uint64_t count = 0;
  for (size_t at = info.find(":keys="); at != std::string_view::npos; at = info.find(":keys=", at + 1)) {
    count += std::strtoull(std::string(info.substr(at + 6, 20)).c_str(), nullptr, 10);
  }
  return count;
}

}  // namespace

BackendUsage redis_usage(std::string_view info) {
  BackendUsage usage;
  usage.version = version_of(info);
  usage.memory_bytes = data_bytes(info);
  usage.rss_bytes = find_count(info, "used_memory_rss");
  usage.allocator = text_of(info, "mem_allocator");
  usage.evictions = find_count(info, "evicted_keys");
  usage.client_buffer_bytes = find_count(info, "mem_clients_normal");
  usage.limit_bytes = find_count(info, "maxmemory");
  usage.used_bytes = find_count(info, "used_memory");
  usage.policy = text_of(info, "maxmemory_policy");
  usage.coarse_uses = redis_coarse_uses(usage.policy);
  usage.commands = find_count(info, "total_commands_processed");
  usage.entries = count_keys(info);
  usage.pid = find_count(info, "process_id");
  const std::optional<double> user = find_figure(info, "used_cpu_user"), system = find_figure(info, "used_cpu_sys");
  if (user && system) usage.cpu = Duration(std::llround((*user + *system) * 1e9));
  return usage;
}

}  // namespace hitbench
