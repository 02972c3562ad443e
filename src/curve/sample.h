// A part of a trace that stands for all of it: the requests for some of its keys, which behave in a cache of that part
// of the size as all do in the whole one (SHARDS: Waldspurger, Park, Garthwaite and Ahmad, "Efficient MRC construction
// with SHARDS", 2015; for other policies than LRU "Cache modeling and optimization using miniature simulations", 2017).
//
// They choose keys by hash alone. Here the trace is at hand, so keys are put in the order of their reads first, and
// every n-th is taken: a sample then has its part of busy and of rare keys, whatever the draw. What
// it still has too few or too many of the reads is due to the busiest keys, which hit at every size (SHARDS-adj).
#pragma once

#include <cstdint>
#include <vector>

#include "curve/replay.h"

namespace hitbench {

// A sample of fewer keys can be off by several points: of five real traces, those of 8,192 keys chosen by hash were off
// by 0.1 to 0.3 points on average, those of 1,024 by 0.3 to 0.9.
inline constexpr uint64_t kFewestSampled = 8'000;
inline constexpr uint64_t kUsualSample = 32'768;
inline constexpr uint64_t kMostExact = 100'000'000;  // requests; beyond, a sample is taken unless it is forbidden
inline constexpr unsigned kSamples = 4;              // whose spread says how far they may be off

// Those that are read, the busiest first.
std::vector<Node> keys_by_reads(const Replay& whole);

struct SampleDraw {
  uint64_t keys = 0;    // of `by_reads`, at most as many as there are
  unsigned number = 0;  // of the sample, below kSamples: others have other keys, as far as there are enough
  uint64_t seed = 1;
};

class Sample {
 public:
  Sample(const Replay& whole, const std::vector<Node>& by_reads, const SampleDraw& draw);
  Sample(const Sample&) = delete;  // the replay points into it
  Sample& operator=(const Sample&) = delete;

  const Replay& replay() const { return replay_; }
  uint64_t reads() const { return reads_; }

 private:
  std::vector<CompactRequest> requests_;
  Replay replay_;
  uint64_t reads_ = 0;
};

}  // namespace hitbench
