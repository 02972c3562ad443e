// The arguments of a server ("args" of a cache) as far as its twin knows them. What it does not know is refused by
// name, never ignored: it might decide the result. All throw Error{usage}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "cache/twin/memcached_model.h"
#include "cache/twin/redis_model.h"

namespace hitbench {

struct RedisArguments {
  RedisModelSetting model;
  bool appends = false;  // --appendonly
  enum class Sync { no, everysec, always } sync = Sync::everysec;
};

// `arguments` begins with what the fields of the scenario say.
RedisArguments read_redis_arguments(const std::vector<std::string>& args, RedisArguments arguments);

// The defaults are the server's own.
struct MemcachedArguments {
  MemcachedModelSetting model;
  int threads = 4;              // -t
  uint64_t connections = 1024;  // -c
};

MemcachedArguments read_memcached_arguments(const std::vector<std::string>& args, MemcachedArguments arguments);

// Fields that mean nothing to a twin, because nothing is started: the first that was set is refused. `server` is what
// messages call it.
void refuse_real_fields(std::string_view server, const Params& params);

}  // namespace hitbench
