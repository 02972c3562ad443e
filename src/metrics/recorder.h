// What one application process measures: counts, histograms and per-second scalars. Single-threaded; recorders of
// other processes (and of other threads) are merged afterwards. Nothing here allocates after construction.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "metrics/histogram.h"

namespace hitbench {

enum class OperationKind : uint8_t { read, write, erase };
inline constexpr int kOperationKinds = 3;

// How a read ended; the order is that of strategy/strategy.h's Outcome.
enum class ReadEnd : uint8_t { fresh_hit, stale_hit, null_hit, coalesced, miss, failed };
inline constexpr int kReadEnds = 6;

// One finished operation. Durations are negative where they were not measured (an untimed operation of a sampled
// run, a gen_late of a client that was busy when the operation was due).
struct Sample {
  OperationKind kind = OperationKind::read;
  ReadEnd end = ReadEnd::miss;  // reads only
  bool ok = true;               // writes and erases only; a failed read says so in `end`
  bool corrupt = false;
  Time finished{};
  Duration response{-1};  // due -> end
  Duration service{-1};   // start -> end
  Duration gen_late{-1};  // start - due, for a client that was idle when the operation was due
  Duration load{-1};      // time in the origin, within service
};

struct KindCounts {
  uint64_t operations = 0;
  uint64_t failed = 0;
};

// One second of a run: scalars only.
struct Second {
  uint64_t operations = 0;
  uint64_t hits = 0;
  uint64_t reads = 0;
  uint64_t failed = 0;
  uint64_t origin_loads = 0;
  int64_t max_response_ns = 0;
};

class Recorder {
 public:
  // `start` is where second 0 of the series begins; the series covers at most `seconds`, the last takes what follows.
  explicit Recorder(Time start = {}, int seconds = 3600);

  void record(const Sample& sample);
  void merge(const Recorder& other);

  std::string to_bytes() const;                       // for the parent, over a pipe
  static Recorder from_bytes(std::string_view bytes); // CHECKs its input: both ends are ours

  struct Latency {
    Histogram response, service, gen_late;
  };
  const Latency& latency(OperationKind kind) const;
  const KindCounts& counts(OperationKind kind) const;
  uint64_t reads(ReadEnd end) const;
  uint64_t corrupt() const;
  // Sums over timed reads, for the break-even: hits (fresh, stale, null), misses, and the misses' loads.
  struct Mean {
    uint64_t count = 0;
    int64_t sum_ns = 0;
  };
  Mean hit_service() const;
  Mean miss_service() const;
  Mean load() const;
  const std::vector<Second>& series() const;
  int64_t latency_sum_ns() const;  // of all timed responses: Little's law
  uint64_t timed() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // copies share nothing: see recorder.cc
};

}  // namespace hitbench
