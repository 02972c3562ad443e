// The numbers of a PhaseOutcome, once: what crosses the pipe as bytes and how the numbers of several processes become
// one both follow from this table. A new number is a member of PhaseOutcome and a row here.
#pragma once

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "app/phase.h"
#include "metrics/add_counters.h"

namespace hitbench {

template <class T, class Merge>
struct PhaseNumber {
  T PhaseOutcome::*member;
  Merge merge;  // merge(T& to, const T& more)
};
template <class T, class Merge>
PhaseNumber(T PhaseOutcome::*, Merge) -> PhaseNumber<T, Merge>;

namespace merging {

inline constexpr auto sum = [](auto& to, const auto& more) { to += more; };
inline constexpr auto largest = [](auto& to, const auto& more) { to = std::max(to, more); };
inline constexpr auto any = [](bool& to, bool more) { to = to || more; };
inline constexpr auto parts = [](auto& to, const auto& more) { to.add(more); };
inline constexpr auto counters = [](auto& to, const auto& more) { add_counters(to, more); };
inline constexpr auto write_queue = [](WriteQueueResult& to, const WriteQueueResult& more) {
  const Maybe<uint64_t> peak = std::max(to.peak, more.peak);
  add_counters(to, more);
  to.peak = peak;
};

}  // namespace merging

inline constexpr auto kPhaseNumbers = std::tuple{
    PhaseNumber{&PhaseOutcome::operations, merging::sum},
    PhaseNumber{&PhaseOutcome::checksum, merging::sum},
    PhaseNumber{&PhaseOutcome::retries, merging::sum},
    PhaseNumber{&PhaseOutcome::background, merging::counters},
    PhaseNumber{&PhaseOutcome::unserved, merging::sum},
    PhaseNumber{&PhaseOutcome::scheduled, merging::largest},
    PhaseNumber{&PhaseOutcome::started, merging::largest},
    PhaseNumber{&PhaseOutcome::wall, merging::largest},
    PhaseNumber{&PhaseOutcome::cpu, merging::sum},
    PhaseNumber{&PhaseOutcome::spun, merging::sum},
    PhaseNumber{&PhaseOutcome::longest_gap, merging::largest},
    PhaseNumber{&PhaseOutcome::thought, merging::sum},
    PhaseNumber{&PhaseOutcome::involuntary_switches, merging::sum},
    PhaseNumber{&PhaseOutcome::cache_entries, merging::sum},
    PhaseNumber{&PhaseOutcome::cache_evictions, merging::sum},
    PhaseNumber{&PhaseOutcome::cache_bytes, merging::sum},
    PhaseNumber{&PhaseOutcome::has_cache_usage, merging::any},
    PhaseNumber{&PhaseOutcome::write_queue, merging::write_queue},
    PhaseNumber{&PhaseOutcome::stuck, merging::any},
    PhaseNumber{&PhaseOutcome::harness_ns_per_op, merging::largest},
    PhaseNumber{&PhaseOutcome::key_choice_ns, merging::largest},
    PhaseNumber{&PhaseOutcome::audit, merging::parts},
    PhaseNumber{&PhaseOutcome::traffic, merging::parts},
};

// Calls visit(number) for each row of the table.
template <class Visit>
void for_each_phase_number(const Visit& visit) {
  std::apply([&](const auto&... numbers) { (visit(numbers), ...); }, kPhaseNumbers);
}

}  // namespace hitbench
