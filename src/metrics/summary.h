// From what was recorded to what is reported.
#pragma once

#include "base/time.h"
#include "metrics/recorder.h"
#include "metrics/result.h"

namespace hitbench {

// A percentile q only where count * (1 - q) >= 10 values lie above it: fewer would make it one of the slowest few,
// whatever they happened to be. Mean and maximum wherever anything was recorded.
Percentiles summarize(const Histogram& histogram);

// Latencies, reads, writes, deletes, hit ratio, costs, corrupt values, series and the number of operations.
void fill(RunResult& run, const Recorder& recorder);

// With a larger share of failures that its scenario does not ask for a row is invalid.
inline constexpr double kMostFailures = 0.001;

// How many of the operations failed, from what came of reads, writes and deletes.
void set_failures(RunResult& run);

// One round's scalars. The caller fills `origin_loads`, where an origin has counted them.
RoundResult round_of(const Recorder& recorder, int round, Duration duration);

}  // namespace hitbench
