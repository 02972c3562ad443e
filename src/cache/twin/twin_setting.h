// What makes a twin that of one server: its model, its times, its words. redis_twin.cc and memcached_twin.cc fill it in
// from the fields of a scenario.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cache/cache.h"
#include "cache/twin/server_model.h"
#include "cache/twin/service_times.h"

namespace hitbench {

struct TwinSetting {
  std::string name;             // "redis"
  std::string version;          // "redis 7.0 (twin)"
  std::string stands_for = {};  // for a reader of the report: what it is a model of, and where its times are from
  // An empty one, for so many connections.
  std::function<std::unique_ptr<ServerModel>(uint32_t connections)> make_model = {};
  // When an entry expires that is stored at `now` of the server's clock.
  Time (*end_of)(Duration ttl, Time now) = nullptr;

  size_t threads = 1;
  uint64_t connections = UINT64_MAX;  // that it takes
  ServiceTimes times = {};
  Duration rtt{0};       // what a network adds to the round trip of each command and of each TCP handshake
  bool appends = false;  // logs every write, and has its contents after a kill
  bool syncs = false;    // and waits for the disk each time
  // From the start of its process to its first answer: the outages of kills without "for" of redis-server 7.0.15 and
  // memcached 1.6.18, together, were 27 to 108 ms on a busy machine with two cores.
  Duration restart = std::chrono::milliseconds(50);

  std::string_view out_of_memory;  // how it refuses
  std::string_view too_large = {};
  bool compares = false;  // erases what holds a token in one request; else by a version, if it has versions
  bool has_versions = true;
  bool has_queue = false;

  std::string policy = {};
  std::optional<CoarseUses> coarse_uses = {};
  double used_per_byte = 1;  // of the limit, for each byte of its own account
  // What the server itself counts among its data although it is none, and for each connection.
  uint64_t besides_data_bytes = 0;
  uint64_t besides_data_bytes_per_connection = 0;
  CacheLimits limits = {};
};

}  // namespace hitbench
