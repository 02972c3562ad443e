// The rules of validity, each at its limit, on figures that are made up here.
#include "engine/validity.h"

#include <gmock/gmock.h>

#include <thread>

#include "metrics/summary.h"
#include "tests/engine/quiet_evidence.h"
#include "tests/engine/scenario_text.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kOpen = R"({"caches": ["memory"], "strategies": ["cache-aside"],
  "workload": {"arrivals": {"loop": "open", "rate": 1000}}})";
constexpr const char* kClosed = R"({"caches": ["memory"], "strategies": ["cache-aside"]})";

// A quiet second of a thousand reads; each test disturbs one thing.
struct Case {
  explicit Case(const char* scenario) : rows(plan_of(scenario)) {
    outcome.operations = 1000;
    for (int i = 0; i < 1000; ++i) record(OperationKind::read, milliseconds(2), microseconds(1));
  }

  void record(OperationKind kind, Duration response, Duration late) {
    outcome.recorder.record(
        {.kind = kind, .end = Outcome::fresh_hit, .response = response, .service = response, .gen_late = late});
  }

  const Validity& judged() {
    if (refill) fill(result, outcome.recorder);
    result.throughput_ops_s = static_cast<double>(outcome.operations);
    result.client_model = "fiber";
    Evidence evidence = quiet_evidence(rows.front(), outcome);
    evidence.scheduled = scheduled;
    evidence.waits_on_socket = waits_on_socket;
    evidence.blocks_thread = blocks_thread;
    evidence.serialized_origin = serialized_origin;
    evidence.stopped = stopped;
    evidence.buffers = buffers;
    evidence.clock_warning = clock_warning;
    judge(evidence, result);
    return result.validity;
  }

  std::vector<RowPlan> rows;
  PhaseOutcome outcome;
  RunResult result;
  bool refill = true;  // the result from the recorder
  Duration scheduled = seconds(1);
  Duration stopped{0};
  Maybe<double> buffers = {};
  bool waits_on_socket = true, blocks_thread = false, serialized_origin = false;
  std::string clock_warning = {};
};

TEST(Validity, AQuietRunIsValidAndSaysNothing) {
  for (const char* scenario : {kOpen, kClosed}) {
    Case quiet(scenario);
    EXPECT_TRUE(quiet.judged().valid);
    EXPECT_THAT(quiet.result.validity.warnings, IsEmpty());
    EXPECT_THAT(quiet.result.validity.machine_percentiles, IsEmpty());
  }
}

TEST(Validity, AnOpenLoopsClientMayUse95PercentOfItsCore) {
  Case below(kOpen), at(kOpen), elsewhere(kOpen);
  below.outcome.cpu = milliseconds(949);
  at.outcome.cpu = elsewhere.outcome.cpu = milliseconds(950);
  elsewhere.waits_on_socket = false;
  EXPECT_TRUE(below.judged().valid);
  EXPECT_THAT(at.judged().reasons, ElementsAre(doubt("clients-saturated", HasSubstr("95 %"))));
  EXPECT_FALSE(at.result.validity.valid);
  EXPECT_TRUE(elsewhere.judged().valid) << "an in-process cache is meant to use its core";
}

TEST(Validity, AClosedLoopsClientIsBoundFrom80PercentOn) {
  Case below(kClosed), at(kClosed);
  below.outcome.cpu = milliseconds(799);
  at.outcome.cpu = milliseconds(800);
  EXPECT_FALSE(below.judged().client_bound);
  EXPECT_TRUE(at.judged().client_bound);
  EXPECT_TRUE(at.result.validity.valid);
  EXPECT_THAT(at.result.validity.warnings, ElementsAre(doubt("client-bound", HasSubstr("80 % busy"))));
}

TEST(Validity, SpinningIsNoWork) {
  Case spins(kClosed);
  spins.outcome.cpu = milliseconds(1000);
  spins.outcome.spun = milliseconds(300);
  EXPECT_FALSE(spins.judged().client_bound);
  EXPECT_DOUBLE_EQ(*spins.result.client.busy, 0.7);
  EXPECT_DOUBLE_EQ(*spins.result.client.cpu_ns_per_op, 700'000);
}

// More processes than cores cannot all have a core.
TEST(Validity, AClientHasOnlyTheCoresThatThereAre) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const std::string processes = std::to_string(4 * cores);
  Case crowd(
      (R"({"caches": ["memory"], "strategies": ["cache-aside"], "app": {"processes": )" + processes + "}}").c_str());
  crowd.outcome.cpu = milliseconds(900) * cores;
  EXPECT_TRUE(crowd.judged().client_bound);
  Case pinned(R"({"caches": ["memory"], "strategies": ["cache-aside"], "app": {"processes": 2, "pin": [0, 0]}})");
  pinned.outcome.cpu = milliseconds(900);
  EXPECT_TRUE(pinned.judged().client_bound);
}

