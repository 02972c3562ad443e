// What a row has to say when it is over, as a function of what was seen of it: no server, no process and no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/row_plan.h"
#include "cache/cache.h"
#include "engine/row_totals.h"
#include "metrics/recovery.h"
#include "metrics/result.h"
#include "workers/workers.h"

namespace hitbench {

struct SeenCache {
  bool waits_on_socket = false;
  std::optional<KeyMarks> marks = {};  // on a user's own server
  LeftKeys left = {};                  // there
  std::string warning = {};            // about its memory
  std::string stands_for = {};         // of a twin
};

struct SeenOrigin {
  bool serialized = false;  // loads of one process never overlap, by the application's doing
};

struct SeenFaults {
  bool killed_cache = false, killed_process = false;
  FaultSpan first = {};
  Duration longest_process_stop{0};
};

// Cached entries over all processes.
struct SeenEntries {
  uint64_t stored = 0, read = 0, failed_stores = 0;
};

struct RowSeen {
  const RowPlan& row;
  const RowTotals& totals;
  bool interrupted = false;                 // by Ctrl-C
  bool failed = false;                      // then `skipped` says why
  std::optional<std::string> skipped = {};  // it did not run, or broke off: why
  LoadingResult loading = {};
  WarmupResult warmup = {};
  std::vector<Doubt> warmup_warnings = {};
  std::optional<SeenCache> cache = {};      // empty: strategy none
  std::optional<SeenOrigin> origin = {};    // empty: strategy direct
  std::optional<SeenFaults> faults = {};    // empty: the scenario has none
  std::optional<SeenEntries> entries = {};  // empty: nobody kept account
  uint64_t files_needed = 0;                // open ones, by one process
  std::string clock_warning = {};
  std::string intrusion = {};  // into a server of our own, if its counters tell of one
};

RunResult row_result(const RowSeen& seen);

}  // namespace hitbench
