// The rows of one point of a sweep warm up together, stretch after stretch over all of them, so that each has performed
// the same operations when the measuring begins: until every row's hit ratio is steady, or the first has spent its
// time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/steadiness.h"

namespace hitbench {

// So many operations of a row: `drawn` only drawn (a row without a cache has nothing to fill), then `performed` ones;
// for `at_most` so long.
struct StretchOrder {
  uint64_t drawn = 0, performed = 0;
  Duration at_most{0};
};

struct WarmingRow {
  SteadyRule rule;
  uint64_t clients = 1;  // of all processes: stretches are multiples of it, so that all draw as many
  double reads = 1;      // their share of the operations
  // Empty: the row is not there any more.
  std::function<std::optional<WarmStretch>(const StretchOrder&)> run;
};

struct WarmUpGoal {
  bool steady = false;      // else `operations`, without looking
  uint64_t operations = 0;  // neither more nor, but for the limit, less; 0: as many as it takes
  uint64_t most = 0;        // operations; 0: any number
  Duration limit{0};        // of each row; 0: any time
};

struct WarmedUp {
  uint64_t operations = 0;
  Duration took{0};
  Steadiness steadiness;
};

// In the order of the rows.
std::vector<WarmedUp> warm_up_together(const std::vector<WarmingRow>& rows, const WarmUpGoal& goal);

}  // namespace hitbench
