// The arguments of a server ("args" of a cache) as far as its twin knows them. What it does not know is refused by
// name, never ignored: it might decide the result. All throw Error{usage}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"

namespace hitbench {

struct RedisArguments {
  uint64_t maxmemory = 0;
  std::string policy;
  int samples = 5;  // --maxmemory-samples
  int hz = 10;      // --hz
  int lfu_log_factor = 10;
  int lfu_decay_time = 1;  // minutes
  int expire_effort = 1;   // --active-expire-effort
  bool appends = false;    // --appendonly
  enum class Sync { no, everysec, always } sync = Sync::everysec;
};

// `arguments` begins with what the fields of the scenario say.
RedisArguments read_redis_arguments(const std::vector<std::string>& args, RedisArguments arguments);

// The defaults are the server's own.
struct MemcachedArguments {
  uint64_t memory = uint64_t{64} << 20;  // -m
  int threads = 4;                       // -t
  uint64_t connections = 1024;           // -c
  double growth_factor = 1.25;           // -f
  uint32_t chunk_min = 48;               // -n
  uint32_t item_max = 1 << 20;           // -I
  bool cas = true;                       // false: -C
  bool evicts = true;                    // false: -M
  // -o
  bool modern = true;  // false: no_modern, whose slab chunks may be as large as a page
  bool segmented = true;
  bool crawler = true;
  int slab_automove = 1;
  uint32_t temporary_ttl = 0;
  uint32_t hot_percent = 20, warm_percent = 40;
  double hot_max_factor = 0.2, warm_max_factor = 2.0;
};

MemcachedArguments read_memcached_arguments(const std::vector<std::string>& args, MemcachedArguments arguments);

// Fields that mean nothing to a twin, because nothing is started: the first that was set is refused. `server` is what
// messages call it.
void refuse_real_fields(std::string_view server, const Params& params);

}  // namespace hitbench
