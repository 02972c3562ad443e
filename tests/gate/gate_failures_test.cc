// What a gate says of failures: first, and before everything else.
#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "gate/gate.h"
#include "metrics/summary.h"
#include "tests/gate/simulated_slots.h"
#include "tests/metrics/doubt_matchers.h"

namespace hitbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;

GateOptions options() {
  return {
      .base = "as it is", .candidate = "changed", .order_seed = 1, .metrics = {parse_criterion("read.response.p50")}};
}

// As if the user had named no metric.
GateOptions unasked() {
  GateOptions some = options();
  some.metrics[0].named = false;
  return some;
}

// A slot of which a share of the operations failed, which makes its row invalid from 0.1 % on.
Slot failing_slot(double share, double p50_ns = 1e6) {
  Slot slot = simulated_slot(std::log(p50_ns / 1e6));
  RunResult& run = slot.result->runs[0];
  run.reads = {.fresh_hit = 92'000, .failed = static_cast<uint64_t>(share * 100'000)};
  run.hit_ratio = 1;
  set_failures(run);
  if (share > 0.001)
    run.validity = {.valid = false, .reasons = {{"too-many-failed", "too many failed"}}, .only_failures = true};
  return slot;
}

TEST(Gate, ACandidateThatFailsIsWorseThoughItIsFasterAndHitsMore) {
  GateOptions any = options();
  any.metrics.clear();
  SimulatedSlots slots(
      [](Side side, size_t) { return side == Side::base ? failing_slot(0) : failing_slot(0.05, 1e5); });
  const Verdict verdict = gate(slots, any);
  EXPECT_EQ(exit_code(verdict), 3);
  ASSERT_EQ(verdict.items.size(), 1u);
  EXPECT_EQ(verdict.items[0].metric, "failed_share");
  EXPECT_NEAR(*verdict.items[0].change, 0.05, 1e-9);
  EXPECT_THAT(verdict.items[0].note, HasSubstr("nothing else of the row is judged"));
  EXPECT_EQ(slots.asked.size(), 50u) << "nothing disturbed these pairs";
}

TEST(Gate, ABaseThatFailsTooMuchIsNone) {
  SimulatedSlots slots([](Side side, size_t) { return failing_slot(side == Side::base ? 0.05 : 0); });
  const Verdict verdict = gate(slots, options());
  EXPECT_EQ(exit_code(verdict), 4);
  EXPECT_THAT(verdict.items.at(0).note, HasSubstr("the base is invalid: too many failed"));
}

TEST(Gate, FailuresThatAreNamedCountFromTheNamedChangeOn) {
  for (const bool is_virtual : {false, true}) {
    const auto word = [&](const std::string& named) {
      GateOptions some = options();
      some.metrics = {parse_criterion(named)};
      SimulatedSlots slots([&](Side side, size_t) {
        Slot slot = failing_slot(side == Side::base ? 0.05 : 0.06);
        slot.result->runs[0].validity = {};  // the scenario asks for them
        if (is_virtual) slot.result->runs[0].clock = "virtual";
        return slot;
      });
      const Verdict verdict = gate(slots, some);
      EXPECT_EQ(verdict.items.size(), 1u);
      return verdict.items.at(0).verdict;
    };
    EXPECT_EQ(word("failed_share"), Word::regressed) << is_virtual;
    EXPECT_EQ(word("failed_share=50%"), Word::pass) << is_virtual;
  }
}

// What fails is not among the operations that were answered, so the two sides' differ.
TEST(Gate, InVirtualTimeFailuresHaveNoProbability) {
  SimulatedSlots slots([](Side side, size_t) {
    Slot slot = failing_slot(side == Side::base ? 0 : 0.05);
    slot.result->runs[0].clock = "virtual";
    if (side == Side::candidate) slot.result->runs[0].stream_checksum = "0bad";
    return slot;
  });
  const Verdict verdict = gate(slots, options());
  ASSERT_EQ(verdict.items.size(), 1u);
  EXPECT_EQ(verdict.items[0].verdict, Word::regressed);
  EXPECT_EQ(verdict.items[0].method, "exact");
  EXPECT_FALSE(verdict.items[0].p);
  EXPECT_EQ(verdict.tests, 0);
  EXPECT_EQ(verdict.alpha, 0);
}

// A second of the machine's, in which operations timed out, is no property of the candidate.
TEST(Gate, AFewSlotsThatFailAreNotTheCandidates) {
  SimulatedSlots slots([](Side, size_t number) {
    return failing_slot(number == 4 ? 0.02 : number % 3 == 0 ? 0.0005 : 0);
  });
  const Verdict verdict = gate(slots, options());
  EXPECT_EQ(exit_code(verdict), 0) << verdict.items.at(0).note;
  EXPECT_EQ(verdict.items.size(), 2u);
}

// A slot of an open loop of which operations began at this share of the pace at which they were due.
Slot paced_slot(double pace, const std::string& clock = "real") {
  Slot slot = simulated_slot(0);
  RunResult& run = slot.result->runs[0];
  run.clock = clock;
  run.loop = "open";
  run.pace = pace;
  run.validity.overloaded = pace < 0.99;
  return slot;
}

