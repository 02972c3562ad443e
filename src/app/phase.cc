#include "app/phase.h"

#include <cstring>
#include <type_traits>

#include "app/phase_numbers.h"
#include "base/check.h"
#include "io/loop.h"

namespace hitbench {

// Timing an operation takes two readings of the clock, or one where the client goes on at once; they may be a tenth of
// what it costs. A reading also waits until everything before it is done, so that it costs the more, the more the CPU
// has under way.
Duration sampling_limit() { return Loop::cost_of_readings(20); }

int sampling_after(const PhaseOutcome& outcome, Duration limit) {
  const Duration busy = outcome.cpu - outcome.spun;
  return busy < limit * static_cast<int64_t>(outcome.operations) ? kSampledOneIn : 1;
}

WriteQueueResult result_of(const WriteQueueCounts& counts) {
  return {.queued = counts.queued,
          .coalesced = counts.coalesced,
          .peak = counts.peak,
          .flushed = counts.flushed,
          .failed = counts.failed,
          .dropped = counts.dropped,
          .rejected = counts.rejected};
}

void PhaseOutcome::merge(const PhaseOutcome& other) {
  for_each_phase_number([&](const auto& number) { number.merge(this->*number.member, other.*number.member); });
  recorder.merge(other.recorder);
  observer.merge(other.observer);
  server_words.merge(other.server_words);
}

std::string PhaseOutcome::to_bytes() const {
  std::string bytes;
  for_each_phase_number([&](const auto& number) {
    const auto& value = this->*number.member;
    static_assert(std::is_trivially_copyable_v<std::remove_reference_t<decltype(value)>>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  });
  return bytes + server_words.to_bytes() + recorder.to_bytes();
}

PhaseOutcome PhaseOutcome::from_bytes(std::string_view bytes) {
  PhaseOutcome outcome;
  for_each_phase_number([&](const auto& number) {
    auto& value = outcome.*number.member;
    CHECK(bytes.size() >= sizeof value);
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
  });
  outcome.server_words = Tally::from_bytes(bytes);
  outcome.recorder = Recorder::from_bytes(bytes);
  return outcome;
}

PhaseOutcome merged(std::vector<PhaseOutcome> outcomes) {
  for (size_t i = 1; i < outcomes.size(); ++i) outcomes.front().merge(outcomes[i]);
  return std::move(outcomes.front());
}

}  // namespace hitbench
