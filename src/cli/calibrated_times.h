// From what was measured of a server to the times of its twin: `hitbench calibrate` and, by hand, the figures that are
// shipped (cache/twin/default_times.cc) are made by the same rules.
#pragma once

#include <cstdint>
#include <map>

#include "cache/twin/service_times.h"
#include "metrics/histogram.h"

namespace hitbench {

// How many keys a batch has where a further key of one is measured.
inline constexpr int kCalibratedBatch = 16;

// The quantiles of a histogram that has values. The largest of a run is one event on its machine, so twice the 99.9th
// percentile stands for it.
TimeQuantiles quantiles_of(const Histogram& histogram);

// Of one server over one transport: by operation, then by the size of the value in bytes. That of a batch key is what a
// whole batch took, and what the server's CPU took for each key of it.
struct FoundTimes {
  struct Figures {
    TimeQuantiles round_trip;  // of one client alone
    Duration service{0};       // the server's CPU time an operation, with clients enough to keep it busy
  };
  std::map<TwinOperation, std::map<uint64_t, Figures>> operations;
};

// What it does to the figures:
// - A further key takes what a batch takes beyond a lookup of one key, divided by the keys beyond the first.
// - Times that fall from one size to a larger one did so by noise: the two have their mean.
// - A service is at most 80 % of the least round trip, because the way there and back takes some of it.
// What was not measured is not in it: a twin takes it from the figures that are shipped (cache/twin/twins.h).
ServiceTimes calibrated_times_of(FoundTimes found);

}  // namespace hitbench
