// Whether a row's figures may be trusted, and what a reader must know alongside them.
#pragma once

#include <optional>
#include <string>

#include "app/phase.h"
#include "cache/cache.h"
#include "engine/plan.h"
#include "metrics/result.h"

namespace hitbench {

// A smaller hit ratio is warned of, as are buffers of a larger share of a server's memory (docs/method.md, "When a row
// is invalid").
inline constexpr double kFewHits = 0.01, kManyBuffers = 0.1;

struct Evidence {
  const RowPlan& row;
  const PhaseOutcome& outcome;  // of all rounds and processes
  Duration measured;
  Duration scheduled, started;  // open loop, over all rounds (app/phase.h)
  int timed_one_in;
  bool waits_on_socket;    // only then does client CPU judge
  bool blocks_thread;      // a call to the cache may keep the loop away, and that is not our doing
  bool serialized_origin;  // so may a load
  Duration stopped{0};     // so long the scenario itself stopped a process: that much of a gap was asked for
  Maybe<double> steal, psi;
  Maybe<ThreadTimes> server = {};              // of the cache's, on this machine
  Maybe<double> buffers = {};                  // share of the server's memory limit that is its connections'
  std::optional<CoarseUses> coarse_uses = {};  // of its server, where that is known
  std::string clock_warning = {};              // metrics/environment.h
  std::string intrusion = {};                  // into a server of our own
};

// Fills result.client, result.observer and result.validity; result holds everything else already.
void judge(const Evidence& evidence, RunResult& result);

}  // namespace hitbench
