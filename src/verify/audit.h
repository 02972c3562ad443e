// The check after the last round, when nothing is under way: for every key that was written, what the origin has
// against what was acknowledged, and what the cache has against the origin. It goes past the strategy, and counts
// into nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "strategy/strategy.h"
#include "verify/write_table.h"
#include "workload/workload.h"

namespace hitbench {

// More written keys are left unchecked: a run must end.
inline constexpr uint64_t kMostAudited = 100'000;

struct AuditResult {
  uint64_t stuck_keys = 0;  // whose cached entry, within its TTL, is not what the origin has
  uint64_t lost_writes = 0, lost_keys = 0, lost_updates = 0;
  uint64_t unchecked = 0;  // keys

  void add(const AuditResult& other);
};

// One process' part of it. Its clients share the keys.
class Audit {
 public:
  struct Access {
    WriteTable& write_table;
    Cache* cache;    // null: there are no cached entries to check
    Origin* origin;  // null: there is nothing to check against
    const Workload& workload;
    int process, processes;
    bool own_cache;  // each process has a cache of its own and checks all keys in it
  };
  // `pass` 0 also counts what is lost; pass 1 looks only for cached entries that are still wrong.
  Audit(const Access& access, int pass);

  // On a client's fiber: checks keys until none is left, each with a deadline of its own.
  void run(Client& client, Duration timeout, const std::function<bool()>& stopped);
  const AuditResult& result() const { return result_; }

 private:
  struct Task {
    uint64_t key;
    bool counts_losses;
  };

  void check(const Task& task, Client& client);
  void compare(Key key, const Loaded& row, Client& client);

  const Access access_;
  const int pass_;
  std::vector<Task> tasks_;
  size_t next_ = 0;
  AuditResult result_;
};

}  // namespace hitbench
