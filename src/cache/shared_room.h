// The memory of a user's own server: whether what we bring fits alongside what is there, and whether the server has
// driven anything out since. Rows that use one server at the same time are added up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cache/cache.h"

namespace hitbench {

// What a server calls what it does, for messages.
struct ServerWords {
  std::string name;   // "redis at 127.0.0.1:6379"
  std::string limit;  // "maxmemory"
  int port = 0;       // 0: a Unix socket
};

class SharedRoom {
 public:
  SharedRoom(ServerWords words, bool may_evict);
  ~SharedRoom();  // gives back what it took
  SharedRoom(const SharedRoom&) = delete;
  SharedRoom& operator=(const SharedRoom&) = delete;

  // `bytes` with all that the server adds; `usage` as it is before anything of ours is there. Throws Error{environment}
  // where it does not fit, or gives the warning where the server may evict.
  std::string take(const DataSet& data, uint64_t bytes, const BackendUsage& usage);
  // Throws Error{environment} when there are more evictions than there were, unless it may evict.
  void check(const BackendUsage& usage) const;

 private:
  std::string refusal(const DataSet& data, const BackendUsage& usage) const;
  std::string server_of(const BackendUsage& usage) const;

  const ServerWords words_;
  const bool may_evict_;
  uint64_t taken_ = 0;
  std::string server_;  // on which
  std::optional<uint64_t> evicted_before_;
};

}  // namespace hitbench