TEST(Validity, SpinningOnMoreCoresThanThereAreIsAWarning) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const auto warnings = [&](const char* cache, unsigned processes, const char* poll, const char* more = "") {
    Case spins((R"({"caches": [")" + std::string(cache) + R"("], "strategies": ["cache-aside"], "app": {"poll": ")" +
                poll + R"(", "processes": )" + std::to_string(processes) + more + "}}")
                   .c_str());
    spins.waits_on_socket = std::string(cache) != "memory";
    return spins.judged().warnings;
  };
  EXPECT_THAT(warnings("memory", cores, "spin"), IsEmpty());
  EXPECT_THAT(warnings("redis://10.0.0.1:6379", cores, "spin"), IsEmpty()) << "that server is elsewhere";
  EXPECT_THAT(warnings("redis", cores, "sleep"), IsEmpty());
  EXPECT_THAT(warnings("memory", cores + 1, "spin"), ElementsAre(doubt("spinning-clients")));
  EXPECT_THAT(warnings("redis", cores, "spin"), ElementsAre(doubt("server-without-core")));
  EXPECT_THAT(warnings("memory", 2, "spin", R"(, "pin": [0, 0])"),
              ElementsAre(doubt("spinning-clients", AllOf(HasSubstr("2 threads"), HasSubstr("1 core ")))));
}

TEST(Validity, AnOpenLoopIsOverloadedBelow99PercentOfItsPace) {
  Case at(kOpen), below(kOpen), unserved(kOpen);
  at.scheduled = milliseconds(990);
  below.scheduled = milliseconds(989);
  unserved.outcome.unserved = 1;
  EXPECT_FALSE(at.judged().overloaded);
  EXPECT_TRUE(below.judged().overloaded);
  EXPECT_THAT(below.result.validity.warnings, ElementsAre(doubt("overloaded", HasSubstr("98.9 %"))));
  EXPECT_TRUE(unserved.judged().overloaded);
  EXPECT_DOUBLE_EQ(*at.result.validity.offered_ops_s, 1000);
  EXPECT_DOUBLE_EQ(*below.result.pace, 0.989);
}

TEST(Validity, AFewOperationsCannotBeOverloaded) {
  Case rare(R"({"caches": ["memory"], "strategies": ["cache-aside"],
    "workload": {"arrivals": {"loop": "open", "rate": 0.1}}})");
  rare.outcome.operations = 1;
  rare.scheduled = Duration{0};  // the first is due at once
  EXPECT_FALSE(rare.judged().overloaded);
  EXPECT_THAT(rare.result.validity.warnings, ElementsAre(doubt("too-few-operations", HasSubstr("1 operation "))));
}

TEST(Validity, OverloadOfClientsThatWaitIsNotThatOfTheirCores) {
  Case waits(kOpen), works(kOpen);
  waits.scheduled = works.scheduled = milliseconds(500);
  works.waits_on_socket = false;
  works.outcome.cpu = milliseconds(950);
  EXPECT_THAT(waits.judged().warnings,
              ElementsAre(doubt("overloaded", AllOf(HasSubstr("50.0 %"), HasSubstr("app.clients")))));
  EXPECT_THAT(works.judged().warnings,
              ElementsAre(doubt("overloaded", AllOf(HasSubstr("50.0 %"), HasSubstr("app.processes")))));
}

TEST(Validity, MoreClientsAreNoRemedyForAFullOrigin) {
  for (const auto& [queued, remedy] : {std::pair(501, "the origin is full, 3 at once"), {500, "raise app.clients"}}) {
    Case full(R"({"strategies": ["none"], "workload": {"arrivals": {"loop": "open", "rate": 1000}},
                  "origin": {"type": "simulated", "latency": "5ms", "concurrency": 3}})");
    full.scheduled = milliseconds(500);
    full.result.origin_load = {.loads = 900, .stores = 100};
    full.result.origin_load.queued = static_cast<uint64_t>(queued);
    EXPECT_THAT(full.judged().warnings, ElementsAre(doubt("overloaded", HasSubstr(remedy))));
  }
}

