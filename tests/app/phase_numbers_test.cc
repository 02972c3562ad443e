// The table of a phase's numbers: it is complete, and both the bytes and the merge follow it.
#include "app/phase_numbers.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

struct Anything {
  template <class T>
  operator T() const;
};

template <class Aggregate, class... Fields>
constexpr size_t field_count() {
  if constexpr (requires { Aggregate{Fields{}..., Anything{}}; }) {
    return field_count<Aggregate, Fields..., Anything>();
  } else {
    return sizeof...(Fields);
  }
}

// All but the recorder, the histogram of the jitter probe and the words of the server, which merge by themselves.
TEST(PhaseNumbers, ListEveryFieldOfAnOutcomeThatIsPlain) {
  EXPECT_EQ(field_count<PhaseOutcome>(), std::tuple_size_v<decltype(kPhaseNumbers)> + 3);
}

// Every number is another one: `from`, `from` + 1, ...
PhaseOutcome numbered(uint64_t from) {
  PhaseOutcome outcome;
  const auto next = [&] { return from++; };
  const auto next_duration = [&] { return Duration(static_cast<int64_t>(next())); };
  outcome.operations = next(), outcome.checksum = next(), outcome.retries = next();
  outcome.background = {.tasks = next(), .refused = next()};
  outcome.unserved = next();
  outcome.scheduled = next_duration(), outcome.started = next_duration(), outcome.wall = next_duration();
  outcome.cpu = next_duration(), outcome.spun = next_duration(), outcome.longest_gap = next_duration();
  outcome.thought = next_duration();
  outcome.involuntary_switches = next();
  outcome.cache_entries = next(), outcome.cache_evictions = next(), outcome.cache_bytes = next();
  outcome.has_cache_usage = true;
  outcome.write_queue = result_of({.queued = next(),
                                   .coalesced = next(),
                                   .peak = next(),
                                   .flushed = next(),
                                   .failed = next(),
                                   .dropped = next(),
                                   .rejected = next()});
  outcome.stuck = true;
  outcome.harness_ns_per_op = static_cast<double>(next()), outcome.key_choice_ns = static_cast<double>(next());
  outcome.audit.stuck_keys = next();
  outcome.traffic.begun = next();
  return outcome;
}

// As the bytes have them: in the order of the table, which the outcome's words and its recorder follow.
std::string bytes_of_numbers(const PhaseOutcome& outcome) {
  size_t size = 0;
  for_each_phase_number([&](const auto& number) { size += sizeof(outcome.*number.member); });
  return outcome.to_bytes().substr(0, size);
}

TEST(PhaseNumbers, CrossThePipe) {
  const PhaseOutcome sent = numbered(100), received = PhaseOutcome::from_bytes(sent.to_bytes());
  EXPECT_EQ(bytes_of_numbers(received), bytes_of_numbers(sent));
  EXPECT_EQ(received.operations, 100u);
  EXPECT_EQ(received.background.refused, 104u);
  EXPECT_EQ(received.wall, Duration(108));
  EXPECT_TRUE(received.has_cache_usage);
  EXPECT_EQ(received.write_queue.peak, 119u);
  EXPECT_TRUE(received.stuck);
  EXPECT_EQ(received.key_choice_ns, 125);
  EXPECT_EQ(received.audit.stuck_keys, 126u);
  EXPECT_EQ(received.traffic.begun, 127u);
}

TEST(PhaseNumbers, AddUpOverProcesses) {
  PhaseOutcome both = numbered(100);
  both.merge(numbered(1000));
  EXPECT_EQ(both.operations, 1100u);
  EXPECT_EQ(both.checksum, 1102u);
  EXPECT_EQ(both.retries, 1104u);
  EXPECT_EQ(both.background.tasks, 1106u);
  EXPECT_EQ(both.background.refused, 1108u);
  EXPECT_EQ(both.unserved, 1110u);
  EXPECT_EQ(both.cpu, Duration(1118));
  EXPECT_EQ(both.spun, Duration(1120));
  EXPECT_EQ(both.thought, Duration(1124));
  EXPECT_EQ(both.involuntary_switches, 1126u);
  EXPECT_EQ(both.cache_entries, 1128u);
  EXPECT_EQ(both.cache_evictions, 1130u);
  EXPECT_EQ(both.cache_bytes, 1132u);
  EXPECT_EQ(both.write_queue.queued, 1134u);
  EXPECT_EQ(both.write_queue.rejected, 1146u);
  EXPECT_EQ(both.audit.stuck_keys, 1152u);
  EXPECT_EQ(both.traffic.begun, 1154u);
}

TEST(PhaseNumbers, TakeTheLargestOfTwoProcesses) {
  for (const auto& [mine, other] : {std::pair{100, 1000}, std::pair{1000, 100}}) {
    PhaseOutcome both = numbered(static_cast<uint64_t>(mine));
    both.merge(numbered(static_cast<uint64_t>(other)));
    EXPECT_EQ(both.scheduled, Duration(1006));
    EXPECT_EQ(both.started, Duration(1007));
    EXPECT_EQ(both.wall, Duration(1008));
    EXPECT_EQ(both.longest_gap, Duration(1011));
    EXPECT_EQ(both.write_queue.peak, 1019u);
    EXPECT_EQ(both.harness_ns_per_op, 1024);
    EXPECT_EQ(both.key_choice_ns, 1025);
  }
}

TEST(PhaseNumbers, ArePresentWhereOneProcessHasThem) {
  PhaseOutcome first = numbered(100), second;
  first.merge(PhaseOutcome{});
  second.merge(numbered(100));
  for (const PhaseOutcome& both : {first, second}) {
    EXPECT_TRUE(both.has_cache_usage);
    EXPECT_TRUE(both.stuck);
    EXPECT_EQ(both.write_queue.queued, 117u);
    EXPECT_EQ(both.write_queue.peak, 119u);
  }
  PhaseOutcome neither;
  neither.merge(PhaseOutcome{});
  EXPECT_FALSE(neither.write_queue.queued.has_value());
  EXPECT_FALSE(neither.has_cache_usage);
  EXPECT_FALSE(neither.stuck);
  EXPECT_EQ(neither.background.tasks, 0u);
}

}  // namespace
}  // namespace hitbench
