#include "cache/memcached/server.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "cache/server_fields.h"
#include "cache/server_figures.h"
#include "io/child_process.h"

namespace hitbench {
namespace {

constexpr uint64_t kSpareFiles = 64;  // listening sockets, pipes, the log

uint64_t connection_limit() {
  const uint64_t files = raise_file_limit();
  return std::clamp<uint64_t>(files > kSpareFiles ? files - kSpareFiles : 1, 1, kMostMemcachedConnections);
}

// Of "-I 8m", "-I8m" and "--max-item-size=8m"; the last of several counts. Empty where it is no size: for the server to
// refuse.
std::optional<uint64_t> item_limit(const std::vector<std::string>& args) {
  std::string size = "1m";
  for (size_t i = 0; i < args.size(); ++i) {
    for (const std::string_view name : {"--max-item-size=", "--max-item-size", "-I"}) {
      if (!args[i].starts_with(name)) continue;
      size = args[i].substr(name.size());
      if (size.empty() && i + 1 < args.size()) size = args[i + 1];
      break;
    }
  }
  uint64_t number = 0;
  const std::from_chars_result end = std::from_chars(size.data(), size.data() + size.size(), number);
  const std::string_view unit(end.ptr, static_cast<size_t>(size.data() + size.size() - end.ptr));
  if (end.ec != std::errc() || unit.size() > 1) return std::nullopt;
  if (unit.empty()) return number;
  if (unit == "k" || unit == "K") return number << 10;
  if (unit == "m" || unit == "M") return number << 20;
  return std::nullopt;
}

// Memcached has a flat LRU without its LRU maintainer ("-o no_modern", "-o no_lru_maintainer", before 1.5 by default),
// which counts its work there.
std::optional<CoarseUses> flat_lru(std::string_view stats) {
  const bool is_memcached = find_count(stats, "hash_power_level").has_value();
  if (!is_memcached || find_count(stats, "lru_maintainer_juggles")) return std::nullopt;
  return memcached_flat_lru();
}

}  // namespace

std::vector<std::string> memcached_arguments(const Params& params, const Address& address, const std::string&) {
  std::vector<std::string> argv = {"-m", std::to_string(params.integer("memory") >> 20)};
  argv.insert(argv.end(), {"-t", std::to_string(params.integer("threads"))});
  argv.insert(argv.end(), {"-c", std::to_string(connection_limit())});
  if (address.unix) {
    argv.insert(argv.end(), {"-s", address.host_or_path, "-a", "0700"});
  } else {
    argv.insert(argv.end(), {"-l", address.host_or_path, "-p", std::to_string(address.port), "-U", "0"});
  }
  // It refuses to run as root unless told to; changing the user would also clear PR_SET_PDEATHSIG.
  if (geteuid() == 0) argv.insert(argv.end(), {"-u", "root"});
  return argv;
}

CoarseUses memcached_flat_lru() {
  return {std::chrono::minutes(1), "its flat LRU notes a use of an item at most once in 60 s"};
}

bool memcached_takes_secret(const Params& params) {
  if (params.text("transport") == "unix") return false;
  const std::vector<std::string>& args = params.texts("args");
  return std::none_of(args.begin(), args.end(), [](std::string_view argument) {
    return argument.starts_with("-Y") || argument.starts_with("-S") || argument.starts_with("--auth-file") ||
           argument.starts_with("--enable-sasl");
  });
}

std::vector<std::string> lock_memcached(const std::string& secret, const std::string& directory) {
  const std::string path = directory + "/hitbench.auth";
  write_secret(path, "hitbench:" + secret + "\n");
  return {"-Y", path};
}

std::string memcached_login(const std::string& secret) { return secret.empty() ? "" : "hitbench " + secret; }

bool is_whole_memcached_stats(std::string_view text) {
  return text.ends_with("END\r\n") || text.starts_with("ERROR") || text.starts_with("SERVER_ERROR");
}

// The answer to "stats" (memcached's doc/protocol.txt, "General-purpose statistics").
BackendUsage memcached_usage(std::string_view stats) {
  BackendUsage usage;
  constexpr std::string_view kVersion = "STAT version ";
  if (const size_t at = stats.find(kVersion); at != std::string_view::npos) {
    const size_t begin = at + kVersion.size();
    usage.version = "memcached " + std::string(stats.substr(begin, stats.find('\r', begin) - begin));
  }
  usage.memory_bytes = find_count(stats, "bytes");
  usage.evictions = find_count(stats, "evictions");
  usage.entries = find_count(stats, "curr_items");
  usage.limit_bytes = find_count(stats, "limit_maxbytes");
  if (usage.memory_bytes) usage.used_bytes = *usage.memory_bytes * kMemcachedUsedQuarters / 4;
  const std::optional<uint64_t> evicted = find_count(stats, "evicted_unfetched");
  const std::optional<uint64_t> expired = find_count(stats, "expired_unfetched");
  if (evicted && expired) usage.unfetched = *evicted + *expired;
  usage.coarse_uses = flat_lru(stats);
  uint64_t commands = 0;
  for (const std::string_view name : {"cmd_get", "cmd_set", "cmd_touch", "cmd_flush", "delete_hits", "delete_misses",
                                      "incr_hits", "incr_misses", "decr_hits", "decr_misses"}) {
    commands += find_count(stats, name).value_or(0);
  }
  usage.commands = commands;
  usage.pid = find_count(stats, "pid");
  const std::optional<double> user = find_figure(stats, "rusage_user"), system = find_figure(stats, "rusage_system");
  if (user && system) usage.cpu = Duration(std::llround((*user + *system) * 1e9));
  return usage;
}

// Keys: KEY_MAX_LENGTH in memcached.h. Items: 1 MiB unless -I says otherwise; of that the header takes 48 bytes, its
// version 8, and one byte ends the key and two the value (item_make_header in items.c). What a user's own server was
// started with is not known before it is asked.
CacheLimits memcached_limits(const Params& params, bool users_server) {
  CacheLimits limits{.key_bytes = 250, .item_overhead_bytes = 59};
  if (!users_server) limits.item_bytes = item_limit(params.texts("args"));
  return limits;
}
// An item's header with its version (memcached.h, 48 and 8 B), the ends of key and value.
uint64_t memcached_entry_bytes(uint64_t bytes) { return (bytes + 60) * kMemcachedUsedQuarters / 4; }

std::vector<Field> memcached_server_fields(std::string_view address_doc) {
  std::vector<Field> fields = server_fields(address_doc);
  fields.push_back({.name = "threads",
                    .type = FieldType::integer,
                    .fallback = "1",
                    .doc = "worker threads of the private server",
                    .min = 1,
                    .max = 64});
  fields.push_back({.name = "config",
                    .type = FieldType::text,
                    .fallback = "null",
                    .doc = "a configuration file",
                    .unavailable = "memcached reads no configuration file; give its options as \"args\""});
  return fields;
}

}  // namespace hitbench