TEST(Validity, ALoopThatIsAskedForMoreThanItCanIsNotDisturbedByOthers) {
  Case asked(kOpen), disturbed(kOpen);
  asked.waits_on_socket = disturbed.waits_on_socket = false;
  asked.outcome.longest_gap = disturbed.outcome.longest_gap = milliseconds(200);
  asked.outcome.cpu = milliseconds(990);
  EXPECT_THAT(asked.judged().reasons, ElementsAre(doubt("rate-stalls-loop", HasSubstr("200 ms"))));
  Case fast(kOpen);
  fast.outcome.longest_gap = milliseconds(200);
  fast.outcome.harness_ns_per_op = 5e6;  // 1,000 a second of them
  EXPECT_THAT(fast.judged().reasons, ElementsAre(doubt("rate-stalls-loop", HasSubstr("200 ms"))));
  EXPECT_THAT(disturbed.judged().reasons, ElementsAre(doubt("loop-stalled", HasSubstr("200 ms"))));
}

// A row of which nothing hit, by the causes of its misses.
std::vector<Doubt> warnings_of_misses(const MissesResult& misses, std::vector<ServerMessage> said = {}) {
  Case cold(kClosed);
  fill(cold.result, cold.outcome.recorder);
  cold.refill = false;
  cold.result.hit_ratio = 0.001;
  cold.result.reads.miss = 1000;
  cold.result.misses = misses;
  cold.result.server_messages = std::move(said);
  return cold.judged().warnings;
}

// With what to do about it.
testing::Matcher<const Doubt&> few_hits(const char* remedy) { return doubt("few-hits", HasSubstr(remedy)); }

TEST(Validity, WhatToDoWhenNothingHitsFollowsFromWhyItMissed) {
  EXPECT_THAT(warnings_of_misses({.early = 900}), ElementsAre(few_hits("beta")));
  EXPECT_THAT(warnings_of_misses({.first = 900}), ElementsAre(few_hits("preload")));
  EXPECT_THAT(warnings_of_misses({.expired = 900}),
              ElementsAre(few_hits("90.0 % were of entries whose TTL had ended (a longer TTL)")));
  EXPECT_THAT(warnings_of_misses({.evicted = 900}), ElementsAre(few_hits("made room for others")));
  EXPECT_THAT(warnings_of_misses({.invalidated = 900}), ElementsAre(few_hits("on_write")));
  EXPECT_THAT(warnings_of_misses({.first = 660, .expired = 340}),
              ElementsAre(AllOf(few_hits("of the misses 66.0 % were of keys requested for the first time (warm up"),
                                few_hits("), 34.0 % were of entries whose TTL had ended (a longer TTL)"))));
  EXPECT_THAT(warnings_of_misses({.first = 900, .expired = 100}), ElementsAre(testing::Not(few_hits("TTL"))));
  EXPECT_THAT(warnings_of_misses({}), ElementsAre(few_hits("make the cache larger, the TTL longer")));
  EXPECT_THAT(warnings_of_misses({.first = 900}, {{"OOM", 600, ""}}), ElementsAre(few_hits("refused")));
  EXPECT_THAT(warnings_of_misses({.first = 900}, {{"timed out", 5, ""}}), ElementsAre(few_hits("preload")));
}

TEST(Validity, BuffersThatTakeTheDatasMemoryAreNamed) {
  const auto warnings = [](double share, uint64_t evictions) {
    Case row(kClosed);
    row.buffers = share;
    row.result.backend.evictions = evictions;
    return row.judged().warnings;
  };
  EXPECT_THAT(warnings(0.09, 100), IsEmpty());
  EXPECT_THAT(warnings(0.3, 0), IsEmpty()) << "there is room for both";
  EXPECT_THAT(warnings(0.3, 100), ElementsAre(doubt("connection-buffers", HasSubstr("30 %"))));
}

