// One phase of a row (preload, warm-up or one measured round), as it is ordered from the parent and answered by an
// application process. Both cross a pipe as bytes between processes of one binary.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/tally.h"
#include "base/time.h"
#include "cache/cache.h"
#include "metrics/recorder.h"
#include "metrics/result.h"
#include "strategy/strategy.h"
#include "verify/audit.h"

namespace hitbench {

struct PhaseOrder {
  enum class Kind : uint8_t { preload, warm_up, measure, audit } kind = Kind::measure;
  // Of all processes; 0: the duration decides. Where both are given, what comes first.
  uint64_t operations = 0;
  Duration duration{0};
  uint64_t drawn = 0;            // so many more are drawn before them, and not performed: the stream goes on
  uint64_t barriers = 0;         // barrier arrivals: how many
  uint64_t first_barrier = 0;    // and which is the first: its key
  Time start{};                  // when all processes begin
  Duration measured_before{0};   // in earlier rounds: where this round's seconds go on
  Duration scheduled_before{0};  // that earlier phases took of the schedule of an open loop
  int timed_one_in = 1;
  // For a process that starts over in the middle of the phase: how much later than the others it starts, and how many
  // operations of its share are done.
  Duration late{0};
  uint64_t done_before = 0;

  Time phase_start() const { return start - late; }
  Time end() const { return duration > Duration{0} ? start + duration : kNever; }
  // What a process that comes back at `at` still has to do of it, of whose share `done` operations are done.
  PhaseOrder rest_from(Time at, uint64_t done) const {
    PhaseOrder rest = *this;
    rest.late = at - start;
    rest.start = at;
    if (end() != kNever) rest.duration = end() - at;
    rest.done_before = done;
    return rest;
  }
  int audit_pass = 0;
  Duration audit_after{0};  // from the start
};

struct PhaseOutcome;

inline constexpr int kSampledOneIn = 64;
// What an operation must cost on this machine for each to be timed.
Duration sampling_limit();
// One operation in so many is timed after a phase whose operations cost as much as these: 1, or kSampledOneIn where
// they cost less than `limit`, on average.
int sampling_after(const PhaseOutcome& outcome, Duration limit = sampling_limit());

// The numbers are listed in app/phase_numbers.h.
struct PhaseOutcome {
  Recorder recorder{Time{}};
  uint64_t operations = 0;  // at the phase's end
  uint64_t checksum = 0;    // of the operation stream: a sum over operations, so their order does not matter
  uint64_t retries = 0;
  BackgroundResult background{.tasks = 0, .refused = 0};
  uint64_t unserved = 0;  // open loop: due, but not begun before the phase had to end
  Duration scheduled{0};  // open loop: when the last operation was due, from the phase's start
  Duration started{0};    // and when the last one began: later where a backlog had grown
  Duration wall{0};
  Duration cpu{0};  // user + system, spinning included
  Duration spun{0};
  Duration longest_gap{0};
  Duration thought{0};  // think times that have passed, of all clients
  uint64_t involuntary_switches = 0;
  Histogram observer;  // what a do-nothing process saw meanwhile; the parent's, so it crosses no pipe
  uint64_t cache_entries = 0;
  uint64_t cache_evictions = 0;  // in this phase
  uint64_t cache_bytes = 0;
  bool has_cache_usage = false;
  WriteQueueResult write_queue;  // null where no writes are queued
  bool stuck = false;            // given up: nothing succeeded any more
  double harness_ns_per_op = 0;  // self-check of this process; 0: not made
  double key_choice_ns = 0;
  AuditResult audit;
  Traffic traffic;     // with the cache's server, since the process' last outcome
  Tally server_words;  // what the cache's server refused in this phase

  void merge(const PhaseOutcome& other);  // of another process or thread, over the same phase
  std::string to_bytes() const;
  static PhaseOutcome from_bytes(std::string_view bytes);
};

// A strategy does not know the result: here its counts become fields of it.
WriteQueueResult result_of(const WriteQueueCounts& counts);

// Of several processes, or threads, over the same phase; at least one.
PhaseOutcome merged(std::vector<PhaseOutcome> outcomes);

}  // namespace hitbench