TEST(Gate, ACandidateThatCannotKeepTheRateIsWorseWhateverElseItDoes) {
  for (const char* clock : {"real", "virtual"}) {
    for (const bool valid : {true, false}) {
      SimulatedSlots slots([&](Side side, size_t) {
        Slot slot = paced_slot(side == Side::base ? 1 : 0.69, clock);
        Validity& validity = slot.result->runs[0].validity;
        if (side == Side::candidate && !valid)
          validity.valid = false, validity.reasons = {{"loop-stalled", "our event loop stalled"}};
        return slot;
      });
      const Verdict verdict = gate(slots, unasked());
      EXPECT_EQ(exit_code(verdict), 3) << clock << valid;
      ASSERT_EQ(verdict.items.size(), 1u) << clock << valid;
      EXPECT_EQ(verdict.items[0].metric, "pace");
      EXPECT_NEAR(*verdict.items[0].base, 1, 1e-9);
      EXPECT_NEAR(*verdict.items[0].candidate, 0.69, 1e-9);
      EXPECT_NEAR(*verdict.items[0].change, -0.31, 1e-9);
      EXPECT_THAT(verdict.items[0].note, HasSubstr("cannot keep the offered rate, which the base keeps"));
    }
  }
}

TEST(Gate, AFewSlotsThatFallBehindAreNotTheCandidates) {
  SimulatedSlots slots([](Side, size_t number) { return paced_slot(number == 4 || number == 11 ? 0.8 : 1); });
  const Verdict verdict = gate(slots, options());
  EXPECT_EQ(exit_code(verdict), 0);
  EXPECT_EQ(verdict.items.size(), 2u) << "the pace is told, and p50 as well";
}

TEST(Gate, WhereNeitherSideKeepsTheRateTheCandidateMayBeWorseStill) {
  const auto word = [](double base, double candidate) {
    SimulatedSlots slots([&](Side side, size_t) { return paced_slot(side == Side::base ? base : candidate); });
    return gate(slots, options()).items.at(0).verdict;
  };
  EXPECT_EQ(word(0.8, 0.8), Word::pass);
  EXPECT_EQ(word(0.8, 0.6), Word::regressed);
  EXPECT_EQ(word(0.8, 0), Word::regressed);
  EXPECT_EQ(word(0.6, 1), Word::improved);
}

TEST(Gate, BehindABacklogNoLatencyIsJudged) {
  for (const char* clock : {"real", "virtual"}) {
    for (const double candidate : {0.52, 0.55, 1.0}) {
      SimulatedSlots slots([&](Side side, size_t) {
        Slot slot = paced_slot(side == Side::base ? 0.52 : candidate, clock);
        slot.result->runs[0].read.response.p50_ns = side == Side::base ? 523'000'000 : 473'000'000;
        return slot;
      });
      const Verdict verdict = gate(slots, unasked());
      ASSERT_EQ(verdict.items.size(), 1u) << clock << candidate;
      EXPECT_EQ(verdict.items[0].metric, "pace");
      EXPECT_EQ(verdict.items[0].verdict, candidate == 0.52 ? Word::pass : Word::improved) << clock;
      EXPECT_THAT(verdict.items[0].note, HasSubstr(candidate == 1 ? "the base cannot keep the offered rate, which"
                                                                  : "neither side keeps the offered rate"));
    }
  }
}

TEST(Gate, WhatTheUserNamedIsNoPassBehindABacklog) {
  GateOptions asked = options();
  asked.metrics = {parse_criterion("hit_ratio=1%"), parse_criterion("failed_share")};
  for (const char* clock : {"real", "virtual"}) {
    for (const double candidate : {0.8, 0.6}) {
      SimulatedSlots slots([&](Side side, size_t) { return paced_slot(side == Side::base ? 0.8 : candidate, clock); });
      const Verdict verdict = gate(slots, asked);
      EXPECT_EQ(verdict.verdict, candidate < 0.8 ? Word::regressed : Word::inconclusive) << clock;
      ASSERT_EQ(verdict.items.size(), 2u) << clock;
      EXPECT_EQ(verdict.items[0].metric, "pace");
      EXPECT_EQ(verdict.items[1].metric, "hit_ratio");
      EXPECT_EQ(verdict.items[1].verdict, Word::inconclusive);
      EXPECT_THAT(verdict.items[1].note, HasSubstr("nothing else of the row is judged"));
    }
  }
}

// Three of ten slots are enough to test nothing but the pace; without one behind in the second stage that is still so.
TEST(Gate, ABacklogOfTheFirstStageAloneIsTold) {
  SimulatedSlots slots([](Side side, size_t number) {
    Slot slot = paced_slot(number < 6 ? 0.8 : 1);
    RunResult other = simulated_run(side == Side::base ? 1e6 : 2e6);  // what makes the second stage necessary
    other.name = "none/none";
    slot.result->runs.push_back(other);
    return slot;
  });
  const Verdict verdict = gate(slots, unasked());
  EXPECT_EQ(slots.asked.size(), 50u);
  ASSERT_EQ(verdict.items.size(), 2u);
  EXPECT_EQ(verdict.items[0].metric, "pace");
  EXPECT_THAT(verdict.items[0].note, HasSubstr("neither side keeps the offered rate; nothing else of the row"));
  EXPECT_EQ(verdict.items[1].verdict, Word::regressed);
}