TEST(Validity, AnOutageThatTheScenarioAskedForInvalidatesNothing) {
  Case by_fault(R"({"caches": ["memory"], "strategies": ["cache-aside"],
    "faults": [{"at": "1s", "target": "cache", "action": "stop"}]})");
  Case by_nobody(kClosed);
  for (Case* each : {&by_fault, &by_nobody}) {
    for (int i = 0; i < 1000; ++i) {
      each->outcome.recorder.record({.end = Outcome::failed, .finished = Time(seconds(1)), .response = seconds(1)});
    }
  }
  EXPECT_TRUE(by_fault.judged().valid);
  EXPECT_EQ(by_fault.result.failed_as_asked, 1000u);
  EXPECT_FALSE(by_nobody.judged().valid);
  EXPECT_EQ(by_nobody.result.failed_as_asked, 0u);
  EXPECT_DOUBLE_EQ(*by_nobody.result.failed_share, 0.5);
}

TEST(Validity, ARowWithAnotherFaultIsNotInvalidForItsFailuresOnly) {
  Case both(kClosed);
  both.outcome.longest_gap = seconds(1);
  for (int i = 0; i < 10; ++i) both.outcome.recorder.record({.end = Outcome::failed});
  EXPECT_FALSE(both.judged().only_failures);
  EXPECT_THAT(both.result.validity.reasons,
              ::testing::UnorderedElementsAre(doubt("loop-stalled"), doubt("too-many-failed")));
}

TEST(Validity, AGapThatTheScenarioAskedForIsNoneOfTheMachine) {
  Case asked(kClosed), longer(kClosed);
  asked.stopped = longer.stopped = milliseconds(300);
  asked.outcome.longest_gap = milliseconds(350);
  longer.outcome.longest_gap = milliseconds(351);
  EXPECT_TRUE(asked.judged().valid);
  EXPECT_FALSE(longer.judged().valid);
}

TEST(Validity, AGapOfOurOwnMayLast50Milliseconds) {
  Case at(kClosed), above(kClosed);
  at.outcome.longest_gap = milliseconds(50);
  above.outcome.longest_gap = milliseconds(51);
  EXPECT_TRUE(at.judged().valid);
  EXPECT_FALSE(above.judged().valid);
}

// Where a call keeps the loop away, the jitter probe tells a stop from a long call: nobody calls anything there.
TEST(Validity, WhereCallsBlockTheObserverIsJudged) {
  for (bool Case::*blocks : {&Case::blocks_thread, &Case::serialized_origin}) {
    Case long_call(kClosed), stopped(kClosed), fiber(kClosed);
    long_call.*blocks = stopped.*blocks = true;
    long_call.outcome.longest_gap = milliseconds(300);
    long_call.outcome.observer.record(Duration(milliseconds(49)).count());
    for (Case* each : {&stopped, &fiber}) each->outcome.observer.record(Duration(milliseconds(51)).count());
    EXPECT_TRUE(long_call.judged().valid);
    EXPECT_FALSE(stopped.judged().valid);
    EXPECT_THAT(stopped.result.validity.reasons, ElementsAre(doubt("machine-stalled")));
    EXPECT_TRUE(fiber.judged().valid) << "its loop says itself that it was not away";
  }
}

TEST(Validity, OperationsMayBegin100MicrosecondsLateAtTheMedian) {
  for (const OperationKind kind : {OperationKind::read, OperationKind::write, OperationKind::erase}) {
    Case punctual(kOpen), late(kOpen);
    punctual.outcome.recorder = late.outcome.recorder = Recorder();
    for (int i = 0; i < 100; ++i) {
      punctual.record(kind, milliseconds(2), microseconds(99));
      late.record(kind, milliseconds(2), microseconds(102));
    }
    EXPECT_TRUE(punctual.judged().valid) << static_cast<int>(kind);
    EXPECT_FALSE(late.judged().valid) << static_cast<int>(kind);
  }
}

// The clients of a barrier are all due at once, and begin one after the other.
TEST(Validity, ABarrierIsNotJudgedByItsLateness) {
  Case barrier(R"({"caches": ["memory"], "strategies": ["cache-aside"],
    "workload": {"arrivals": {"loop": "barrier", "every": "1s"}}})");
  for (int i = 0; i < 2000; ++i) barrier.record(OperationKind::read, milliseconds(2), milliseconds(1));
  EXPECT_TRUE(barrier.judged().valid);
}

