#include "app/phase.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "io/loop.h"

namespace hitbench {
namespace {

// Every plain number of an outcome, in one place for both directions.
template <class Outcome, class Visit>
void visit_numbers(Outcome& outcome, Visit visit) {
  visit(outcome.operations), visit(outcome.checksum), visit(outcome.unserved);
  visit(outcome.retries), visit(outcome.tasks), visit(outcome.tasks_refused);
  visit(outcome.scheduled), visit(outcome.started);
  visit(outcome.wall), visit(outcome.cpu), visit(outcome.spun), visit(outcome.longest_gap);
  visit(outcome.thought), visit(outcome.involuntary_switches);
  visit(outcome.cache_entries), visit(outcome.cache_evictions), visit(outcome.cache_bytes);
  visit(outcome.has_cache_usage), visit(outcome.stuck), visit(outcome.harness_ns_per_op), visit(outcome.key_choice_ns);
  visit(outcome.audit), visit(outcome.traffic);
  visit(outcome.has_write_queue), visit(outcome.write_queue);
}

void add(const WriteQueueCounts& more, WriteQueueCounts& to) {
  to.queued += more.queued;
  to.coalesced += more.coalesced;
  to.peak = std::max(to.peak, more.peak);
  to.flushed += more.flushed;
  to.failed += more.failed;
  to.dropped += more.dropped;
  to.rejected += more.rejected;
}

}  // namespace

// Timing an operation takes two readings of the clock, or one where the client goes on at once; they may be a tenth of
// what it costs. A reading also waits until everything before it is done, so that it costs the more, the more the CPU
// has under way.
Duration sampling_limit() { return Loop::cost_of_readings(20); }

int sampling_after(const PhaseOutcome& outcome, Duration limit) {
  const Duration busy = outcome.cpu - outcome.spun;
  return busy < limit * static_cast<int64_t>(outcome.operations) ? kSampledOneIn : 1;
}

void PhaseOutcome::merge(const PhaseOutcome& other) {
  recorder.merge(other.recorder);
  operations += other.operations;
  checksum += other.checksum;
  unserved += other.unserved;
  retries += other.retries;
  tasks += other.tasks;
  tasks_refused += other.tasks_refused;
  scheduled = std::max(scheduled, other.scheduled);
  started = std::max(started, other.started);
  wall = std::max(wall, other.wall);
  cpu += other.cpu;
  spun += other.spun;
  longest_gap = std::max(longest_gap, other.longest_gap);
  thought += other.thought;
  involuntary_switches += other.involuntary_switches;
  observer.merge(other.observer);
  cache_entries += other.cache_entries;
  cache_evictions += other.cache_evictions;
  cache_bytes += other.cache_bytes;
  has_write_queue = has_write_queue || other.has_write_queue;
  add(other.write_queue, write_queue);
  stuck = stuck || other.stuck;
  has_cache_usage = has_cache_usage || other.has_cache_usage;
  harness_ns_per_op = std::max(harness_ns_per_op, other.harness_ns_per_op);
  key_choice_ns = std::max(key_choice_ns, other.key_choice_ns);
  audit.add(other.audit);
  traffic.add(other.traffic);
  server_words.merge(other.server_words);
}

std::string PhaseOutcome::to_bytes() const {
  std::string bytes;
  visit_numbers(*this,
                [&](const auto& number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); });
  return bytes + server_words.to_bytes() + recorder.to_bytes();
}

PhaseOutcome PhaseOutcome::from_bytes(std::string_view bytes) {
  PhaseOutcome outcome;
  visit_numbers(outcome, [&](auto& number) {
    CHECK(bytes.size() >= sizeof number);
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
  });
  outcome.server_words = Tally::from_bytes(bytes);
  outcome.recorder = Recorder::from_bytes(bytes);
  return outcome;
}

}  // namespace hitbench
