// A time that varies: an origin's latency, a think time, a gap between arrivals.
#pragma once

#include "base/rng.h"
#include "base/time.h"

namespace hitbench {

class DurationDistribution {
 public:
  virtual ~DurationDistribution() = default;
  virtual Duration next(Rng& rng) const = 0;
  virtual Duration mean() const = 0;
};

}  // namespace hitbench
