// Scenarios on a server that belongs to the test.
#pragma once

#include <string>

#include "tests/cache/servers_fixture.h"
#include "tests/engine/scenario_text.h"

namespace hitbench {

// A cache alone, without an origin, and with other members in place of these.
inline std::string direct(const OwnServer& server, const std::string& kind, const std::string& members) {
  return changed(R"({"rounds": 1, "strategies": ["direct"], "warmup": {"operations": 0},
    "workload": {"keys": {"distribution": "uniform", "count": 100}}, "caches": [")" +
                     kind + "://127.0.0.1:" + std::to_string(server.port()) + "\"]}",
                 members);
}

inline uint64_t operations_of(const RunResult& run) {
  const ReadsResult& r = run.reads;
  return r.fresh_hit + r.stale_hit + r.null_hit + r.coalesced + r.miss + r.failed + run.writes.acknowledged +
         run.writes.failed + run.deletes.acknowledged + run.deletes.failed;
}

}  // namespace hitbench
