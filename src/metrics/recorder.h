// What one application process measures: counts, histograms, and the same second by second. Single-threaded; recorders
// of other processes (and of other threads) are merged afterwards. A histogram takes its memory at its first sample,
// the series grows once a second; nothing else here allocates. record() costs 10 to 20 ns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "base/time.h"
#include "metrics/histogram.h"
#include "metrics/second_tails.h"

namespace hitbench {

// What the consistency checker says of a read.
struct ReadCheck {
  bool dirty = false;          // its value was not confirmed by the origin
  bool non_monotonic = false;  // older than one that its client had read before
  bool unchecked = false;      // whether it was stale or dirty cannot be known
  Duration staleness{-1};      // for how long a newer value had been acknowledged; negative: it was fresh
};

// One finished operation. Durations are negative where they were not measured (an untimed operation of a sampled
// run, a gen_late of a client that was busy when the operation was due).
struct Sample {
  OperationKind kind = OperationKind::read;
  Outcome end = Outcome::miss;            // reads only
  bool ok = true;                         // writes and erases only; a failed read says so in `end`
  bool corrupt = false;                   // a failed read only
  bool injected = false;                  // it failed because the scenario lets the origin fail
  bool goes_on = false;                   // a modify's read, whose write follows: the two are one operation
  MissCause reason = MissCause::unknown;  // of a miss
  std::optional<ReadCheck> check = {};    // none: nobody judges, or nothing was written yet
  Time finished{};
  Duration response{-1};  // due -> end
  Duration service{-1};   // start -> end
  Duration gen_late{-1};  // start - due, for a client that was idle when the operation was due
  Duration load{-1};      // time in the origin, within service

  bool answered() const { return kind == OperationKind::read ? end != Outcome::failed : ok; }
};

struct KindCounts {
  uint64_t operations = 0;
  uint64_t failed = 0;
};

// One second of a run: scalars only.
struct Second {
  uint64_t operations = 0;  // that ended in it; a modify is one
  uint64_t hits = 0;
  uint64_t reads = 0;
  uint64_t failed = 0;
  uint64_t failed_reads = 0;
  uint64_t injected = 0;  // of the failed
  uint64_t origin_loads = 0;
  uint64_t expired = 0, evicted = 0;  // of the reads, those that missed for this cause
  int64_t max_response_ns = 0;        // of what was answered
};

class Recorder {
 public:
  // `start` is where second 0 of the series begins; the series covers at most `seconds`, the last takes what follows.
  explicit Recorder(Time start = {}, int seconds = 3600);

  void record(const Sample& sample);
  // Its times alone: for a whole modify, alongside the samples of its read and its write.
  void record_latencies(const Sample& sample);
  void merge(const Recorder& other);

  std::string to_bytes() const;                        // for the parent, over a pipe
  static Recorder from_bytes(std::string_view bytes);  // CHECKs its input: both ends are ours

  // Response and service of what was answered; `failed`: responses of what failed; gen_late of all.
  struct Latency {
    Histogram response, service, gen_late, failed;
  };
  Latency latency(OperationKind kind) const;
  KindCounts counts(OperationKind kind) const;
  uint64_t reads(Outcome end) const;
  uint64_t corrupt() const { return corrupt_; }
  uint64_t misses(MissCause reason) const;
  const Histogram& staleness() const { return staleness_; }       // of stale reads; of nothing else
  int64_t max_staleness_ns() const { return max_staleness_ns_; }  // exact, also where the histogram ends
  uint64_t dirty() const { return dirty_; }
  uint64_t non_monotonic() const { return non_monotonic_; }
  uint64_t unchecked() const { return unchecked_; }
  // Sums over timed reads, for the break-even: hits (fresh, stale, null), misses, and the misses' loads.
  struct Mean {
    uint64_t count = 0;
    int64_t sum_ns = 0;
  };
  Mean hit_service() const { return hit_service_; }
  Mean miss_service() const { return miss_service_; }
  Mean load() const { return load_; }
  const Histogram& loaded() const { return loaded_; }  // timed responses of reads that missed, or coalesced
  std::vector<Second> series() const;
  // The timed responses of answered reads and writes in the seconds of the series.
  const SecondTails& read_tails() const { return tails_[static_cast<size_t>(OperationKind::read)]; }
  const SecondTails& write_tails() const { return tails_[static_cast<size_t>(OperationKind::write)]; }

 private:
  static constexpr uint64_t kSecondNs = 1'000'000'000;

  // A client that need not wait for its operation's time begins it when it is due. Then response and service are equal,
  // and counted once for both: half the work, in half as much of the CPU's caches.
  struct Kept {
    Histogram both, response, service, gen_late, failed;
  };

  // Of one second, the few counts that all others follow from: every operation pays for what is counted here.
  struct Tally {
    std::array<uint64_t, kOutcomes> reads{};
    std::array<KindCounts, kOperationKinds> others{};  // of writes and erases, by their kind
    uint64_t first_halves = 0;                         // the reads of modifies
    uint64_t failed_loads = 0;                         // reads that failed after they had asked the origin
    uint64_t injected = 0;
    int64_t max_response_ns = 0;
    std::array<uint64_t, kMissCauses> misses{};

    Second second() const;
  };

  Tally& tally_of(Time finished) {
    const auto passed = static_cast<uint64_t>((finished - current_start_).count());
    if (passed >= kSecondNs || current_ >= tallies_.size()) move_to(finished);
    return tallies_[current_];
  }
  [[gnu::noinline]] void move_to(Time finished);
  void record_read(const Sample& sample, Tally& tally);
  [[gnu::noinline]] void record_loaded(Duration response);
  [[gnu::noinline]] void record_check(ReadCheck check);
  // Calls number(field) for every count of a second.
  template <class T, class Number>
  static void visit_counts(T& tally, Number number);
  // Calls number(field) for every scalar of the whole run: what merge and both directions of bytes go over.
  template <class Self, class Number>
  static void visit_scalars(Self& self, Number number);
  template <class Self, class Each>
  static void visit_histograms(Self& self, Each each);

  Time start_;
  int seconds_;
  std::array<Kept, kOperationKinds> kept_;
  Histogram staleness_, loaded_;
  int64_t max_staleness_ns_ = 0;
  uint64_t corrupt_ = 0;
  uint64_t dirty_ = 0, non_monotonic_ = 0, unchecked_ = 0;
  Mean hit_service_, miss_service_, load_;
  std::vector<Tally> tallies_;
  std::array<SecondTails, 2> tails_;  // of reads and of writes
  // The second that the last sample fell into: the next one nearly always does, too.
  size_t current_ = 0;
  Time current_start_{};
};

}  // namespace hitbench