TEST(Validity, APercentileIsTheMachinesWhereLatenessIsMoreThanHalfOfIt) {
  Case half(kOpen), more(kOpen);
  half.outcome.recorder = more.outcome.recorder = Recorder();
  for (int i = 0; i < 100; ++i) {
    half.record(OperationKind::write, microseconds(100), microseconds(50));
    more.record(OperationKind::write, microseconds(100), microseconds(51));
  }
  EXPECT_THAT(half.judged().machine_percentiles, IsEmpty());
  EXPECT_THAT(more.judged().machine_percentiles, ElementsAre("write.response.p50", "write.response.p90"));
}

TEST(Validity, TheLatenessOfAModifyIsThatOfItsRead) {
  Case late(kOpen);
  late.outcome.recorder = Recorder();
  for (int i = 0; i < 100; ++i) {
    late.record(OperationKind::read, microseconds(300), microseconds(120));
    late.record(OperationKind::write, microseconds(20), microseconds(-1));
    late.outcome.recorder.record_latencies(
        {.kind = OperationKind::modify, .response = microseconds(200), .gen_late = microseconds(120)});
  }
  EXPECT_THAT(late.judged().machine_percentiles, ElementsAre("modify.response.p50", "modify.response.p90"));
  EXPECT_THAT(late.result.validity.reasons, ElementsAre(doubt("began-late", HasSubstr("reads "))))
      << "and not told twice";
}

TEST(Validity, AWrongValueMakesARunInvalid) {
  Case wrong(kClosed);
  wrong.outcome.recorder.record({.end = Outcome::failed, .corrupt = true});
  EXPECT_FALSE(wrong.judged().valid);
  EXPECT_THAT(wrong.result.validity.reasons, ::testing::Contains(doubt("corrupt-values", HasSubstr("1 value "))));
}

TEST(Validity, AchievedConcurrencyCountsReadsWritesAndDeletesByTheirOwnTimes) {
  const std::vector<RowPlan> rows = plan_of(R"({"strategies": ["none"]})");
  RunResult result;
  result.reads.miss = 1000;
  result.read.response.mean_ns = 1e6;
  result.writes = {.acknowledged = 90, .failed = 10};
  result.write.response.mean_ns = 20e6;
  result.write.failed.mean_ns = 100e6;
  result.deletes.acknowledged = 500;
  result.erase.response.mean_ns = 2e6;
  judge({.row = rows.front(), .outcome = {}, .measured = std::chrono::seconds(2)}, result);
  EXPECT_NEAR(*result.validity.achieved_concurrency, (1000 * 1e6 + 90 * 20e6 + 10 * 100e6 + 500 * 2e6) / 2e9, 1e-9);
  result.write.response.out_of_range = 1;
  judge({.row = rows.front(), .outcome = {}, .measured = std::chrono::seconds(2)}, result);
  EXPECT_FALSE(result.validity.achieved_concurrency) << "a mean that is too short";
}

TEST(Validity, ASlowClockIsAWarning) {
  Case slow(kClosed);
  slow.clock_warning = "the clock source is hpet";
  EXPECT_THAT(slow.judged().warnings, ElementsAre(doubt("slow-clock", "the clock source is hpet")));
  EXPECT_TRUE(slow.result.validity.valid);
}

TEST(Validity, SaysHowClientsWaitedAndWhatAnObserverSaw) {
  Case sleeps(kClosed);
  Case spins(R"({"caches": ["memory"], "strategies": ["cache-aside"], "app": {"poll": "spin"}})");
  sleeps.outcome.observer.record(1'000'000);
  sleeps.outcome.involuntary_switches = 7;
  sleeps.judged();
  spins.judged();
  EXPECT_EQ(sleeps.result.client.poll, "sleep");
  EXPECT_EQ(spins.result.client.poll, "spin");
  EXPECT_EQ(sleeps.result.client.involuntary_switches, 7u);
  EXPECT_EQ(sleeps.result.observer.count, 1u);
}

// 50 clients for a second, of which a thousand reads took 2 ms each and thinking 47 s.
TEST(Validity, LittlesLawAccountsForTheClientsTime) {
  Case thinks(kClosed), open(kOpen);
  thinks.outcome.thought = seconds(47);
  EXPECT_NEAR(*thinks.judged().little_ratio, (1000 * 0.002 + 47) / 50, 1e-9);
  EXPECT_FALSE(open.judged().little_ratio) << "its clients wait for arrivals";
  Case batched(R"({"caches": ["memory"], "strategies": [{"type": "cache-aside", "batch": 8}]})");
  EXPECT_FALSE(batched.judged().little_ratio);
}

}  // namespace
}  // namespace hitbench