TEST(Gate, NoLatencyIsConfirmedByABacklogOfTheSecondStage) {
  for (const size_t behind_in_first : {0u, 2u}) {  // with any, the pace is tested
    SimulatedSlots slots([&](Side side, size_t number) {
      Slot slot = paced_slot(number >= 20 || number < behind_in_first ? 0.8 : 1);
      slot.result->runs[0].read.response.p50_ns = side == Side::base ? 1'000'000 : 2'000'000;
      return slot;
    });
    const Verdict verdict = gate(slots, options());
    EXPECT_EQ(verdict.verdict, Word::inconclusive);
    ASSERT_EQ(verdict.items.size(), behind_in_first > 0 ? 2u : 1u);
    for (const VerdictItem& item : verdict.items) {
      EXPECT_EQ(item.verdict, Word::inconclusive) << item.metric;
      EXPECT_THAT(item.note, HasSubstr("fell behind in the second stage")) << item.metric;
    }
  }
}

// A row that is invalid now and then, and a candidate that takes longer by `change`.
Verdict with_invalid_candidates(double change, const std::function<bool(size_t slot, size_t candidate)>& is_invalid) {
  size_t candidates = 0;
  SimulatedSlots slots([&](Side side, size_t number) {
    if (side == Side::base) return simulated_slot(0);
    Slot slot = simulated_slot(change);
    Validity& validity = slot.result->runs[0].validity;
    if (is_invalid(number, candidates++))
      validity = {.valid = false, .reasons = {{"loop-stalled", "our event loop stalled"}}};
    return slot;
  });
  return gate(slots, options());
}

TEST(Gate, ARowThatIsInvalidInManyPairsOfTheSecondStageIsInvalid) {
  size_t second = 0;  // eight of 15, and one of the three that are run again
  const Verdict verdict =
      with_invalid_candidates(0.5, [&](size_t slot, size_t) { return slot >= 20 && second++ % 2 == 0; });
  EXPECT_EQ(exit_code(verdict), 4);
  ASSERT_EQ(verdict.items.size(), 1u);
  EXPECT_EQ(verdict.items[0].note,
            "invalid in 6 of 15 pairs of the second stage: the candidate is invalid: our event loop stalled");
  EXPECT_THAT(verdict.warnings, testing::IsEmpty()) << "the machine disturbed none";
}

// Four of ten, of which two are run again.
TEST(Gate, PairsInWhichARowIsInvalidAreCountedApartFromDisturbedOnes) {
  const Verdict verdict =
      with_invalid_candidates(0, [](size_t, size_t candidate) { return candidate < 8 && candidate % 2 == 0; });
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_THAT(verdict.warnings,
              testing::ElementsAre(doubt("pairs-invalid", AllOf(HasSubstr("cache-aside/redis "), HasSubstr("2 of 10"),
                                                                HasSubstr("our event loop stalled")))));
}

// Four of ten, of which two are run again.
TEST(Gate, ADisturbedPairIsToldThoughOneOfItsRowsIsInvalid) {
  SimulatedSlots slots([](Side, size_t number) {
    Slot slot = simulated_slot(0);
    RunResult other = simulated_run(1e6);
    other.name = "none/none";
    if (number < 8 && number % 2 == 0) {
      other.validity = {.valid = false, .reasons = {{"loop-stalled", "our event loop stalled"}}};
      other.validity.steal = 0.5;
    }
    slot.result->runs.push_back(other);
    return slot;
  });
  const Verdict verdict = gate(slots, options());
  EXPECT_EQ(verdict.verdict, Word::pass);
  EXPECT_THAT(verdict.warnings, testing::Contains(doubt("pairs-disturbed", HasSubstr("2 of 10"))));
  EXPECT_THAT(verdict.warnings,
              testing::Contains(doubt("pairs-invalid", AllOf(HasSubstr("none/none "), HasSubstr("2 of 10")))));
}

TEST(Gate, TooFewPairsSayWhy) {
  size_t bases = 0;
  SimulatedSlots slots([&](Side side, size_t) {
    if (side == Side::base && bases++ % 2 == 0) return Slot{.result = {}, .failure = "it hung", .control_ns = {}};
    return simulated_slot(0);
  });
  const Verdict verdict = gate(slots, options());
  EXPECT_EQ(verdict.verdict, Word::inconclusive);
  EXPECT_EQ(verdict.items.at(0).note,
            "measured in 6 of 10 pairs, which is too few; a slot failed in 4: the base: it hung");
  EXPECT_THAT(verdict.warnings,
              testing::Contains(doubt("slots-failed", AllOf(HasSubstr("4 of 10"), HasSubstr("the base: it hung")))));
}

}  // namespace
}  // namespace hitbench
